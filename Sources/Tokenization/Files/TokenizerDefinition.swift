/// The parts of a tokenizer as its files declare them.
struct TokenizerDefinition: Sendable {
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: SubwordModel
  var postProcessor: PostProcessor
  var addedTokens: [AddedToken]
  /// The tokens of the model and, behind them, the added ones.
  var vocabulary: Vocabulary

  /// Which end of a text that is too long is dropped.
  var droppedSide = TokenCollector.Side.tail

  /// Reads `tokenizer.json`, or where there is none `vocab.txt`, a model of SentencePiece, or
  /// `vocab.json` with `merges.txt`.
  ///
  /// - Throws: `TokenizationError`, for anything missing, damaged or not supported.
  static func read(
    _ folder: TokenizerFolder, cache: TokenizerCache? = nil
  ) throws(TokenizationError) -> TokenizerDefinition {
    var definition = try content(of: folder, cache)
    definition.droppedSide = try droppedSide(folder)
    return definition
  }

  private static func content(
    of folder: TokenizerFolder, _ cache: TokenizerCache?
  ) throws(TokenizationError) -> TokenizerDefinition {
    let identity = cache == nil ? nil : folder.identity
    if let cache, let identity, let known = cache.definition(of: identity, folder) { return known }
    let stored: StoredTokenizer
    if let json = try folder.object("tokenizer.json") {
      stored = try StoredTokenizer(json)
    } else if let bytes = try folder.bytes("vocab.txt") {
      return try VocabularyFile(folder, bytes: bytes).definition()
    } else if let file = try SentencePieceFile(folder) {
      stored = try StoredTokenizer(try file.definition())
    } else if let files = try MergesFile(folder) {
      stored = try files.tokenizer()
    } else {
      throw .fileMissing(
        folder: folder.path,
        expected: ["tokenizer.json", "vocab.txt"] + SentencePieceFile.names + ["vocab.json with merges.txt"])
    }
    let definition = try TokenizerDefinition(stored)
    if let cache, let identity { cache.write(stored, identity) }
    return definition
  }

  private static func droppedSide(
    _ folder: TokenizerFolder
  ) throws(TokenizationError) -> TokenCollector.Side {
    guard let json = try folder.object("tokenizer_config.json"),
      let name = try json.optionalString("truncation_side")
    else { return .tail }
    guard let side = TokenCollector.Side.named(name) else {
      throw json.wrongValue("truncation_side", found: "'\(name)'", expected: "'left' or 'right'")
    }
    return side
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

  /// Puts together what a `tokenizer.json` says.
  ///
  /// The truncation and padding stored there are not read: both are the caller's to say.
  init(_ stored: StoredTokenizer) throws(TokenizationError) {
    let json = stored.definition
    if let version = try json.optionalString("version"), !version.hasSameScalars(as: "1.0") {
      throw .unsupportedVersion(file: json.file, found: version, supported: "1.0")
    }
    var normalizer: Normalizer?
    if let part = try json.optionalObject("normalizer") { normalizer = try Normalizer(part) }
    var preTokenizer: PreTokenizer?
    if let part = try json.optionalObject("pre_tokenizer") { preTokenizer = try PreTokenizer(part) }
    try TextGrowth.check(normalizer, preTokenizer, file: json.file)
    var addedTokens: [AddedToken] = []
    if try json.value("added_tokens") != nil {
      for element in try json.objects("added_tokens") { addedTokens.append(try AddedToken(element)) }
    }
    let postProcessor = try json.optionalObject("post_processor")
    try self.init(
      normalizer: normalizer, preTokenizer: preTokenizer,
      model: try SubwordModel(try json.object("model"), stored.tables), addedTokens: addedTokens,
      file: json.file
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
    let expected = id(of: token.content).map(Int.init) ?? size
    guard token.id == expected else {
      throw .addedTokenMismatch(file: file, token: token.content, id: token.id, expected: expected)
    }
    if id(of: token.content) == nil { try append(token.content, id: token.id) }
  }
}
