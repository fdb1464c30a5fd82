import Foundation
import Screen
import TestSupport
import Testing

struct RenderingTests {
  /// A frame with every kind of cell.
  private static var frame: Frame {
    var frame = Frame(size: Size(columns: 24, rows: 4))
    frame.put("plain <&> \"q\" \\", at: .zero)
    frame.put("字 strong 👩‍💻", at: Point(column: 0, row: 1), style: Style(.textStrong))
    frame.put("score", at: Point(column: 2, row: 2), style: Style(.listScore, on: .listSelected))
    frame.put(
      ".71", at: Point(column: 9, row: 2), style: Style(.heatmapCell, background: .ramp(.sequential, 0.75)))
    frame.put("gone", at: Point(column: 0, row: 3), style: Style(.tokenTruncated))
    frame.put(
      "▀", at: Point(column: 6, row: 3),
      style: Style(.heatmapCell, foreground: .ramp(.diverging, 1), background: .ramp(.diverging, 0)))
    frame.cursor = Point(column: 3, row: 0)
    return frame
  }

  @Test func plainTextHasNoSpacesAtItsEnds() throws {
    try expectSnapshot(FrameRenderer.text(Self.frame), named: "rendering-text")
  }

  @Test(arguments: ColorDepth.allCases)
  func escapeSequencesFollowTheDepth(depth: ColorDepth) throws {
    let text = FrameRenderer.ansi(Self.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      text.replacingOccurrences(of: "\u{1B}", with: "␛"), named: "rendering-ansi-\(depth.rawValue)")
  }

  @Test func jsonCanBeReadBack() throws {
    let json = FrameRenderer.json(Self.frame)
    try expectSnapshot(json, named: "rendering-json")
    struct Run: Decodable { let column: Int; let columns: Int; let text: String; let style: String }
    struct Decoded: Decodable { let size: [String: Int]; let cursor: [String: Int]?; let rows: [[Run]] }
    let decoded = try JSONDecoder().decode(Decoded.self, from: Data(json.utf8))
    #expect(decoded.size == ["columns": 24, "rows": 4])
    #expect(decoded.cursor == ["column": 3, "row": 0])
    for (row, runs) in decoded.rows.enumerated() {
      #expect(runs.map(\.text).joined() == Self.frame.rowText(row))
      #expect(runs.map(\.columns).reduce(0, +) == 24)
    }
  }

  @Test func picturesAreWellFormed() throws {
    let svg = FrameRenderer.svg(Self.frame, theme: .terminal)
    try expectSnapshot(svg, named: "rendering-svg")
    #expect(svg.contains("&lt;&amp;&gt;"))
  }
}
