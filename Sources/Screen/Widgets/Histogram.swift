/// Counts in bins as vertical bars of an eighth of a row's precision.
public struct Histogram: Equatable, Sendable {
  public var counts: [Int]

  public init(counts: [Int]) { self.counts = counts }

  /// How many neighbouring bins share a bar, and how wide a bar is, in so many columns.
  ///
  /// Bars are at most four columns wide. Several histograms of as many bins have the same places in the same width.
  public static func layout(bins: Int, columns: Int) -> (binsInBar: Int, barColumns: Int) {
    guard bins > 0, columns > 0 else { return (1, 0) }
    let merged = (bins + columns - 1) / columns
    let bars = (bins + merged - 1) / merged
    return (merged, min(4, columns / bars))
  }

  /// The columns of a bin's bar, from the left of the drawing.
  public static func columns(of bin: Int, bins: Int, columns: Int) -> Range<Int> {
    let layout = layout(bins: bins, columns: columns)
    let start = bin / layout.binsInBar * layout.barColumns
    return start..<start + layout.barColumns
  }

  /// Draws the bars; the fullest reaches the top, and what is not 0 has at least an eighth.
  public func draw(into frame: inout Frame, _ rect: Rect, style: Style) {
    let (merged, width) = Self.layout(bins: counts.count, columns: rect.columns)
    guard width > 0, rect.rows > 0 else { return }
    let bars = stride(from: 0, to: counts.count, by: merged).map { start in
      counts[start..<min(start + merged, counts.count)].reduce(0) { $0 + max(0, Double($1)) }
    }
    guard let greatest = bars.max(), greatest > 0 else { return }
    for (bar, count) in bars.enumerated() where count > 0 {
      let eighths = max(1, Int((count / greatest * Double(rect.rows * 8)).rounded()))
      for row in 0..<rect.rows {
        let filled = min(8, eighths - (rect.rows - 1 - row) * 8)
        guard filled > 0 else { continue }
        let text = String(repeating: Self.glyphs[filled - 1], count: width)
        frame.put(
          text, at: Point(column: rect.left + bar * width, row: rect.top + row), style: style,
          width: rect.right - rect.left - bar * width)
      }
    }
  }

  private static let glyphs: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
}
