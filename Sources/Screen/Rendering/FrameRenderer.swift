/// Frames as text, for pipes and files.
public enum FrameRenderer {
  /// The rows as plain text, without spaces at their ends.
  public static func text(_ frame: Frame) -> String {
    (0..<frame.size.rows).map { row in
      var text = frame.rowText(row)
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }.joined()
  }

  /// The rows as text with the escape sequences for colours and attributes; every row ends in the normal state.
  public static func ansi(_ frame: Frame, theme: Theme, depth: ColorDepth) -> String {
    (0..<frame.size.rows).map { row in
      Self.rowRuns(frame, row).map { run in
        let codes = codes(theme.resolve(run.style, depth: depth))
        return codes.isEmpty ? run.text : "\u{1B}[\(codes)m\(run.text)\u{1B}[0m"
      }.joined() + "\n"
    }.joined()
  }

  /// The parameters of an SGR sequence; empty for the terminal's own look.
  static func codes(_ appearance: Appearance) -> String {
    var codes: [String] = []
    for (attribute, code) in attributeCodes where appearance.attributes.contains(attribute) {
      codes.append(code)
    }
    if let color = appearance.foreground { codes.append(Self.color(color, base: 30)) }
    if let color = appearance.background { codes.append(Self.color(color, base: 40)) }
    return codes.joined(separator: ";")
  }

  private static let attributeCodes: [(TextAttributes, String)] = [
    (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"), (.strikethrough, "9"),
  ]

  private static func color(_ color: TerminalColor, base: Int) -> String {
    switch color {
    case .indexed(let index) where index < 8: String(base + Int(index))
    case .indexed(let index) where index < 16: String(base + 52 + Int(index))
    case .indexed(let index): "\(base + 8);5;\(index)"
    case .direct(let color): "\(base + 8);2;\(color.red);\(color.green);\(color.blue)"
    }
  }

  /// The runs of one row, which cover it.
  static func rowRuns(_ frame: Frame, _ row: Int) -> [(column: Int, style: Style, text: String, columns: Int)]
  {
    var runs: [(column: Int, style: Style, text: String, columns: Int)] = []
    for (column, cell) in frame.row(row).enumerated() {
      if let last = runs.last, last.style == cell.style {
        runs[runs.count - 1].text += cell.text
        runs[runs.count - 1].columns += 1
      } else {
        runs.append((column, cell.style, cell.text, 1))
      }
    }
    return runs
  }
}
