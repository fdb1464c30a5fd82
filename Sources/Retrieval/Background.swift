public import Kernels
public import Recipes

/// The yardstick of scores: how near texts of a collection are that have nothing to do with each other.
///
/// Texts drawn from the collection are encoded in both roles; the scores of each against every other one make
/// the background. A score's percentile says how unusual it is under the same recipe.
public struct Background: Equatable, Sendable {
  /// How many texts are drawn.
  public static let textCount = 200

  /// The scores that are numbers, in rising order.
  public let scores: [Float]
  /// Scores that were not a number, and stand in nothing else here.
  public let notNumbers: Int
  /// Nil without scores.
  public let mean: Double?
  /// Of all scores, not an estimate from a sample (numpy's `std`); nil without scores.
  public let standardDeviation: Double?

  /// Distinct rows, in rising order; all of them where there are no more than `count`.
  ///
  /// The same for the same seed on every platform. Every set of rows is equally likely (Floyd's algorithm;
  /// Bentley and Floyd 1987).
  /// - Complexity: O(count · log(count)), whatever the total.
  public static func draw(_ count: Int = textCount, of total: Int, seed: UInt64) -> [Int] {
    guard count < total else { return Array(0..<max(0, total)) }
    var random = SplitMix64(seed: seed)
    var drawn: Set<Int> = []
    for last in (total - max(0, count))..<total {
      let row = random.index(below: last + 1)
      drawn.insert(drawn.contains(row) ? last : row)
    }
    return drawn.sorted()
  }

  /// The scores of every query against every document but its own.
  ///
  /// Row i of both is the same text, in the role of a query and of a document, `[texts, dimensions]`.
  public init(
    queries: Matrix, documents: Matrix, metric: Metric, kernels: KernelSet = .best, work: Work? = nil
  ) {
    precondition(queries.rows == documents.rows, "\(queries.rows) queries of \(documents.rows) texts")
    let all = similarities(queries, documents, metric: metric, kernels: kernels, work: work)
    let texts = queries.rows
    self.init(
      scores: all.withUnsafeValues { all in
        all.indices.filter { $0 / texts != $0 % texts }.map { all[$0] }
      })
  }

  /// A background of given scores, in any order.
  public init(scores: [Float]) {
    let numbers = scores.filter { !$0.isNaN }.sorted()
    let moments = Moments(numbers)
    self.scores = numbers
    notNumbers = scores.count - numbers.count
    mean = moments?.mean
    standardDeviation = moments?.standardDeviation
  }

  /// The share of the background below a score, from 0 to 100; what equals it counts half ("mid-rank").
  ///
  /// Nil for what is not a number, and where there is no background.
  /// - Complexity: O(log(scores)).
  public func percentile(of score: Float) -> Float? {
    guard !score.isNaN, !scores.isEmpty else { return nil }
    let below = scores.firstIndexOfRising { $0 >= score }
    let upTo = scores.firstIndexOfRising { $0 > score }
    return Float(100 * Double(below + upTo) / Double(2 * scores.count))
  }

  /// The score below which a share (0–1) of the background lies, interpolated linearly (numpy's default).
  ///
  /// Nil without scores and for a share outside of 0–1.
  public func quantile(_ share: Double) -> Float? {
    guard (0...1).contains(share), let last = scores.last else { return nil }
    let position = share * Double(scores.count - 1)
    let index = Int(position)
    guard index + 1 < scores.count else { return last }
    let (low, high) = (Double(scores[index]), Double(scores[index + 1]))
    return Float(low == high ? low : low + (position - Double(index)) * (high - low))
  }
}

extension Array {
  /// The first index of an element that passes, where all that follow pass too; `count` where none does.
  fileprivate func firstIndexOfRising(where passes: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if passes(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
