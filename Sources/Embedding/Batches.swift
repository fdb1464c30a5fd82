/// Groups texts of like length, so that a batch holds about a fixed number of tokens.
///
/// The longest come first: memory is at its peak at the start, and the estimate of the time left errs on
/// the long side.
struct Batches: Sequence {
  /// Enough for so many tasks for each thread that the wait for the last one hardly counts, few enough that other bulk work
  /// gets its turn.
  static let tokenBudget = 16_384

  let lengths: [Int]
  /// The most tokens in a batch, but for a single text that is longer.
  let budget: Int

  init(lengths: [Int], budget: Int? = nil) {
    self.lengths = lengths
    self.budget = budget ?? Self.tokenBudget
  }

  func makeIterator() -> AnyIterator<[Int]> {
    let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    var next = 0
    return AnyIterator {
      guard next < order.count else { return nil }
      var batch: [Int] = []
      var tokens = 0
      while next < order.count, batch.isEmpty || tokens + lengths[order[next]] <= budget {
        batch.append(order[next])
        tokens += lengths[order[next]]
        next += 1
      }
      return batch
    }
  }
}
