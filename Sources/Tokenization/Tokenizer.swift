/// Turns texts into the token ids that a model was trained on, as the tokenizer in its folder says.
///
/// Loading and encoding agree with the reference implementation (the Rust crate `tokenizers`) in ids, tokens
/// and offsets. A tokenizer never changes, so that any number of threads may share one.
public final class Tokenizer: Sendable {
  private let normalizer: Normalizer?
  private let preTokenizer: PreTokenizer?
  private let model: SubwordModel
  private let postProcessor: PostProcessor
  private let vocabulary: Vocabulary
  /// Added tokens looked for in the text as given, and in the normalised text.
  private let literalTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  private let droppedSide: TokenCollector.Side
  /// Does the work of `normalizer`, `preTokenizer` and `model` in one go, where they are BERT's.
  private let bertWalk: BertWalk?

  /// Reads `tokenizer.json`, or else `vocab.txt`, a model of SentencePiece, or `vocab.json` with
  /// `merges.txt`, and the files beside them.
  ///
  /// The truncation and padding stored in the files are ignored: the caller says how long a text may be.
  ///
  /// - Parameters:
  ///   - folder: The model's folder.
  ///   - lowercasesFirst: Whether texts are lower-cased before the tokenizer's own normaliser sees them, as
  ///     `do_lower_case` in `sentence_bert_config.json` asks.
  ///   - cacheFolder: Where large vocabularies are kept in a form that loads fast; nil keeps none. What is
  ///     there and does not fit the model's files is passed over and written anew.
  /// - Throws: `TokenizationError`, for a file that is missing, damaged, or needs what is not supported.
  public init(
    folder: String, lowercasesFirst: Bool = false, cacheFolder: String? = nil
  ) throws(TokenizationError) {
    let definition = try TokenizerDefinition.read(
      try TokenizerFolder(folder), cache: cacheFolder.map(TokenizerCache.init))
    droppedSide = definition.droppedSide
    var normalizer = definition.normalizer
    if lowercasesFirst { normalizer = .sequence([.lowercase] + (normalizer.map { [$0] } ?? [])) }
    self.normalizer = normalizer
    preTokenizer = definition.preTokenizer
    model = definition.model
    postProcessor = definition.postProcessor
    vocabulary = definition.vocabulary
    var literal = AddedTokenFinder()
    var normalized = AddedTokenFinder()
    for token in definition.addedTokens {
      if token.isNormalized {
        normalized.insert(
          token, pattern: normalizer?.normalized(token.content) ?? Array(token.content.unicodeScalars))
      } else {
        literal.insert(token, pattern: Array(token.content.unicodeScalars))
      }
    }
    literalTokens = literal
    normalizedTokens = normalized
    bertWalk =
      normalized.isEmpty ? BertWalk(normalizer, definition.preTokenizer, definition.model) : nil
  }

  /// One more than the highest id: the rows that a table of embeddings needs.
  public var vocabularySize: Int { vocabulary.size }

  /// The id that stands for what the vocabulary lacks.
  public var unknownID: Int32? { model.unknownID }

  /// The special tokens that are put before each text.
  public var openingTokens: [String] { postProcessor.before.map(\.token) }

  /// The special tokens that are put behind each text.
  public var closingTokens: [String] { postProcessor.after.map(\.token) }

  /// How many special tokens are added to each text.
  public var specialTokenCount: Int { postProcessor.count }

  /// The id of a token, as the vocabulary writes it; nil where there is no such token.
  public func id(of token: String) -> Int32? { vocabulary.id(of: token) }

  /// The token of an id, as the vocabulary writes it; nil for an id that no token has.
  public func token(for id: Int32) -> String? { vocabulary.token(for: id) }

  /// Tokenizes one text.
  ///
  /// - Parameters:
  ///   - text: The text, prompt included.
  ///   - addSpecialTokens: Whether the special tokens of the post-processor are put round the text.
  ///   - maximumLength: How many ids there may be, special tokens included; the tail is dropped, or the head
  ///     where the model's configuration says `truncation_side: left`. Special tokens are never dropped, even
  ///     if there are more of them than that. nil is no limit.
  /// - Returns: The ids with all that is known of them, and how much was dropped.
  /// - Complexity: Linear in the length of the text, truncated or not.
  public func encode(
    _ text: String, addSpecialTokens: Bool = true, maximumLength: Int? = nil
  ) -> TokenizedText {
    let specialCount = addSpecialTokens ? postProcessor.count : 0
    var collector = TokenCollector(
      limit: maximumLength.map { max(0, $0 - specialCount) } ?? .max, dropping: droppedSide,
      before: addSpecialTokens ? postProcessor.before : [])
    if let bertWalk, walk(text, bertWalk, into: &collector) {
      return collector.finished(postProcessor, addsSpecialTokens: addSpecialTokens)
    }
    let scalars = Array(text.unicodeScalars)
    for part in literalTokens.parts(of: scalars) {
      let piece = NormalizedText(
        part.range == 0..<scalars.count ? scalars : Array(scalars[part.range]), origin: part.range.lowerBound)
      if let id = part.id {
        collect(id, in: 0..<piece.scalars.count, of: piece, into: &collector)
      } else {
        encode(piece, into: &collector)
      }
    }
    return collector.finished(postProcessor, addsSpecialTokens: addSpecialTokens)
  }

  /// Tokenizes a text in one go.
  ///
  /// - Returns: Whether that was done: a text that may hold added tokens, or is not UTF-8 in memory, is left alone.
  private func walk(
    _ text: String, _ walk: BertWalk, into collector: inout TokenCollector
  ) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { bytes in
      guard !literalTokens.mayFindToken(in: bytes) else { return false }
      walk.forEachToken(of: bytes) { id, range in
        if collector.hasRoom {
          collector.append(id, vocabulary.token(for: id) ?? "", range)
        } else {
          collector.drop(from: range.lowerBound)
        }
      }
      return true
    } ?? false
  }

  /// Normalises a part of the text that holds no literal added token, and tokenizes it.
  private func encode(_ text: NormalizedText, into collector: inout TokenCollector) {
    var text = text
    normalizer?.normalize(&text)
    for part in normalizedTokens.parts(of: text.scalars) {
      if let id = part.id {
        collect(id, in: part.range, of: text, into: &collector)
      } else {
        tokenize(text.slice(part.range), into: &collector)
      }
    }
  }

  /// Splits a normalised text and gives each piece to the model.
  private func tokenize(_ text: NormalizedText, into collector: inout TokenCollector) {
    var split = PreTokenizedText(text)
    preTokenizer?.split(&split)
    var tokens: [ModelToken] = []
    for piece in split.pieces {
      tokens.removeAll(keepingCapacity: true)
      model.tokenize(split.text.scalars, piece, into: &tokens)
      for token in tokens {
        guard collector.hasRoom else {
          collector.drop(from: split.text.source(of: token.range).lowerBound)
          continue
        }
        let isShownAsText = model.showsUnknownText && token.id == model.unknownID
        let shown = isShownAsText ? split.text.string(in: token.range) : vocabulary.token(for: token.id)
        collector.append(token.id, shown ?? "", split.text.source(of: token.range))
      }
    }
  }

  /// An added token is shown as it stands in the text, with the white space that it took.
  private func collect(
    _ id: Int32, in range: Range<Int>, of text: NormalizedText, into collector: inout TokenCollector
  ) {
    guard collector.hasRoom else {
      collector.drop(from: text.source(of: range).lowerBound)
      return
    }
    collector.append(id, text.string(in: range), text.source(of: range))
  }
}
