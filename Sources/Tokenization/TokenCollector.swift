/// Gathers the tokens of one text up to a limit, and counts those beyond it.
struct TokenCollector {
  /// Which end of a text that is too long is dropped.
  enum Side: String, CaseIterable, Sendable {
    case head = "left"
    case tail = "right"
  }

  private var result = TokenizedText()
  /// How many tokens of the text itself may be kept.
  private let limit: Int
  private let side: Side
  /// The special tokens before the text.
  private let specialCount: Int

  init(limit: Int, dropping side: Side, before specials: [PostProcessor.SpecialToken]) {
    self.limit = limit
    self.side = side
    specialCount = specials.count
    append(specials)
  }

  /// How many tokens of the text itself are held.
  private var count: Int { result.ids.count - specialCount }

  /// Whether a further token may be kept, as far as that can be known now.
  var hasRoom: Bool { side == .head || count < limit }

  /// Adds a token of the text; there must be room.
  @inline(__always)
  mutating func append(_ id: Int32, _ token: String, _ offsets: Range<Int>) {
    result.ids.append(id)
    result.tokens.append(token)
    result.offsets.append(offsets)
    result.special.append(false)
    result.totalCount += 1
    // Twice the limit, so that the work of dropping stays in proportion.
    if side == .head, count > 4096, count / 2 > limit { dropHead() }
  }

  /// Counts a token for which there is no room.
  @inline(__always)
  mutating func drop(from scalar: Int) {
    result.totalCount += 1
    if result.firstDroppedScalar == nil { result.firstDroppedScalar = scalar }
  }

  /// The text with the special tokens behind it, once all its tokens have been added.
  consuming func finished(
    _ postProcessor: PostProcessor, addsSpecialTokens: Bool
  ) -> TokenizedText {
    if side == .head { dropHead() }
    for trim in postProcessor.trims {
      let firstIsMarked = trim.comesBehindSpecials && addsSpecialTokens
      for index in specialCount..<result.ids.count {
        result.offsets[index] = trim.trimmed(
          result.offsets[index], of: result.tokens[index], isFirst: index == specialCount && !firstIsMarked)
      }
    }
    if addsSpecialTokens { append(postProcessor.after) }
    return result
  }

  private mutating func dropHead() {
    guard count > limit else { return }
    let dropped = specialCount..<result.ids.count - limit
    let end = result.offsets[dropped].lazy.map(\.upperBound).max() ?? 0
    result.droppedHeadEnd = max(result.droppedHeadEnd ?? 0, end)
    result.ids.removeSubrange(dropped)
    result.tokens.removeSubrange(dropped)
    result.offsets.removeSubrange(dropped)
    result.special.removeSubrange(dropped)
  }

  /// Adds special tokens, which stand for no part of the text and take no room.
  private mutating func append(_ tokens: [PostProcessor.SpecialToken]) {
    for special in tokens {
      result.ids.append(special.id)
      result.tokens.append(special.token)
      result.offsets.append(0..<0)
      result.special.append(true)
      result.totalCount += 1
    }
  }
}
