import Foundation
import JSONText

/// A tokenizer put together from a model file of SentencePiece and what stands beside it, for models that
/// have no `tokenizer.json`.
///
/// What it builds is what the `transformers` library builds for the same files: for T5, XLM-R and CamemBERT as
/// its fifth version does, for Llama as its `LlamaConverter` and all published conversions do.
struct SentencePieceFile {
  /// The names that such files have.
  static let names = ["spiece.model", "sentencepiece.bpe.model", "tokenizer.model"]

  /// The tokenizers that can be built.
  enum Family: CaseIterable {
    case t5
    case xlmRoberta
    case camembert
    case llama

    /// The name in `tokenizer_config.json`, without the ending `Tokenizer` or `TokenizerFast`.
    var className: String {
      switch self {
      case .t5: "T5"
      case .xlmRoberta: "XLMRoberta"
      case .camembert: "Camembert"
      case .llama: "Llama"
      }
    }

    /// The types of model in `config.json`, which tell where no class does.
    var modelTypes: [String] {
      switch self {
      case .t5: ["t5", "mt5", "longt5"]
      case .xlmRoberta: ["xlm-roberta", "xlm-roberta-xl"]
      case .camembert: ["camembert"]
      case .llama: ["llama", "mistral"]
      }
    }

    /// The special tokens where the files name none.
    var specialTokens: [String: String] {
      switch self {
      case .t5: ["eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"]
      case .llama: ["bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"]
      case .xlmRoberta, .camembert:
        [
          "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>",
          "unk_token": "<unk>",
          "pad_token": "<pad>", "mask_token": "<mask>",
        ]
      }
    }

    var algorithm: SentencePieceModel.Algorithm { self == .llama ? .bytePairs : .unigram }

    static let classNames = allCases.flatMap { ["\($0.className)Tokenizer", "\($0.className)TokenizerFast"] }
  }

  private let file: String
  private let family: Family
  private let model: SentencePieceModel
  private let special: SpecialTokens
  private let configuration: JSONReader?

  /// Finds the file; nil where there is none.
  init?(_ folder: TokenizerFolder) throws(TokenizationError) {
    for name in Self.names {
      guard let bytes = try folder.bytes(name) else { continue }
      file = folder.file(name)
      family = try Self.family(folder)
      model = try SentencePieceModel(file: file, bytes: bytes)
      special = try SpecialTokens(folder, standards: family.specialTokens)
      configuration = try folder.object("tokenizer_config.json")
      guard model.algorithm == family.algorithm else {
        throw .wrongValue(
          file: file, key: "trainer_spec.model_type", found: "\(model.algorithm)",
          expected: "\(family.algorithm), because the tokenizer is of the class \(family.className)Tokenizer")
      }
      return
    }
    return nil
  }

  /// Which tokenizer the folder declares.
  private static func family(_ folder: TokenizerFolder) throws(TokenizationError) -> Family {
    let model = try folder.object("config.json")
    for file in [try folder.object("tokenizer_config.json"), model] {
      guard let file, let name = try file.optionalString("tokenizer_class") else { continue }
      let stem = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
      guard let found = Family.allCases.first(where: { stem.hasSameScalars(as: "\($0.className)Tokenizer") })
      else {
        throw .unsupportedPart(
          file: file.file, part: .tokenizerClass, name: name, supported: Family.classNames)
      }
      return found
    }
    let type = try model?.optionalString("model_type") ?? ""
    guard let found = Family.allCases.first(where: { $0.modelTypes.contains(where: type.hasSameScalars) })
    else { throw .missingKey(file: folder.file("tokenizer_config.json"), key: "tokenizer_class") }
    return found
  }
}

extension SentencePieceFile {
  /// What a `tokenizer.json` would say.
  func definition() throws(TokenizationError) -> JSONReader {
    let entries = try entries()
    let vocabulary = try Vocabulary(list: entries.map(\.token), file: file)
    return JSONReader(
      file: file,
      object: [
        "added_tokens": .array(try addedTokens(vocabulary).map(\.json)), "normalizer": try normalizer(),
        "pre_tokenizer": try preTokenizer(), "post_processor": try postProcessor(vocabulary),
        "model": try modelValue(entries),
      ])
  }

  /// The vocabulary: the pieces, with the tokens of the family before and behind them.
  private func entries() throws(TokenizationError) -> [(token: String, score: Float)] {
    let pieces = model.pieces.map { (token: $0.text, score: $0.score) }
    func name(_ key: String) -> (token: String, score: Float) { (special.content(of: key) ?? "", 0) }
    switch family {
    case .t5: return pieces + (try extraTokens()).map { ($0, 0) }
    case .llama: return pieces
    case .xlmRoberta:
      return ["bos_token", "pad_token", "eos_token", "unk_token"].map(name) + pieces.dropFirst(3)
        + [name("mask_token")]
    case .camembert:
      return [
        ("<s>NOTUSED", 0), name("pad_token"), ("</s>NOTUSED", 0), name("unk_token"), ("<unk>NOTUSED", -100),
      ]
        + pieces.dropFirst() + [name("mask_token")]
    }
  }

  /// More are in no real model.
  private static let maximumExtraTokenCount = 100_000

  /// The sentinels of T5, the last one first.
  private func extraTokens() throws(TokenizationError) -> [String] {
    guard let configuration, try configuration.value("extra_ids") != nil else {
      return Self.sentinels(100)
    }
    let count = try configuration.integer("extra_ids")
    guard (0...Self.maximumExtraTokenCount).contains(count) else {
      throw configuration.wrongValue(
        "extra_ids", found: "\(count)", expected: "0 to \(Self.maximumExtraTokenCount)")
    }
    return Self.sentinels(count)
  }

  private static func sentinels(_ count: Int) -> [String] {
    (0..<count).reversed().map { "<extra_id_\($0)>" }
  }

  /// The special tokens, those that the model file marks, and the sentinels.
  private func addedTokens(_ vocabulary: Vocabulary) throws(TokenizationError) -> [AddedToken] {
    var tokens = special.addedTokens(vocabulary)
    var known = Set(tokens.map { ExactString($0.content) })
    func add(_ content: String, isSpecial: Bool) {
      guard let id = vocabulary.id(of: content), known.insert(ExactString(content)).inserted else { return }
      tokens.append(AddedToken(content: content, id: Int(id), isSpecial: isSpecial))
    }
    for piece in model.pieces where piece.kind == .control || piece.kind == .userDefined {
      add(piece.text, isSpecial: piece.kind == .control)
    }
    if family == .t5 {
      for id in model.pieces.count..<vocabulary.size {
        add(vocabulary.token(for: Int32(id)) ?? "", isSpecial: true)
      }
    }
    // The mask of CamemBERT takes the space before it, unless its flags are given.
    if family == .camembert, let index = tokens.firstIndex(where: { $0.id == vocabulary.size - 1 }) {
      if case .object = try configuration?.value("mask_token") { return tokens }
      tokens[index].stripsLeft = true
    }
    return tokens
  }

  private func modelValue(_ entries: [(token: String, score: Float)]) throws(TokenizationError) -> JSONValue {
    if family == .llama {
      let vocabulary = entries.enumerated().map { ($1.token, JSONValue.integer($0)) }
      let merges = try model.merges(file: file).map {
        JSONValue.array([.string($0.left), .string($0.right)])
      }
      return .object([
        "type": .string("BPE"), "vocab": .object(JSONObject(vocabulary)), "merges": .array(merges),
        "unk_token": .string(model.unknownPiece), "fuse_unk": .bool(true), "byte_fallback": .bool(true),
      ])
    }
    let vocabulary = entries.map { JSONValue.array([.string($0.token), .real(Double($0.score))]) }
    return .object([
      "type": .string("Unigram"), "vocab": .array(vocabulary),
      "unk_id": .integer(family == .t5 ? model.unknownID : 3),
    ])
  }
}

extension SentencePieceFile {
  private static let mark = "\u{2581}"

  /// Whether Llama's spaces are marked before the text is looked at, as it was at first.
  private func isLegacy() throws(TokenizationError) -> Bool { try special.flag("legacy", else: true) }

  private func normalizer() throws(TokenizationError) -> JSONValue {
    guard family == .llama else {
      guard !model.characterMap.isEmpty else { return .null }
      return .object([
        "type": .string("Precompiled"),
        "precompiled_charsmap": .string(Data(model.characterMap).base64EncodedString()),
      ])
    }
    guard try isLegacy() else { return .null }
    var steps: [JSONValue] = []
    if try special.flag("add_prefix_space", else: true) {
      steps.append(.object(["type": .string("Prepend"), "prepend": .string(Self.mark)]))
    }
    steps.append(
      .object([
        "type": .string("Replace"), "pattern": .object(["String": .string(" ")]),
        "content": .string(Self.mark),
      ]))
    return .object(["type": .string("Sequence"), "normalizers": .array(steps)])
  }

  private func preTokenizer() throws(TokenizationError) -> JSONValue {
    if family == .llama, try isLegacy() { return .null }
    var scheme = family == .llama ? Metaspace.PrependScheme.first : .always
    if family != .t5, try !special.flag("add_prefix_space", else: true) { scheme = .never }
    let metaspace = JSONValue.object([
      "type": .string("Metaspace"), "replacement": .string(Self.mark),
      "prepend_scheme": .string(scheme.rawValue),
      "split": .bool(family != .llama),
    ])
    guard family != .llama else { return metaspace }
    return .object([
      "type": .string("Sequence"),
      "pretokenizers": .array([.object(["type": .string("WhitespaceSplit")]), metaspace]),
    ])
  }

  private func postProcessor(_ vocabulary: Vocabulary) throws(TokenizationError) -> JSONValue {
    var single: [JSONValue] = []
    var tokens = JSONObject()
    func add(_ key: String) throws(TokenizationError) {
      let (token, id) = try special.token(of: key, in: vocabulary)
      single.append(.object(["SpecialToken": .object(["id": .string(token)])]))
      guard tokens[token] == nil else { return }
      tokens.append(token, .object(["ids": .array([.integer(id)]), "tokens": .array([.string(token)])]))
    }
    var (opens, closes) = (family != .t5, true)
    if family == .llama {
      opens = try special.flag("add_bos_token", else: true)
      closes = try special.flag("add_eos_token")
    }
    if opens { try add("bos_token") }
    single.append(.object(["Sequence": .object(["id": .string("A")])]))
    if closes { try add("eos_token") }
    return .object([
      "type": .string("TemplateProcessing"), "single": .array(single), "special_tokens": .object(tokens),
    ])
  }
}
