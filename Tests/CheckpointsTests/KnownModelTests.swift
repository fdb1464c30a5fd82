import Checkpoints
import Recipes
import TestSupport
import Testing

/// The table of known models: what their authors published, letter by letter.
struct KnownModelTests {
  /// pooling, normalised, metric, length, prompt of queries, prompt of documents (nil: none).
  private static let rows: [(ids: String, facts: String, query: String?, document: String?)] = [
    ("google-bert/bert-base-uncased google-bert/bert-base-chinese", "cls raw cosine -", nil, nil),
    ("sentence-transformers/bert-base-nli-mean-tokens", "mean raw cosine 128", nil, nil),
    ("sentence-transformers/all-MiniLM-L6-v2", "mean unit cosine 256", nil, nil),
    ("sentence-transformers/all-MiniLM-L12-v2", "mean unit cosine 128", nil, nil),
    ("sentence-transformers/all-mpnet-base-v2", "mean unit cosine 384", nil, nil),
    (
      "princeton-nlp/unsup-simcse-bert-base-uncased princeton-nlp/unsup-simcse-roberta-large",
      "cls raw cosine -", nil, nil
    ),
    (
      "princeton-nlp/sup-simcse-bert-large-uncased princeton-nlp/sup-simcse-roberta-base",
      "cls raw cosine - pooler", nil, nil
    ),
    ("johngiorgi/declutr-small johngiorgi/declutr-base", "mean raw cosine -", nil, nil),
    (
      "sentence-transformers/sentence-t5-base sentence-transformers/sentence-t5-xxl",
      "mean unit cosine 256", nil, nil
    ),
    ("sentence-transformers/gtr-t5-base sentence-transformers/gtr-t5-xl", "mean unit dot 512", nil, nil),
    (
      "hkunlp/instructor-base hkunlp/instructor-large hkunlp/instructor-xl",
      "mean unit cosine 512 stripped prompt-not-pooled",
      "Represent the Wikipedia question for retrieving supporting documents: ",
      "Represent the Wikipedia document for retrieval: "
    ),
    (
      "intfloat/e5-small intfloat/e5-large-v2 intfloat/multilingual-e5-small intfloat/multilingual-e5-large",
      "mean unit cosine 512", "query: ", "passage: "
    ),
    (
      "intfloat/e5-mistral-7b-instruct", "lasttoken unit cosine 4096 </s>",
      "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", nil
    ),
    (
      "intfloat/multilingual-e5-large-instruct", "mean unit cosine 512",
      "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", nil
    ),
    (
      "Alibaba-NLP/gte-Qwen2-7B-instruct", "lasttoken unit cosine -",
      "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", nil
    ),
    (
      "Qwen/Qwen3-Embedding-0.6B Qwen/Qwen3-Embedding-8B", "lasttoken unit cosine -",
      "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:", nil
    ),
    (
      "BAAI/bge-small-en BAAI/bge-large-en-v1.5 Snowflake/snowflake-arctic-embed-m", "cls unit cosine -",
      "Represent this sentence for searching relevant passages: ", nil
    ),
    ("BAAI/bge-small-zh BAAI/bge-base-zh-v1.5", "cls unit cosine -", "为这个句子生成表示以用于检索相关文章：", nil),
    ("BAAI/bge-large-zh-noinstruct", "cls unit cosine -", nil, nil),
    ("BAAI/bge-m3", "cls unit cosine 8192", nil, nil),
    (
      "BAAI/llm-embedder", "cls unit cosine 512",
      "Represent this query for retrieving relevant documents: ",
      "Represent this document for retrieval: "
    ),
    ("thenlper/gte-small thenlper/gte-large", "mean unit cosine -", nil, nil),
    ("thenlper/gte-small-zh thenlper/gte-large-zh", "cls unit cosine -", nil, nil),
    ("facebook/contriever facebook/mcontriever-msmarco", "mean raw dot 512", nil, nil),
    ("Shitao/RetroMAE Shitao/RetroMAE_BEIR", "cls raw dot -", nil, nil),
    ("Luyu/condenser Luyu/co-condenser-marco-retriever", "cls raw dot -", nil, nil),
    (
      "orionweller/tart-dual-contriever-msmarco", "mean raw dot 512",
      "retrieve a passage that answers this question from Wikipedia [SEP] ", nil
    ),
    ("Muennighoff/SGPT-125M-weightedmean-nli-bitfit", "weightedmean raw cosine -", nil, nil),
    (
      "Muennighoff/SGPT-5.8B-weightedmean-msmarco-specb-bitfit bigscience/sgpt-bloom-7b1-msmarco",
      "weightedmean raw cosine 300 [·] {·}", "", ""
    ),
    (
      "izhx/udever-bloom-560m izhx/udever-bloom-7b1", "lasttoken raw cosine 300 [BOQ]·[EOQ] [BOD]·[EOD]", "",
      ""
    ),
    ("castorini/repllama-v1-7b-lora-passage", "lasttoken unit dot 512 </s>", "query: ", "passage: "),
    (
      "nomic-ai/nomic-embed-text-v1.5 nomic-ai/modernbert-embed-base", "mean unit cosine -",
      "search_query: ", "search_document: "
    ),
    (
      "google/embeddinggemma-300m", "mean unit cosine 2048", "task: search result | query: ",
      "title: none | text: "
    ),
    ("minishlab/potion-base-8M", "mean unit cosine -", nil, nil),
    ("shibing624/text2vec-base-chinese", "mean raw cosine 128", nil, nil),
    ("shibing624/text2vec-base-chinese-sentence", "mean raw cosine 256", nil, nil),
    ("GanymedeNil/text2vec-large-chinese moka-ai/m3e-base", "mean raw cosine 512", nil, nil),
    ("aspire/acge_text_embedding infgrad/stella-large-zh-v2", "mean unit cosine 1024", nil, nil),
    ("infgrad/stella-base-zh", "mean unit cosine 1024", "查询: ", "结果: "),
    ("sensenova/piccolo-large-zh", "mean unit cosine 512", "查询: ", "结果: "),
    (
      "dunzhang/stella-mrl-large-zh-v3.5-1792d lier007/xiaobu-embedding-v2", "mean unit cosine 512", nil, nil
    ),
    ("DMetaSoul/Dmeta-embedding-zh", "cls unit cosine 1024", nil, nil),
    ("lier007/xiaobu-embedding", "cls unit cosine 512", nil, nil),
    ("Amu/tao-8k", "cls unit cosine 8192", nil, nil),
  ]

  @Test("known models have their authors' recipe", arguments: rows.indices)
  func knownModelsHaveTheirAuthorsRecipe(row: Int) throws {
    let expected = Self.rows[row]
    for id in expected.ids.split(separator: " ") {
      let model = try #require(KnownModel.named(String(id)), "\(id)")
      #expect(Self.facts(model) == expected.facts, "\(id)")
      #expect(model.prompts.first { $0.name == "query" }?.text == expected.query, "\(id)")
      #expect(
        model.prompts.first { ["document", "passage"].contains($0.name) }?.text == expected.document, "\(id)")
    }
  }

  /// The facts of an entry in a line.
  private static func facts(_ model: KnownModel) -> String {
    let marks = model.prompts.compactMap(\.markers).map { "\($0.opening)·\($0.closing)" }
    return
      ([
        Pooling.describe(model.pooling), model.normalizes ? "unit" : "raw", model.similarity.rawValue,
        model.maximumLength.map { "\($0)" } ?? "-",
      ] + (model.usesPooler ? ["pooler"] : []) + (model.joining.map { [$0.rawValue] } ?? [])
      + [model.endToken].compactMap { $0 }
      + (model.poolsPrompt == false ? ["prompt-not-pooled"] : []) + marks).joined(separator: " ")
  }

  @Test func llmEmbedderHasAPairForEachOfItsSixTasks() throws {
    let expected = [
      "qa": (
        "Represent this query for retrieving relevant documents: ", "Represent this document for retrieval: "
      ),
      "icl": (
        "Convert this example into vector to look for useful examples: ",
        "Convert this example into vector for retrieval: "
      ),
      "chat": (
        "Embed this dialogue to find useful historical dialogues: ",
        "Embed this historical dialogue for retrieval: "
      ),
      "lrlm": (
        "Embed this text chunk for finding useful historical chunks: ",
        "Embed this historical text chunk for retrieval: "
      ),
      "tool": (
        "Transform this user request for fetching helpful tool descriptions: ",
        "Transform this tool description for retrieval: "
      ),
      "convsearch": (
        "Encode this query and context for searching relevant passages: ",
        "Encode this passage for retrieval: "
      ),
    ]
    let prompts = try #require(KnownModel.named("BAAI/llm-embedder")).prompts
    #expect(prompts.count == 14)
    for (task, pair) in expected {
      #expect(prompts.first { $0.name == task + "_query" }?.text == pair.0)
      #expect(prompts.first { $0.name == task + "_document" }?.text == pair.1)
    }
  }

  @Test(
    "instructions differ by a space between families",
    arguments: [
      ("intfloat/e5-mistral-7b-instruct", "Instruct: Retrieve semantically similar text.\nQuery: "),
      ("Qwen/Qwen3-Embedding-4B", "Instruct: Retrieve semantically similar text.\nQuery:"),
    ])
  func instructionsDifferByASpace(id: String, expected: String) throws {
    let model = try #require(KnownModel.named(id))
    func text(_ name: String) -> String? { model.prompts.first { $0.name == name }?.text }
    #expect(text("sts_query") == expected && text("sts_document") == expected)
    #expect(text("nq_document") == "" && text("nq_query")?.contains("retrieve Wikipedia passages") == true)
    #expect(model.prompts.count == 51)
    #expect(
      model.templates == [String(expected.replacing("Retrieve semantically similar text.", with: "{task}"))])
  }

  @Test func everyEntryIsSound() {
    #expect(KnownModel.all.count > 110)
    #expect(knownModelIDs == KnownModel.all.keys.sorted())
    for (id, model) in KnownModel.all {
      #expect(Set(model.prompts.map(\.name)).count == model.prompts.count, "\(id): a name comes twice")
      #expect(!model.pooling.isEmpty && id.split(separator: "/").count == 2, "\(id)")
      #expect(KnownRefusals.refusal(for: id) == nil, "\(id) is refused")
      #expect(model.templates.allSatisfy { $0.contains("{") && $0.contains("}") }, "\(id)")
    }
  }

  // Models that cannot run.

  @Test(
    "a model that cannot run is refused with the nearest that can",
    arguments: [
      ("PaddlePaddle/RocketQA-zh-dureader-query-encoder", "Paddle"), ("rocketqa_v2", "Paddle"),
      ("facebook/tart-full-flan-t5-xl", "cross-encoder"), ("sensenova/piccolo-large-zh-v2", "withdrawn"),
      ("infgrad/jasper_en_vision_language_v1", "code of its own"),
      ("jinaai/jina-embeddings-v3", "code of its own"), ("Baichuan-Text-Embedding", "API only"),
      ("text-embedding-ada-002", "API only"), ("text-embedding-3-large", "API only"),
      ("Cohere/Cohere-embed-multilingual-v3.0", "API only"), ("voyage-2", "API only"),
      ("cross-encoder/ms-marco-MiniLM-L6-v2", "cross-encoder"), ("BAAI/bge-reranker-v2-m3", "cross-encoder"),
      ("colbert-ir/colbertv2.0", "vector for each token"),
      ("naver/splade-cocondenser-ensembledistil", "sparse"),
    ])
  func aModelThatCannotRunIsRefused(name: String, reason: String) throws {
    let refusal = try #require(KnownRefusals.refusal(for: name))
    #expect(refusal.reason.contains(reason))
    #expect(KnownModel.all[refusal.alternative] != nil)
    #expect(KnownRefusals.reason(for: name) == "\(refusal.reason); use \(refusal.alternative)")
  }

  @Test("other models are not", arguments: ["BAAI/bge-m3", "org/rocketqa-converted", "tart", ""])
  func otherModelsAreNotRefused(name: String) {
    #expect(KnownRefusals.reason(for: name) == nil)
  }

  @Test func aFolderOfARefusedModelIsNotOpened() throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder, under: "models--BAAI--bge-reranker-base/snapshots/0123")
    #expect(
      throws: CheckpointError.cannotRun(
        model: "BAAI/bge-reranker-base",
        reason: "it is a cross-encoder: it scores a pair of texts and gives no vector for one",
        alternative: "BAAI/bge-base-en-v1.5")
    ) { try ModelFolder(path: path) }
    #expect(throws: Never.self) { try ModelFolder(path: path, name: "mine") }
  }

  // The table and the files.

  private func describe(_ name: String, _ change: (inout TinyModel) -> Void) throws -> ModelDescription {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["modules.json"] = nil
    model["sentence_bert_config.json"] = nil
    change(&model)
    return try ModelFolder(path: model.write(to: folder), name: name).description
  }

  private let sentenceFile = "config_sentence_transformers.json"

  @Test func emptyPromptsOfTheLibrarySayNothing() throws {
    let description = try describe("intfloat/e5-small-v2") {
      $0[sentenceFile] = #"{"prompts": {"query": "", "document": ""}, "similarity_fn_name": null}"#
    }
    #expect(description.declaredPrompt(for: .query).text == "query: ")
    #expect(
      description.declaredPrompt(for: .document) == Prompt(name: "passage", text: "passage: ", source: .table)
    )
    #expect(description.similarity == Sourced(.cosine, .table))
  }

  @Test func theTableAddsTheRolesThatDeclaredPromptsLeaveOut() throws {
    let description = try describe("Qwen/Qwen3-Embedding-0.6B") {
      $0[sentenceFile] = #"{"prompts": {"web_search_query": "Find: ", "document": ""}}"#
    }
    #expect(description.prompt(named: "web_search_query")?.text == "Find: ")
    #expect(description.prompt(named: "web_search_query")?.source == .declared)
    #expect(description.declaredPrompt(for: .query).source == .table)
    #expect(description.declaredPrompt(for: .document).text == "")
    #expect(description.prompts.source == .declared)
    let whole = try describe("Qwen/Qwen3-Embedding-0.6B") {
      $0[sentenceFile] = #"{"prompts": {"query": "Find: "}}"#
    }
    #expect(whole.declaredPrompt(for: .query) == Prompt(name: "query", text: "Find: ", source: .declared))
  }

  @Test func instructorNeverPoolsItsInstruction() throws {
    let description = try describe("hkunlp/instructor-base") { model in
      model["modules.json"] = TinyModel()["modules.json"]
      model["1_Pooling/config.json"] = #"{"include_prompt": true}"#
    }
    #expect(description.poolsPrompt == Sourced(false, .table))
    #expect(description.joining == Sourced(.stripped, .table))
    #expect(description.promptTemplates == ["Represent the {domain} {type} for {objective}: "])
    #expect(description.pooling.source == .assumed && description.normalizes.source == .declared)
  }

  @Test func lengthsOfTheTableStandBehindTheFiles() throws {
    let silent = try describe("Muennighoff/SGPT-125M-weightedmean-msmarco-specb-bitfit") { model in
      model["config.json"] = model["config.json"]?.replacing(
        "\"max_position_embeddings\": 32", with: "\"max_position_embeddings\": 2048")
      model["tokenizer_config.json"] = #"{"model_max_length": 2048}"#
    }
    #expect(silent.maximumLength == Sourced(300, .table))
    #expect(silent.declaredPrompt(for: .query).markers == Markers(opening: "[", closing: "]"))
    let declared = try describe("Muennighoff/SGPT-125M-weightedmean-msmarco-specb-bitfit") {
      $0["sentence_bert_config.json"] = #"{"max_seq_length": 20}"#
    }
    #expect(declared.maximumLength.value == 20 && declared.maximumLength.source == .declared)
  }

  @Test func theEncodersPoolerIsTheHeadOfSupervisedSimCSE() throws {
    let name = "princeton-nlp/sup-simcse-bert-base-uncased"
    let pooler = SafetensorsBytes.file([
      ("bert.pooler.dense.weight", [8, 8], (0..<64).map(Float.init)),
      ("bert.pooler.dense.bias", [8], [Float](repeating: 0.5, count: 8)),
    ])
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["modules.json"] = nil
    model.files["model.safetensors"] = pooler
    let opened = try ModelFolder(path: model.write(to: folder), name: name)
    #expect(opened.description.head == Sourced([.pooler(hidden: 8)], .table))
    let layer = try #require(try opened.pooler())
    #expect(opened.head == [.dense(layer)])
    #expect(layer.activation == .tanh && layer.weights.last == 63 && layer.bias?.first == 0.5)
    #expect(throws: CheckpointError.self) { try describe(name) { _ in } }
    let other = try ModelFolder(path: folder.path + "/model", name: "other")
    #expect(other.head.isEmpty && other.description.hasPooler)
  }
}
