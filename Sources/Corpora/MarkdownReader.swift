/// Reads Markdown as paragraphs; markup stays as it is.
///
/// A heading (`# …`) is no text of its own: it becomes the field `heading` of the paragraphs under it.
/// A fenced block of code is one text, whose lines stay lines.
enum MarkdownReader {
  static func read(_ sink: inout RowSink) throws(CorpusError) {
    let source = sink.source
    var paragraph = Paragraph()
    var fields: [TextField] = []
    var fence: Fence?
    try source.forEachLine { (number, range) throws(CorpusError) in
      if let open = fence {
        paragraph.append(range, line: number)
        guard Fence(source.bytes[range])?.closes(open) == true else { return }
        try paragraph.end(&sink, separator: "\n", fields: fields)
        fence = nil
      } else if let opening = Fence(source.bytes[range]) {
        try paragraph.end(&sink, fields: fields)
        paragraph.append(range, line: number)
        fence = opening
      } else if let heading = headingText(source.bytes, range) {
        try paragraph.end(&sink, fields: fields)
        do throws(RowProblem) {
          fields = [TextField(name: "heading", value: try source.string(heading).trimmed)]
        } catch {
          try sink.skip(line: number, error)
        }
      } else if source.isBlank(range) {
        try paragraph.end(&sink, fields: fields)
      } else {
        paragraph.append(range, line: number)
      }
    }
    try paragraph.end(&sink, separator: fence == nil ? " " : "\n", fields: fields)
  }

  /// The text of a heading of one to six `#`, without closing ones.
  private static func headingText(_ bytes: [UInt8], _ line: Range<Int>) -> Range<Int>? {
    let level = bytes[line].prefix { $0 == UInt8(ascii: "#") }.count
    let start = line.lowerBound + level
    guard (1...6).contains(level), start == line.upperBound || bytes[start] == 0x20 || bytes[start] == 0x09
    else { return nil }
    var end = line.upperBound
    while end > start, [UInt8(ascii: "#"), 0x20, 0x09].contains(bytes[end - 1]) { end -= 1 }
    return start..<end
  }
}

/// The line that opens or closes a block of code: three or more backticks or tildes.
private struct Fence {
  let mark: UInt8
  let count: Int
  let isBare: Bool

  init?(_ line: ArraySlice<UInt8>) {
    let rest = line.drop { $0 == 0x20 }
    guard line.count - rest.count < 4, let mark = rest.first else { return nil }
    guard mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
    let count = rest.prefix { $0 == mark }.count
    let information = rest.dropFirst(count)
    // A line such as ```code``` is code within prose.
    guard count >= 3, mark == UInt8(ascii: "~") || !information.contains(mark) else { return nil }
    self.mark = mark
    self.count = count
    self.isBare = information.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  func closes(_ open: Fence) -> Bool {
    isBare && mark == open.mark && count >= open.count
  }
}
