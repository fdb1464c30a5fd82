/// Token ids of some texts, one text after another without padding.
public struct TokenBatch: Equatable, Sendable {
  public var ids: [Int32]
  /// The number of tokens of each text; their sum is the number of ids.
  public var lengths: [Int]

  public init(ids: [Int32], lengths: [Int]) {
    self.ids = ids
    self.lengths = lengths
  }

  /// A batch of the given texts.
  public init(_ texts: [[Int32]]) {
    self.init(ids: texts.flatMap { $0 }, lengths: texts.map(\.count))
  }

  /// Runs of whole texts of at most `limit` tokens each; a longer text stands alone.
  func groups(ofAtMost limit: Int) -> [TokenGroup] {
    var groups: [TokenGroup] = []
    var group = TokenGroup(texts: 0..<0, tokens: 0..<0)
    for (text, length) in lengths.enumerated() {
      if !group.tokens.isEmpty, length > 0, group.tokens.count + length > limit {
        groups.append(group)
        group = TokenGroup(texts: text..<text, tokens: group.tokens.upperBound..<group.tokens.upperBound)
      }
      group.texts = group.texts.lowerBound..<text + 1
      group.tokens = group.tokens.lowerBound..<group.tokens.upperBound + length
    }
    return group.tokens.isEmpty ? groups : groups + [group]
  }
}

/// Some texts of a batch and their tokens.
struct TokenGroup: Equatable {
  var texts: Range<Int>
  var tokens: Range<Int>
}
