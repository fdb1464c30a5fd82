/// Horizontal bars of an eighth of a column's precision.
public enum Bar {
  /// A bar for a fraction 0…1, filled up with spaces to exactly `columns` columns.
  ///
  /// What is not a number, or not above 0, has an empty bar; a fraction above 1 fills it.
  public static func text(_ fraction: Float, columns: Int, isASCII: Bool = false) -> String {
    guard columns > 0 else { return "" }
    let fraction = fraction > 0 ? min(fraction, 1) : 0
    if isASCII {
      let full = Int((fraction * Float(columns)).rounded())
      return String(repeating: "#", count: full) + String(repeating: " ", count: columns - full)
    }
    let units = Int((fraction * Float(columns * 8)).rounded())
    var text = String(repeating: "█", count: units / 8)
    if units % 8 > 0 { text += eighths[units % 8 - 1] }
    return text + String(repeating: " ", count: columns - (units + 7) / 8)
  }

  private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
