/// Gathers the tokens of one text up to a limit, and counts those beyond it.
struct TokenCollector {
  /// The text as gathered so far.
  private(set) var result = TokenizedText()
  /// How many more tokens of the text itself there is room for.
  private var room: Int
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    room = limit
  }

  var hasRoom: Bool { room > 0 }

  /// Whether no token of the text itself has been gathered yet.
  var isEmpty: Bool { room == limit }

  /// Adds a token of the text; there must be room.
  @inline(__always)
  mutating func append(_ id: Int32, _ token: String, _ offsets: Range<Int>) {
    result.ids.append(id)
    result.tokens.append(token)
    result.offsets.append(offsets)
    result.special.append(false)
    result.totalCount += 1
    room -= 1
  }

  /// Counts a token for which there is no room.
  @inline(__always)
  mutating func drop(from scalar: Int) {
    result.totalCount += 1
    if result.firstDroppedScalar == nil { result.firstDroppedScalar = scalar }
  }

  /// Adds special tokens, which stand for no part of the text and take no room.
  mutating func append(_ tokens: [PostProcessor.SpecialToken]) {
    for special in tokens {
      result.ids.append(special.id)
      result.tokens.append(special.token)
      result.offsets.append(0..<0)
      result.special.append(true)
      result.totalCount += 1
    }
  }
}
