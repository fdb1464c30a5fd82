/// A text as a model sees it: ids, tokens, and where in the text each token came from.
///
/// `ids`, `tokens`, `offsets` and `special` have one element a token.
public struct TokenizedText: Sendable, Equatable {
  /// The ids, special tokens included.
  public var ids: [Int32]
  /// The tokens as the vocabulary writes them: `[CLS]`, `token`, `##ization`.
  public var tokens: [String]
  /// The part of the given text behind each token, in Unicode scalars; empty at 0 for added special tokens.
  public var offsets: [Range<Int>]
  /// Whether the post-processor added the token.
  ///
  /// One that is typed literally in the text is not marked.
  public var special: [Bool]
  /// The number of ids before truncation, special tokens included.
  public var totalCount: Int
  /// The Unicode scalar at which the dropped tail begins; nil when nothing was dropped.
  public var firstDroppedScalar: Int?

  /// The Unicode scalar at which the dropped head ends; nil when nothing was dropped at the front.
  ///
  /// Only tokenizers whose configuration says `truncation_side: left` drop the head; they keep the tail.
  public var droppedHeadEnd: Int?

  /// Whether tokens were dropped because the text is longer than allowed.
  public var isTruncated: Bool { firstDroppedScalar != nil || droppedHeadEnd != nil }

  public init(
    ids: [Int32] = [], tokens: [String] = [], offsets: [Range<Int>] = [], special: [Bool] = [],
    totalCount: Int = 0, firstDroppedScalar: Int? = nil, droppedHeadEnd: Int? = nil
  ) {
    self.ids = ids
    self.tokens = tokens
    self.offsets = offsets
    self.special = special
    self.totalCount = totalCount
    self.firstDroppedScalar = firstDroppedScalar
    self.droppedHeadEnd = droppedHeadEnd
  }
}
