import JSONText

extension FrameRenderer {
  /// The frame as one JSON object: `size`, `cursor` (null where hidden) and `rows` of runs.
  ///
  /// A run has `column`, `columns`, `text` and `style`, and where they apply `surface`, `attributes`,
  /// `foreground` and `background` (`{"ramp":…,"position":…}`).
  public static func json(_ frame: Frame) -> String {
    let cursor = frame.cursor.map {
      JSONValue.object(["column": .integer($0.column), "row": .integer($0.row)])
    }
    let rows = (0..<frame.size.rows).map { row in JSONValue.array(rowRuns(frame, row).map(json)).text }
    let size = JSONValue.object([
      "columns": .integer(frame.size.columns), "rows": .integer(frame.size.rows),
    ])
    return "{\"size\":\(size.text),\"cursor\":\((cursor ?? .null).text),\"rows\":[\n"
      + rows.joined(separator: ",\n") + "\n]}\n"
  }

  private static func json(
    _ run: (column: Int, style: Style, text: String, columns: Int)
  ) -> JSONValue {
    var members: JSONObject = [
      "column": .integer(run.column), "columns": .integer(run.columns), "text": .string(run.text),
      "style": .string(run.style.name.rawValue),
    ]
    if let surface = run.style.surface { members.append("surface", .string(surface.rawValue)) }
    let attributes = attributeNames.filter { run.style.attributes.contains($0.0) }.map(\.1)
    if !attributes.isEmpty { members.append("attributes", .array(attributes.map(JSONValue.string))) }
    for (name, color) in [("foreground", run.style.foreground), ("background", run.style.background)] {
      guard let color else { continue }
      members.append(
        name, .object(["ramp": .string(color.ramp.rawValue), "position": .float(color.position)]))
    }
    return .object(members)
  }

  static let attributeNames: [(TextAttributes, String)] = [
    (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
    (.strikethrough, "strikethrough"),
  ]
}
