/// Horizontal bars to both sides of an axis, all on one scale: negatives grow to the left.
public struct SignedBar: Hashable, Sendable {
  /// The columns left of the axis; 0 where no value is negative.
  public let negativeColumns: Int
  /// The columns right of the axis.
  public let positiveColumns: Int
  /// What one column stands for.
  private let unit: Float

  /// A scale for values from `least` to `greatest`, on which a bar takes exactly `columns`, the axis included.
  public init(least: Float, greatest: Float, columns: Int) {
    let room = max(0, columns - 1)
    let negative = least < 0 && least.isFinite ? -least : 0
    let positive = greatest > 0 && greatest.isFinite ? greatest : 0
    if negative > 0, room >= 2 {
      let share = Float(room) * negative / (negative + positive)
      negativeColumns = min(max(1, Int(share.rounded())), positive > 0 ? room - 1 : room)
    } else {
      negativeColumns = 0
    }
    positiveColumns = room - negativeColumns
    unit = max(
      negativeColumns > 0 ? negative / Float(negativeColumns) : 0,
      positiveColumns > 0 ? positive / Float(positiveColumns) : 0)
  }

  /// The part left of the axis, full to the right; what is not 0 has at least a thin line.
  public func negative(_ value: Float) -> String {
    guard negativeColumns > 0 else { return "" }
    guard value < 0, value.isFinite, unit > 0 else { return String(repeating: " ", count: negativeColumns) }
    let eighths = max(1, Int((min(-value / unit, Float(negativeColumns)) * 8).rounded()))
    var bar = String(repeating: "█", count: eighths / 8)
    // There are right parts of a block for an eighth and a half alone.
    switch eighths % 8 {
    case 0: break
    case 1...2: bar = "▕" + bar
    case 3...6: bar = "▐" + bar
    default: bar = "█" + bar
    }
    return String(repeating: " ", count: negativeColumns - bar.count) + bar
  }

  /// The part right of the axis.
  public func positive(_ value: Float) -> String {
    let fraction = unit > 0 && positiveColumns > 0 ? value / (unit * Float(positiveColumns)) : 0
    return Bar.text(fraction, columns: positiveColumns)
  }
}
