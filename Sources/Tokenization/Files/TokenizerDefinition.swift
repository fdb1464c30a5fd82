/// The parts of a tokenizer as its files declare them.
struct TokenizerDefinition: Sendable {
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: SubwordModel
  var postProcessor: PostProcessor
  var addedTokens: [AddedToken]
  /// The tokens of the model and, behind them, the added ones.
  var vocabulary: Vocabulary

  /// Reads `tokenizer.json`, or `vocab.txt` where there is none.
  ///
  /// - Throws: `TokenizationError`, for anything missing, damaged or not supported.
  static func read(_ folder: TokenizerFolder) throws(TokenizationError) -> TokenizerDefinition {
    try checkTruncationSide(folder)
    if let json = try folder.object("tokenizer.json") { return try TokenizerDefinition(json) }
    if let bytes = try folder.bytes("vocab.txt") {
      return try VocabularyFile(folder, bytes: bytes).definition()
    }
    throw .fileMissing(folder: folder.path, expected: ["tokenizer.json", "vocab.txt"])
  }

  /// Refuses tokenizers that drop the head of a long text: nothing here can show that yet.
  private static func checkTruncationSide(_ folder: TokenizerFolder) throws(TokenizationError) {
    guard let json = try folder.object("tokenizer_config.json"),
      let side = try json.optionalString("truncation_side"), !side.hasSameScalars(as: "right")
    else { return }
    throw json.wrongValue("truncation_side", found: "'\(side)'", expected: "'right'")
  }

  init(
    normalizer: Normalizer?, preTokenizer: PreTokenizer?, model: SubwordModel, addedTokens: [AddedToken],
    file: String, postProcessor: (Vocabulary) throws(TokenizationError) -> PostProcessor
  ) throws(TokenizationError) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.addedTokens = addedTokens
    vocabulary = model.vocabulary
    for token in addedTokens { try vocabulary.add(token, behind: model.vocabulary, file: file) }
    self.postProcessor = try postProcessor(vocabulary)
  }

  /// Reads the content of a `tokenizer.json`.
  ///
  /// The truncation and padding stored there are not read: both are the caller's to say.
  init(_ json: JSONReader) throws(TokenizationError) {
    if let version = try json.optionalString("version"), !version.hasSameScalars(as: "1.0") {
      throw .unsupportedVersion(file: json.file, found: version, supported: "1.0")
    }
    var normalizer: Normalizer?
    if let part = try json.optionalObject("normalizer") { normalizer = try Normalizer(part) }
    var preTokenizer: PreTokenizer?
    if let part = try json.optionalObject("pre_tokenizer") { preTokenizer = try PreTokenizer(part) }
    var addedTokens: [AddedToken] = []
    if try json.value("added_tokens") != nil {
      for element in try json.objects("added_tokens") { addedTokens.append(try AddedToken(element)) }
    }
    let postProcessor = try json.optionalObject("post_processor")
    try self.init(
      normalizer: normalizer, preTokenizer: preTokenizer,
      model: try SubwordModel(try json.object("model")), addedTokens: addedTokens, file: json.file
    ) { (vocabulary) throws(TokenizationError) in
      guard let postProcessor else { return PostProcessor() }
      return try PostProcessor(postProcessor, vocabulary: vocabulary)
    }
  }
}

extension Vocabulary {
  /// Enters an added token, which keeps the id that the model's vocabulary gives it or comes behind all others.
  ///
  /// - Throws: `addedTokenMismatch` where the file says another id than the reference implementation would
  ///   deal out: one of the two has been edited, and the embeddings fit only one.
  fileprivate mutating func add(
    _ token: AddedToken, behind model: Vocabulary, file: String
  ) throws(TokenizationError) {
    guard !token.content.isEmpty else { return }
    let expected = id(of: token.content).map(Int.init) ?? max(model.count, highestID(beyond: model.count) + 1)
    guard token.id == expected else {
      throw .addedTokenMismatch(file: file, token: token.content, id: token.id, expected: expected)
    }
    if id(of: token.content) == nil { try append(token.content, id: token.id) }
  }

  private func highestID(beyond count: Int) -> Int { tokens.count > count ? tokens.count - 1 : -1 }
}
