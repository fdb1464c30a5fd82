/// How the top of one ranking differs from that of another of the same collection.
public struct RankComparison: Equatable, Sendable {
  /// Where a row of the second ranking stood in the first one.
  public enum Movement: Equatable, Sendable {
    case same
    /// Nearer to the top, by so many ranks.
    case up(by: Int)
    /// Farther from the top, by so many ranks.
    case down(by: Int)
    /// The first ranking does not have it.
    case new
  }

  /// A row of the second ranking's top.
  public struct Change: Equatable, Sendable {
    public var row: Int
    public var movement: Movement

    public init(row: Int, movement: Movement) {
      self.row = row
      self.movement = movement
    }
  }

  /// The share of the top that both have, 0–1: common rows over `depth`, or over the longer list if that is less.
  ///
  /// 1 where both are empty.
  public let overlap: Double
  /// Kendall's tau of the rows that both tops have, −1 to 1; nil where those are fewer than two.
  ///
  /// Ranks have no ties, so tau-b (`scipy.stats.kendalltau`) and tau-a are the same number here. Rows that only
  /// one top has do not count: see `distance` for a figure that sees them.
  public let kendallTau: Double?
  /// Kendall's distance of top lists with penalty ½, 0 (equal) to 1 (nothing in common).
  ///
  /// K⁽¹ᐟ²⁾ of Fagin, Kumar and Sivakumar 2003, over its largest value for lists of these lengths. Of all pairs of
  /// rows in either top: 1 for a pair that the two order differently, also as far as absence shows it (absent is
  /// behind present); ½ for a pair that one has and the other lacks, whose order there is unknown.
  public let distance: Double
  /// What became of the second ranking's top, in its order.
  public let changes: [Change]
  /// Rows of the first ranking's top that the second one's lacks, in the order of the first.
  public let lost: [Int]

  /// Compares the first `depth` rows of `b` with those of `a`.
  ///
  /// Both are rows, best first; a row counts where it stands first. `changes` look at all of `a`: given more
  /// than `depth` rows, it tells from how far a row came up, and calls it new only beyond that.
  /// - Complexity: O(rows · log(depth)).
  public init(_ a: [Int], _ b: [Int], depth: Int) {
    let ranksOfA = Self.ranks(a)
    let topA = Self.top(a, depth)
    let topB = Self.top(b, depth)
    let ranksInTopA = Self.ranks(topA)
    let ranksInTopB = Self.ranks(topB)
    lost = topA.filter { ranksInTopB[$0] == nil }
    changes = topB.enumerated().map { rank, row in
      Change(row: row, movement: Self.movement(from: ranksOfA[row], to: rank))
    }
    let common = topB.compactMap { ranksInTopA[$0] }
    let longer = max(topA.count, topB.count)
    overlap = longer == 0 ? 1 : Double(common.count) / Double(longer)
    let pairs = Self.pairs(common.count)
    let inversions = Self.inversions(common)
    kendallTau = pairs == 0 ? nil : 1 - 2 * Double(inversions) / Double(pairs)
    let (onlyA, onlyB) = (lost.count, topB.count - common.count)
    let ahead = Self.absentAhead(topA, ranksInTopB) + Self.absentAhead(topB, ranksInTopA)
    let penalty =
      Double(inversions + ahead + onlyA * onlyB) + Double(Self.pairs(onlyA) + Self.pairs(onlyB)) / 2
    let largest =
      Double(topA.count * topB.count) + Double(Self.pairs(topA.count) + Self.pairs(topB.count)) / 2
    distance = largest == 0 ? 0 : penalty / largest
  }

  private static func top(_ rows: [Int], _ depth: Int) -> [Int] {
    var (top, seen): ([Int], Set<Int>) = ([], [])
    for row in rows {
      if top.count >= depth { break }
      if seen.insert(row).inserted { top.append(row) }
    }
    return top
  }

  private static func ranks(_ rows: [Int]) -> [Int: Int] {
    var ranks: [Int: Int] = [:]
    for row in rows where ranks[row] == nil { ranks[row] = ranks.count }
    return ranks
  }

  private static func movement(from old: Int?, to new: Int) -> Movement {
    guard let old else { return .new }
    if old == new { return .same }
    return old > new ? .up(by: old - new) : .down(by: new - old)
  }

  private static func pairs(_ count: Int) -> Int { count * (count - 1) / 2 }

  /// Pairs of a list where a row that the other list lacks stands before one that it has.
  private static func absentAhead(_ rows: [Int], _ other: [Int: Int]) -> Int {
    var (absent, pairs) = (0, 0)
    for row in rows {
      if other[row] == nil { absent += 1 } else { pairs += absent }
    }
    return pairs
  }

  /// Pairs that stand in falling order, counted while sorting by merging.
  private static func inversions(_ values: [Int]) -> Int {
    var (sorted, merged, inversions, width) = (values, values, 0, 1)
    while width < sorted.count {
      for start in stride(from: 0, to: sorted.count, by: 2 * width) {
        let (middle, end) = (min(start + width, sorted.count), min(start + 2 * width, sorted.count))
        var (left, right) = (start, middle)
        for place in start..<end {
          if right == end || (left < middle && sorted[left] <= sorted[right]) {
            merged[place] = sorted[left]
            left += 1
          } else {
            merged[place] = sorted[right]
            right += 1
            inversions += middle - left
          }
        }
      }
      swap(&sorted, &merged)
      width *= 2
    }
    return inversions
  }
}
