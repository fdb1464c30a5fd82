/// A row of upright bars, one for each value: a curve in few cells.
public struct Sparkline: Hashable, Sendable {
  /// nil where there is no value yet.
  public var values: [Float?]
  /// The values of an empty and of a full bar.
  public var range: ClosedRange<Float>
  /// The columns of one value; from 3 on the last one is a gap.
  public var columnsPerValue: Int

  public init(values: [Float?], range: ClosedRange<Float>, columnsPerValue: Int = 1) {
    self.values = values
    self.range = range
    self.columnsPerValue = max(1, columnsPerValue)
  }

  /// The bars in so many rows, the upper one first; each row has `values.count * columnsPerValue` columns.
  ///
  /// A value at the lower end still has a line at the bottom; `·` stands where there is no value.
  public func text(rows: Int) -> [String] {
    guard rows > 0 else { return [] }
    return (0..<rows).map { row in
      values.reduce(into: "") { $0 += cell($1, row: row, of: rows) }
    }
  }

  private func cell(_ value: Float?, row: Int, of rows: Int) -> String {
    let isBottom = row == rows - 1
    let bar = columnsPerValue >= 3 ? columnsPerValue - 1 : columnsPerValue
    let gap = String(repeating: " ", count: columnsPerValue - bar)
    guard let value, value.isFinite else {
      return (isBottom ? "·" : " ") + String(repeating: " ", count: bar - 1) + gap
    }
    let extent = range.upperBound - range.lowerBound
    let fraction = extent > 0 ? (value - range.lowerBound) / extent : 1
    // Written so that what is not a number counts as the lower end.
    let filled = fraction > 0 ? min(fraction, 1) : 0
    let eighths = max(1, Int((filled * Float(rows * 8)).rounded()))
    let level = min(8, max(0, eighths - (rows - 1 - row) * 8))
    return String(repeating: Self.levels[level], count: bar) + gap
  }

  private static let levels: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
}
