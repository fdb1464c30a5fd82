import JSONText

/// A tokenizer of BERT put together from `vocab.txt` and what stands beside it, for models that have no
/// `tokenizer.json`.
struct VocabularyFile {
  /// The tokenizer classes whose `vocab.txt` means WordPiece behind BERT's normaliser.
  static let supportedClasses = [
    "Bert", "DistilBert", "Electra", "MobileBert", "RetriBert", "RoFormer", "Ernie",
  ]
  .flatMap { ["\($0)Tokenizer", "\($0)TokenizerFast"] }

  private let file: String
  private let bytes: [UInt8]
  /// The file that says how to tokenize, if there is one.
  private let configuration: JSONReader?
  /// The file that names the special tokens in old folders, if there is one; it goes first.
  private let specialTokens: JSONReader?
  /// The file that lists tokens behind the vocabulary in old folders, if there is one.
  private let extraTokens: JSONReader?

  init(_ folder: TokenizerFolder, bytes: [UInt8]) throws(TokenizationError) {
    file = folder.file("vocab.txt")
    self.bytes = bytes
    configuration = try folder.object("tokenizer_config.json")
    specialTokens = try folder.object("special_tokens_map.json")
    extraTokens = try folder.object("added_tokens.json")
  }

  /// The tokenizer: the defaults of BERT where the configuration is silent.
  func definition() throws(TokenizationError) -> TokenizerDefinition {
    try checkClass()
    let vocabulary = try Vocabulary(try entries(), file: file)
    let unknown = try name(of: "unk_token", else: "[UNK]")
    guard let unknownID = vocabulary.id(of: unknown) else {
      throw .tokenAbsent(file: file, token: unknown, purpose: "unk_token")
    }
    let model = WordPiece(
      vocabulary: vocabulary, unknownID: unknownID, continuingPrefix: "##", maximumWordLength: 100)
    let normalizer = BertNormalizer(
      spacesChineseCharacters: try configuration?.optionalBool("tokenize_chinese_chars") ?? true,
      stripsAccents: try configuration?.optionalBool("strip_accents"),
      lowercases: try configuration?.optionalBool("do_lower_case") ?? true)
    let classification = try special("cls_token", else: "[CLS]", vocabulary)
    let separator = try special("sep_token", else: "[SEP]", vocabulary)
    return try TokenizerDefinition(
      normalizer: .bert(normalizer), preTokenizer: .bert, model: .wordPiece(model),
      addedTokens: try addedTokens(vocabulary), file: file
    ) { _ in PostProcessor(before: [classification], after: [separator]) }
  }

  private func checkClass() throws(TokenizationError) {
    guard let configuration, let name = try configuration.optionalString("tokenizer_class") else { return }
    guard Self.supportedClasses.contains(where: name.hasSameScalars) else {
      throw .unsupportedPart(
        file: configuration.file, part: .tokenizerClass, name: name, supported: Self.supportedClasses)
    }
  }

  /// One token a line, the number of the line its id; of a token that is there twice the last line counts.
  private func entries() throws(TokenizationError) -> [(token: String, id: Int)] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .invalidUTF8(file: file, byteOffset: bytes.offsetOfInvalidUTF8 ?? bytes.count)
    }
    try TokenizerFolder.checkLineCount(of: bytes, file: file)
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var ids: [ExactString: Int] = [:]
    for (id, line) in lines.enumerated() {
      let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      ids[ExactString(String(Substring(token)))] = id
    }
    return ids.map { ($0.key.string, $0.value) }.sorted { $0.1 < $1.1 }
  }

  /// A special token: named by a string, or by an object with its `content` and flags.
  private func token(of key: String, else standard: String) throws(TokenizationError) -> AddedToken {
    for file in [specialTokens, configuration] {
      guard let file, let value = try file.value(key) else { continue }
      if case .string(let name) = value { return AddedToken(content: name, id: 0) }
      return try AddedToken(declared: try file.reader(of: value, at: key), id: 0, isSpecial: true)
    }
    return AddedToken(content: standard, id: 0)
  }

  private func name(of key: String, else standard: String) throws(TokenizationError) -> String {
    try token(of: key, else: standard).content
  }

  private func special(
    _ key: String, else standard: String, _ vocabulary: Vocabulary
  ) throws(TokenizationError) -> PostProcessor.SpecialToken {
    let name = try name(of: key, else: standard)
    guard let id = vocabulary.id(of: name) else {
      throw .tokenAbsent(file: file, token: name, purpose: key)
    }
    return PostProcessor.SpecialToken(id: id, token: name)
  }

  /// The tokens to look for in texts.
  ///
  /// They are the five special ones, as far as the vocabulary has them, and what the configuration or
  /// `added_tokens.json` lists besides.
  private func addedTokens(_ vocabulary: Vocabulary) throws(TokenizationError) -> [AddedToken] {
    let standards = [
      ("pad_token", "[PAD]"), ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"),
      ("mask_token", "[MASK]"),
    ]
    var tokens: [ExactString: AddedToken] = [:]
    for (key, standard) in standards {
      var token = try token(of: key, else: standard)
      guard let id = vocabulary.id(of: token.content) else { continue }
      token.id = Int(id)
      tokens[ExactString(token.content)] = token
    }
    for token in try listedTokens() { tokens[ExactString(token.content)] = token }
    return tokens.values.sorted { $0.id < $1.id }
  }

  private func listedTokens() throws(TokenizationError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    if let list = try configuration?.optionalObject("added_tokens_decoder") {
      for member in list.members { tokens.append(try AddedToken(listed: member, in: list)) }
    } else if let extraTokens {
      for member in extraTokens.members {
        guard case .integer(let id) = member.value else {
          throw extraTokens.wrongValue(member.key, found: member.value.summary, expected: "an id")
        }
        tokens.append(AddedToken(content: member.key, id: id, isNormalized: true, isSpecial: false))
      }
    }
    return tokens
  }
}
