/// Finds the passages of a collection among the rows of a vector set, which come in the order of slots.
///
/// A collection that was indexed by itself has its passages in that order: the two lists are walked side by side, and
/// only what does not match is looked up.
struct SlotMatcher {
  /// How many passages are left out at most to find the one that a row belongs to: equal texts have one row.
  private static let lookAhead = 16

  private let passages: [ContentHash]
  private(set) var vectors: StoredVectors
  /// The next passage that is expected.
  private var next = 0
  /// Rows of passages that did not come in their turn.
  private var others: [(hash: ContentHash, found: FoundVector)] = []

  init(_ passages: [ContentHash]) {
    self.passages = passages
    vectors = StoredVectors(count: passages.count)
  }

  mutating func add(_ hash: ContentHash, _ found: FoundVector) {
    let end = min(next + Self.lookAhead, passages.count)
    for place in next..<max(next, end) where passages[place] == hash {
      vectors[place] = found
      next = place + 1
      return
    }
    others.append((hash, found))
  }

  /// Says where the passage of a place is.
  mutating func put(_ found: FoundVector, at place: Int) { vectors[place] = found }

  /// Looks up what is left.
  mutating func finish() {
    let missing = vectors.missing
    guard !missing.isEmpty else { return }
    let wanted = Set(missing.map { passages[$0] })
    var found: [ContentHash: FoundVector] = [:]
    for (hash, row) in others where wanted.contains(hash) { found[hash] = row }
    // Equal texts share a row, which has gone to the first of them.
    for place in passages.indices where vectors.slots[place] >= 0 && wanted.contains(passages[place]) {
      found[passages[place]] = vectors[place]
    }
    for place in missing {
      if let row = found[passages[place]] { vectors[place] = row }
    }
  }
}
