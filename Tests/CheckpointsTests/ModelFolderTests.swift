import Checkpoints
import Foundation
import Recipes
import TestSupport
import Testing

/// What a folder declares as a whole: prompts, length, similarity, identity.
struct ModelFolderTests {
  private func open(
    name: String? = nil, _ change: (inout TinyModel) -> Void = { _ in }
  ) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    change(&model)
    return try ModelFolder(path: model.write(to: folder), name: name)
  }

  @Test func theFactsOfAFolderAreDescribed() throws {
    let description = try open().description
    #expect(description.name == "model")
    #expect(description.modelType == "bert" && description.architecture == "BertModel")
    #expect(description.layers == 1 && description.hidden == 8 && description.heads == 2)
    #expect(description.parameters == 48 && description.dtype == "F32")
    #expect(description.vocabulary == 6 && description.positions == 32)
    #expect(
      description.files == [
        "1_Pooling/config.json", "config.json", "model.safetensors", "modules.json",
        "sentence_bert_config.json", "vocab.txt",
      ])
    #expect(description.tokenizer == Sourced("vocab.txt", .declared, file: "vocab.txt"))
    #expect(description.normalizes == Sourced(true, .declared, file: "modules.json", key: "type"))
    #expect(description.similarity == Sourced(.cosine, .assumed))
    #expect(description.strip == Sourced(false, .assumed))
    #expect(description.prompts == Sourced([], .assumed))
  }

  // Prompts and similarity.

  private let sentenceFile = "config_sentence_transformers.json"

  @Test func promptsAreDeclared() throws {
    let description = try open(name: "BAAI/bge-small-en-v1.5") { model in
      model[sentenceFile] = """
        {"prompts": {"query": "find: ", "document": ""}, "default_prompt_name": "query",
         "similarity_fn_name": "dot", "__version__": {"sentence_transformers": "5.4.0"}}
        """
    }.description
    #expect(description.prompts.source == .declared)
    #expect(description.prompt(named: "query")?.text == "find: ")
    #expect(
      description.defaultPromptName
        == Sourced("query", .declared, file: sentenceFile, key: "default_prompt_name"))
    #expect(
      description.similarity == Sourced(.dot, .declared, file: sentenceFile, key: "similarity_fn_name"))
    #expect(
      description.strip
        == Sourced(false, .declared, file: sentenceFile, key: "__version__.sentence_transformers"))
  }

  @Test(
    "older versions strip every text",
    arguments: [("2.2.2", true), ("5.3.9", true), ("5.4.0", false), ("6.2.0.dev0", false)])
  func olderVersionsStripEveryText(version: String, strips: Bool) throws {
    let description = try open {
      $0[sentenceFile] = #"{"__version__": {"sentence_transformers": "\#(version)"}}"#
    }.description
    #expect(description.strip.value == strips && description.strip.source == .declared)
  }

  @Test(
    "an invalid sentence-transformers file is an error",
    arguments: [
      #"{"prompts": []}"#, #"{"prompts": {"query": 1}}"#, #"{"default_prompt_name": "query"}"#,
      #"{"prompts": {"a": ""}, "default_prompt_name": "b"}"#, #"{"similarity_fn_name": "jaccard"}"#,
      #"{"similarity_fn_name": 1}"#, #"{"__version__": {"sentence_transformers": "new"}}"#,
      #"{"__version__": {"sentence_transformers": 5.4}}"#, #"{"__version__": "5.4.0"}"#, "[]", "",
    ])
  func anInvalidSentenceFileIsAnError(text: String) {
    #expect {
      try open { $0[sentenceFile] = text }
    } throws: { error in "\(error)".contains("model/" + sentenceFile) }
  }

  @Test(
    "a model that gives no text embeddings is refused",
    arguments: ["SparseEncoder", "CrossEncoder", "MultiVectorEncoder"])
  func aModelThatGivesNoTextEmbeddingsIsRefused(kind: String) {
    #expect {
      try open { $0[sentenceFile] = #"{"model_type": "\#(kind)"}"# }
    } throws: { error in
      guard case .notATextEmbedder(_, kind)? = error as? CheckpointError else { return false }
      return true
    }
  }

  // The table of known models.

  @Test func theTableFillsWhatFilesLeaveOut() throws {
    let description = try open(name: "BAAI/bge-base-zh-v1.5") { model in
      model["modules.json"] = nil
      model[sentenceFile] = #"{"prompts": {}}"#
    }.description
    #expect(description.pooling == Sourced([.cls], .table))
    #expect(description.normalizes == Sourced(true, .table))
    #expect(description.declaredPrompt(for: .query).text == "为这个句子生成表示以用于检索相关文章：")
    #expect(description.declaredPrompt(for: .query).source == .table)
    #expect(description.declaredPrompt(for: .document).text == "")
  }

  @Test func theFilesComeBeforeTheTable() throws {
    let description = try open(name: "BAAI/bge-base-zh-v1.5").description
    #expect(description.pooling.value == [.mean] && description.pooling.source == .declared)
  }

  @Test func aFolderInTheHubsCacheIsNamedByItsHubID() throws {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["modules.json"] = nil
    let path = try model.write(to: folder, under: "models--Shitao--RetroMAE/snapshots/0123456789")
    let description = try ModelFolder(path: path).description
    #expect(description.name == "Shitao/RetroMAE")
    #expect(description.similarity == Sourced(.dot, .table))
  }

  // Length.

  @Test(
    "the maximum length is declared, or the least that is known",
    arguments: [
      (#"{"max_seq_length": 20}"#, nil as String?, 20, Source.declared, "max_seq_length"),
      (#"{"max_seq_length": null}"#, nil, 32, .assumed, "max_position_embeddings"),
      ("{}", #"{"model_max_length": 24}"#, 24, .assumed, "model_max_length"),
      ("{}", #"{"model_max_length": 64}"#, 32, .assumed, "max_position_embeddings"),
      (
        "{}", #"{"model_max_length": 1000000000000000019884624838656}"#, 32, .assumed,
        "max_position_embeddings"
      ),
      ("{}", #"{"model_max_length": -1}"#, 32, .assumed, "max_position_embeddings"),
      (#"{"max_seq_length": 514}"#, nil, 32, .assumed, "max_position_embeddings"),
    ])
  func theMaximumLength(
    sentence: String, tokenizer: String?, expected: Int, source: Source, key: String
  ) throws {
    let found = try open { model in
      model["sentence_bert_config.json"] = sentence
      model["tokenizer_config.json"] = tokenizer
    }.description.maximumLength
    #expect(found.value == expected && found.source == source && found.key == key)
  }

  @Test func olderNamesOfTheLengthFileAreRead() throws {
    let model = try open { model in
      model["sentence_bert_config.json"] = nil
      model["sentence_roberta_config.json"] = #"{"max_seq_length": 9, "do_lower_case": true}"#
    }
    #expect(model.description.maximumLength.value == 9)
    #expect(model.lowercasesFirst)
  }

  @Test(
    "an invalid length file is an error",
    arguments: [
      #"{"max_seq_length": 0}"#, #"{"max_seq_length": "16"}"#, #"{"do_lower_case": "no"}"#,
      #"{"transformer_task": "fill-mask"}"#, "null",
    ])
  func anInvalidLengthFileIsAnError(text: String) {
    #expect(throws: CheckpointError.self) { try open { $0["sentence_bert_config.json"] = text } }
  }

  @Test func anInvalidTokenizerLengthIsAnError() {
    #expect(throws: CheckpointError.self) {
      try open { model in
        model["sentence_bert_config.json"] = nil
        model["tokenizer_config.json"] = #"{"model_max_length": "512"}"#
      }
    }
  }

  // What is missing.

  @Test func whatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    let absent = CheckpointError.folderNotFound(path: folder.path + "/none")
    #expect(throws: absent) { try ModelFolder(path: folder.path + "/none") }
    let file = try folder.write("x", to: "file")
    #expect(throws: CheckpointError.notAFolder(path: file)) { try ModelFolder(path: file) }
    #expect(absent.isMissingInput)
    for name in ["config.json", "vocab.txt", "model.safetensors"] {
      #expect {
        try open { $0.files[name] = nil }
      } throws: { error in (error as? CheckpointError)?.isMissingInput == true }
    }
  }

  @Test func aNamedPipeIsNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["config.json"] = nil
    let path = try model.write(to: folder)
    try #require(mkfifo(path + "/config.json", 0o600) == 0)
    #expect(
      throws: CheckpointError.unreadable(file: path + "/config.json", reason: "it is not a regular file")
    ) {
      try ModelFolder(path: path)
    }
  }

  @Test func aHugeConfigurationIsNotRead() throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder)
    try truncateFile(path + "/config.json", to: 1 << 40)
    #expect(
      throws: CheckpointError.fileTooLarge(file: path + "/config.json", size: 1 << 40, limit: 16 << 20)
    ) { try ModelFolder(path: path) }
  }

  @Test func messagesShowNoControlCharacters() throws {
    let error = CheckpointError.tensorMissing(file: "f", name: "a\u{1B}[2J\n", closest: nil)
    #expect("\(error)" == #"f: no tensor 'a\u{1b}[2J\u{a}'"#)
  }
}
