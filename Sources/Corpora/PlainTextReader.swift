/// Reads plain text: a text per line, or per paragraph.
///
/// Blank lines hold no text.
enum PlainTextReader {
  static func readLines(_ sink: inout RowSink) throws(CorpusError) {
    let source = sink.source
    let origin = sink.origin
    try source.forEachLine { (number, range) throws(CorpusError) in
      guard !source.isBlank(range) else { return }
      try sink.add(line: number, range) { () throws(RowProblem) in
        origin.text(try source.string(range), line: number)
      }
    }
  }

  static func readParagraphs(_ sink: inout RowSink) throws(CorpusError) {
    var paragraph = Paragraph()
    let source = sink.source
    try source.forEachLine { (number, range) throws(CorpusError) in
      if source.isBlank(range) {
        try paragraph.end(&sink)
      } else {
        paragraph.append(range, line: number)
      }
    }
    try paragraph.end(&sink)
  }
}

/// The lines of a paragraph under way.
struct Paragraph {
  private var lines: [Range<Int>] = []
  private var firstLine = 0

  mutating func append(_ range: Range<Int>, line: Int) {
    if lines.isEmpty { firstLine = line }
    lines.append(range)
  }

  /// Hands the paragraph over, its lines trimmed and joined, and begins another.
  mutating func end(
    _ sink: inout RowSink, separator: String = " ", fields: [TextField] = []
  ) throws(CorpusError) {
    guard let first = lines.first, let last = lines.last else { return }
    let source = sink.source
    let origin = sink.origin
    try sink.add(line: firstLine, first.lowerBound..<last.upperBound) { () throws(RowProblem) in
      var strings: [String] = []
      for line in lines { strings.append(try source.string(line)) }
      // Code keeps its indentation; prose does not.
      let text = separator == "\n" ? strings : strings.map(\.trimmed)
      return origin.text(text.joined(separator: separator), fields: fields, line: firstLine)
    }
    lines = []
  }
}
