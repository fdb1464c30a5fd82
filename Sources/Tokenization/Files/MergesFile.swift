import JSONText

/// A byte-level tokenizer put together from `vocab.json` and `merges.txt` and what stands beside them, for
/// models that have no `tokenizer.json`.
///
/// What it builds is what the `transformers` library builds for the same files.
struct MergesFile {
  /// The tokenizers whose two files mean the same.
  enum Family: CaseIterable {
    case gpt2
    case roberta
    case qwen2

    /// The names in `tokenizer_config.json`, without the ending `Tokenizer` or `TokenizerFast`.
    var classes: [String] {
      switch self {
      case .gpt2: ["GPT2"]
      case .roberta: ["Roberta", "Longformer", "Bart"]
      case .qwen2: ["Qwen2"]
      }
    }

    /// The types of model in `config.json`, which tell where no class does.
    var modelTypes: [String] {
      switch self {
      case .gpt2: ["gpt2", "gpt_neo", "opt"]
      case .roberta: ["roberta", "roberta-prelayernorm", "longformer", "bart", "data2vec-text"]
      case .qwen2: ["qwen2", "qwen3"]
      }
    }

    /// The special tokens where the files name none.
    var specialTokens: [String: String] {
      switch self {
      case .gpt2:
        ["unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"]
      case .roberta:
        [
          "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>",
          "pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>",
        ]
      case .qwen2:
        ["unk_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"]
      }
    }

    static let classNames = allCases.flatMap(\.classes).flatMap { ["\($0)Tokenizer", "\($0)TokenizerFast"] }
  }

  private let vocabulary: JSONReader
  private let merges: String
  private let mergesPath: String
  private let family: Family
  private let special: SpecialTokens

  /// Finds the files; nil where one of the two is not there.
  init?(_ folder: TokenizerFolder) throws(TokenizationError) {
    guard let vocabulary = try folder.object("vocab.json"), let bytes = try folder.bytes("merges.txt") else {
      return nil
    }
    mergesPath = folder.file("merges.txt")
    try TokenizerFolder.checkLineCount(of: bytes, file: mergesPath)
    guard let merges = String(validating: bytes, as: UTF8.self) else {
      throw .invalidUTF8(file: mergesPath, byteOffset: bytes.offsetOfInvalidUTF8 ?? bytes.count)
    }
    self.vocabulary = vocabulary
    self.merges = merges
    family = try Self.family(folder)
    special = try SpecialTokens(folder, standards: family.specialTokens)
  }

  func tokenizer() throws(TokenizationError) -> StoredTokenizer {
    var tables = try ModelTables(vocabulary: vocabulary)
    var reader = MergeReader(tables.vocabulary, continuingPrefix: "")
    var lines = merges.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() where !line.starts(with: "#version".utf8) {
      let text = line.last == 0x0d ? line.dropLast() : line
      try reader.append(String(Substring(text)), key: "\(mergesPath), line \(index + 1)")
    }
    tables.merges = reader.merges
    let definition = JSONReader(file: vocabulary.file, object: try definition(tables.vocabulary))
    return StoredTokenizer(definition: definition, tables: tables)
  }
}

extension MergesFile {
  /// What a `tokenizer.json` would say.
  private func definition(_ vocabulary: Vocabulary) throws(TokenizationError) -> JSONObject {
    [
      "added_tokens": .array(special.addedTokens(vocabulary).map(\.json)),
      "normalizer": family == .qwen2 ? .object(["type": .string("NFC")]) : .null,
      "pre_tokenizer": try preTokenizer(), "post_processor": try postProcessor(vocabulary),
      "model": .object(["type": .string("BPE")]),
    ]
  }

  private func preTokenizer() throws(TokenizationError) -> JSONValue {
    let byteLevel: JSONValue = .object([
      "type": .string("ByteLevel"), "add_prefix_space": .bool(try special.flag("add_prefix_space")),
      "trim_offsets": .bool(true), "use_regex": .bool(family != .qwen2),
    ])
    guard family == .qwen2 else { return byteLevel }
    let split: JSONValue = .object([
      "type": .string("Split"), "pattern": .object(["Regex": .string(WordScanner.qwen2Pattern)]),
      "behavior": .string("Isolated"), "invert": .bool(false),
    ])
    return .object(["type": .string("Sequence"), "pretokenizers": .array([split, byteLevel])])
  }

  private func postProcessor(_ vocabulary: Vocabulary) throws(TokenizationError) -> JSONValue {
    guard family == .roberta else { return try template(vocabulary) }
    func pair(_ key: String) throws(TokenizationError) -> JSONValue {
      let (token, id) = try special.token(of: key, in: vocabulary)
      return .array([.string(token), .integer(id)])
    }
    return .object([
      "type": .string("RobertaProcessing"), "sep": try pair("sep_token"), "cls": try pair("cls_token"),
      "trim_offsets": .bool(try special.flag("trim_offsets", else: true)),
      "add_prefix_space": .bool(try special.flag("add_prefix_space")),
    ])
  }

  /// The tokens for beginning and end, where the configuration asks for them.
  private func template(_ vocabulary: Vocabulary) throws(TokenizationError) -> JSONValue {
    var single: [JSONValue] = []
    var tokens = JSONObject()
    func add(_ key: String) throws(TokenizationError) {
      let (token, id) = try special.token(of: key, in: vocabulary)
      single.append(.object(["SpecialToken": .object(["id": .string(token)])]))
      guard tokens[token] == nil else { return }
      tokens.append(token, .object(["ids": .array([.integer(id)]), "tokens": .array([.string(token)])]))
    }
    if try special.flag("add_bos_token"), special.has("bos_token") { try add("bos_token") }
    single.append(.object(["Sequence": .object(["id": .string("A")])]))
    if try special.flag("add_eos_token"), special.has("eos_token") { try add("eos_token") }
    return .object([
      "type": .string("TemplateProcessing"), "single": .array(single), "special_tokens": .object(tokens),
    ])
  }

  /// Which tokenizer the folder declares.
  private static func family(_ folder: TokenizerFolder) throws(TokenizationError) -> Family {
    let model = try folder.object("config.json")
    for file in [try folder.object("tokenizer_config.json"), model] {
      guard let file, let name = try file.optionalString("tokenizer_class") else { continue }
      let found = Family.allCases.first { family in
        family.classes.contains {
          name.hasSameScalars(as: "\($0)Tokenizer") || name.hasSameScalars(as: "\($0)TokenizerFast")
        }
      }
      guard let found else {
        throw .unsupportedPart(
          file: file.file, part: .tokenizerClass, name: name, supported: Family.classNames)
      }
      return found
    }
    let type = try model?.optionalString("model_type") ?? ""
    guard let found = Family.allCases.first(where: { $0.modelTypes.contains(where: type.hasSameScalars) })
    else {
      throw .missingKey(file: folder.file("tokenizer_config.json"), key: "tokenizer_class")
    }
    return found
  }
}
