/// Counts of values in bins of equal width.
///
/// As `numpy.histogram`: a bin has its lower bound and not its upper one, but the last has both.
public struct Histogram: Equatable, Sendable {
  /// Values in each bin.
  public let counts: [Int]
  /// The lower bound of the first bin and the upper bound of the last.
  public let range: ClosedRange<Double>
  /// Values below or above the range, and infinite ones.
  public let outside: Int
  /// Values that are not a number.
  public let notNumbers: Int

  /// The bounds of a bin; it ends where the next one begins.
  public func bounds(of bin: Int) -> ClosedRange<Double> {
    Self.edge(bin, counts.count, range)...Self.edge(bin + 1, counts.count, range)
  }

  /// A histogram of real values.
  ///
  /// The range is one to share with other histograms, or goes from the least to the greatest finite value. Where
  /// those are equal, ½ is added on both sides; without values it is 0…1. There is at least one bin.
  public init(_ values: [Double], bins: Int, over range: ClosedRange<Double>? = nil) {
    precondition(bins > 0, "a histogram of \(bins) bins")
    let range = Self.widened(range ?? Self.extent(of: values))
    var counts = [Int](repeating: 0, count: bins)
    var (outside, notNumbers) = (0, 0)
    for value in values {
      if value.isNaN {
        notNumbers += 1
      } else if range.contains(value) {
        counts[Self.bin(of: value, bins, range)] += 1
      } else {
        outside += 1
      }
    }
    self.counts = counts
    self.range = range
    self.outside = outside
    self.notNumbers = notNumbers
  }

  public init(_ values: [Float], bins: Int, over range: ClosedRange<Double>? = nil) {
    self.init(values.map { Double($0) }, bins: bins, over: range)
  }

  /// A histogram of counts, such as lengths in tokens.
  public init(_ values: [Int], bins: Int, over range: ClosedRange<Double>? = nil) {
    self.init(values.map { Double($0) }, bins: bins, over: range)
  }

  private static func extent(of values: [Double]) -> ClosedRange<Double> {
    let finite = values.lazy.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return 0...1 }
    return least...greatest
  }

  private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    guard range.lowerBound == range.upperBound else { return range }
    let value = range.lowerBound
    // Where ½ is lost in rounding, what is not.
    let margin = max(0.5, abs(value) * 0x1p-40)
    let limit = Double.greatestFiniteMagnitude
    return max(value - margin, -limit)...min(value + margin, limit)
  }

  private static func edge(_ bin: Int, _ bins: Int, _ range: ClosedRange<Double>) -> Double {
    if bin == bins { return range.upperBound }
    let width = range.upperBound - range.lowerBound
    // The width of the widest ranges is no number.
    let step =
      width.isFinite
      ? width / Double(bins) : range.upperBound / Double(bins) - range.lowerBound / Double(bins)
    return range.lowerBound + Double(bin) * step
  }

  private static func bin(of value: Double, _ bins: Int, _ range: ClosedRange<Double>) -> Int {
    let width = range.upperBound - range.lowerBound
    let share =
      width.isFinite
      ? (value - range.lowerBound) / width
      : (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
    var bin = min(max(0, Int(share * Double(bins))), bins - 1)
    // The product is rounded; the edges decide.
    if bin > 0, value < edge(bin, bins, range) { bin -= 1 }
    if bin + 1 < bins, value >= edge(bin + 1, bins, range) { bin += 1 }
    return bin
  }
}
