/// Two symbols that byte-pair encoding joins into one.
struct Merge: Sendable, Equatable {
  var left: Int32
  var right: Int32
  /// The id of what they become.
  var joined: Int32
}

/// The merges by their pair: an open-addressing table, at most half full.
struct MergeTable: Sendable {
  /// What becomes of a pair, and how early.
  struct Rule: Sendable, Equatable {
    /// The place in the list of merges; the lowest goes first.
    var rank: UInt32
    var joined: Int32
  }

  private struct Entry: Sendable {
    static let free = Entry(key: .max, rule: Rule(rank: .max, joined: -1))

    var key: UInt64
    var rule: Rule
  }

  private var entries: [Entry]
  /// Differs from run to run, so that no file can be made whose pairs all collide.
  private let seed = UInt64.random(in: 0...UInt64.max)

  /// The merges in the order of their ranks; of a pair that is there twice the last rank counts.
  init(_ merges: [Merge]) {
    var capacity = 32
    while capacity < merges.count * 2 { capacity *= 2 }
    entries = [Entry](repeating: .free, count: capacity)
    for (rank, merge) in merges.enumerated() {
      let key = Self.key(merge.left, merge.right)
      entries[slot(of: key)] = Entry(key: key, rule: Rule(rank: UInt32(rank), joined: merge.joined))
    }
  }

  /// What two neighbours become; nil where they stay apart.
  @inline(__always)
  func rule(for left: Int32, _ right: Int32) -> Rule? {
    let rule = entries[slot(of: Self.key(left, right))].rule
    return rule.joined < 0 ? nil : rule
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot that holds a pair, or the free one where it would go.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mixed = (key ^ seed) &* 0x9e37_79b9_7f4a_7c15
    var slot = Int(truncatingIfNeeded: (mixed ^ (mixed >> 29)) >> 12) & (entries.count - 1)
    while entries[slot].key != key, entries[slot].key != .max { slot = (slot + 1) & (entries.count - 1) }
    return slot
  }
}
