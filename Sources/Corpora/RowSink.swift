/// Gathers the texts of one file, and stops at invalid rows or skips them.
struct RowSink {
  let source: TextSource
  let origin: TextOrigin
  let options: CorpusOptions
  private(set) var contents = CorpusContents()
  private var lineOfID: [String: Int] = [:]

  init(source: TextSource, origin: TextOrigin, options: CorpusOptions) {
    self.source = source
    self.origin = origin
    self.options = options
  }

  /// Adds the text that `body` makes of a row.
  mutating func add(
    line: Int, _ range: Range<Int>, _ body: () throws(RowProblem) -> CorpusText
  ) throws(CorpusError) {
    do throws(RowProblem) {
      let limit = options.limits.rowByteCount
      guard range.count <= limit else { throw .tooLong(byteCount: range.count, limit: limit) }
      let text = try body()
      if let firstLine = lineOfID[text.id] { throw .duplicatedID(text.id, firstLine: firstLine) }
      lineOfID[text.id] = line
      contents.texts.append(text)
    } catch {
      try skip(line: line, error)
    }
  }

  /// Leaves a row out where the options allow that, else throws.
  mutating func skip(line: Int, _ problem: RowProblem) throws(CorpusError) {
    guard options.skipsInvalid else { throw .row(file: source.name, line: line, problem) }
    contents.skipped.append(SkippedRow(file: origin.file, line: line, reason: problem))
  }
}

/// Makes the texts of one file, with ids of their place where the file gives none.
struct TextOrigin {
  /// As ids and `CorpusText.file` name it.
  let file: String

  func text(
    id: String? = nil, title: String? = nil, _ text: String, fields: [TextField] = [], line: Int
  ) -> CorpusText {
    CorpusText(
      id: id.flatMap { $0.isEmpty ? nil : $0 } ?? "\(file):\(line)",
      title: title.flatMap { $0.isEmpty ? nil : $0 }, text: text, fields: fields, file: file, line: line)
  }
}
