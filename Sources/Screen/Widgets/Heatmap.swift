/// A matrix of values to be shown as coloured cells.
public struct Heatmap: Hashable, Sendable {
  /// How a value becomes cells of the screen.
  public enum Mode: Hashable, Sendable, CaseIterable {
    /// The richest of the others that shows the whole matrix.
    case automatic
    /// The number in its coloured cell.
    case numbers
    /// Coloured cells without numbers; density glyphs where there are no colours.
    case cells
    /// Two values in a cell by `▀`, one over the other; `cells` where there are no colours.
    case halfBlocks
  }

  public var rowLabels: [String]
  public var columnLabels: [String]
  /// `[rowLabels.count, columnLabels.count]`, row after row; NaN where there is no value.
  public var values: [Float]
  /// The values of the ramp's ends.
  public var range: ClosedRange<Float>
  public var ramp: Ramp
  public var mode: Mode
  /// The value under the cursor, as column and row of the matrix.
  public var cursor: Point?
  /// False where the cursor only decides what is scrolled to.
  public var isCursorShown = true
  /// Digits behind the point.
  public var decimals: Int
  /// The value in the middle of a diverging ramp, for the legend; nil says none.
  public var center: Float?
  /// What stands behind the legend's ramp instead of the value under the cursor, as many as fit.
  public var legendNotes: [String] = []
  /// The columns that the widest number takes.
  let numberColumns: Int
  /// Whether the legend says what is under the cursor; false where that is said elsewhere.
  public var readsOut = true

  /// A matrix with its labels; `numberColumns`, where it is known, saves looking at every value.
  ///
  /// - Precondition: there is a value for every pair of labels.
  public init(
    rowLabels: [String], columnLabels: [String], values: [Float], range: ClosedRange<Float>? = nil,
    ramp: Ramp = .sequential, mode: Mode = .automatic, cursor: Point? = nil, decimals: Int = 2,
    numberColumns: Int? = nil
  ) {
    precondition(
      values.count == rowLabels.count * columnLabels.count,
      "a heatmap of \(rowLabels.count) x \(columnLabels.count) needs as many values, not \(values.count)")
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.values = values
    self.range = range ?? Self.range(of: values, ramp: ramp)
    self.ramp = ramp
    self.mode = mode
    self.cursor = cursor
    self.decimals = decimals
    self.numberColumns = numberColumns ?? Self.numberColumns(of: values, decimals: decimals)
  }

  /// The range that a ramp should span: from the 2nd to the 98th percentile of the finite values, and
  /// symmetric round 0 for a diverging ramp.
  public static func range(of values: [Float], ramp: Ramp) -> ClosedRange<Float> {
    let finite = values.filter(\.isFinite).sorted()
    guard let last = finite.last else { return 0...1 }
    if ramp == .diverging {
      let extent = max(abs(finite[0]), abs(last))
      return extent > 0 ? -extent...extent : -1...1
    }
    let low = finite[(finite.count - 1) * 2 / 100]
    let high = finite[finite.count - 1 - (finite.count - 1) * 2 / 100]
    return low < high ? low...high : (low - 0.5)...(low + 0.5)
  }

  public func value(column: Int, row: Int) -> Float { values[row * columnLabels.count + column] }

  /// A value's place on the ramp; nil for what is not finite.
  public func position(of value: Float) -> Float? {
    guard value.isFinite else { return nil }
    let extent = range.upperBound - range.lowerBound
    return extent > 0 ? min(max((value - range.lowerBound) / extent, 0), 1) : 0.5
  }

  /// A value in few columns: `.71`, `-.05`, `1.00`, `12.3`; `–` for what is not finite.
  public func number(_ value: Float) -> String { Self.number(value, decimals: decimals) }

  private static func number(_ value: Float, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    guard abs(value) < 1e6 else { return value < 0 ? "-big" : "big" }
    var scale: Float = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = Int((abs(value) * scale).rounded())
    let whole = units / Int(scale)
    let digits = String(units % Int(scale))
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let fraction = String(repeating: "0", count: decimals - digits.count) + digits
    return sign + (whole == 0 ? "" : String(whole)) + "." + fraction
  }

  /// The columns that the widest number of some values takes.
  ///
  /// The widest are the least and the greatest of those that are written out.
  /// - Complexity: O(values)
  public static func numberColumns(of values: [Float], decimals: Int = 2) -> Int {
    var least = Float.infinity
    var greatest = -Float.infinity
    var widest = 1
    for value in values where value.isFinite {
      if abs(value) >= 1e6 {
        widest = max(widest, value < 0 ? 4 : 3)
      } else {
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    guard least <= greatest else { return widest }
    return max(
      widest, number(least, decimals: decimals).count, number(greatest, decimals: decimals).count)
  }
}
