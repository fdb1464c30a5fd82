/// Reads tables with a header: CSV with the quoting of RFC 4180, TSV without quoting.
///
/// The columns `_id` or `id` and `title` are taken as such, the others but the text's become fields.
/// Blank lines between rows are no rows.
struct TableReader {
  let source: TextSource
  let isQuoted: Bool
  private var position: Int
  private var line = 1

  init(_ source: TextSource, isQuoted: Bool) {
    self.source = source
    self.isQuoted = isQuoted
    position = source.start
  }

  static func read(_ sink: inout RowSink, isQuoted: Bool) throws(CorpusError) {
    var reader = TableReader(sink.source, isQuoted: isQuoted)
    let columns = try reader.columns(textColumn: sink.options.textColumn ?? "text")
    let source = sink.source
    let origin = sink.origin
    while let record = reader.next() {
      try sink.add(line: record.line, record.range) { () throws(RowProblem) in
        if let problem = record.problem { throw problem }
        return try columns.text(record, source: source, origin: origin)
      }
    }
  }

  private mutating func columns(textColumn: String) throws(CorpusError) -> TableColumns {
    guard let header = next() else { throw .noHeader(file: source.name) }
    let names: [String]
    do throws(RowProblem) {
      names = try header.names(source)
    } catch {
      throw .row(file: source.name, line: header.line, error)
    }
    return try TableColumns(names: names, textColumn: textColumn, file: source.name)
  }
}

/// What stands in which column.
private struct TableColumns {
  let names: [String]
  let text: Int
  let title: Int?
  let id: Int?

  init(names: [String], textColumn: String, file: String) throws(CorpusError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw .duplicatedColumn(file: file, name: name)
    }
    guard let text = names.firstIndex(of: textColumn) else {
      throw .noTextColumn(file: file, name: textColumn, columns: names)
    }
    self.names = names
    self.text = text
    title = names.firstIndex(of: "title").flatMap { $0 == text ? nil : $0 }
    id = (names.firstIndex(of: "_id") ?? names.firstIndex(of: "id")).flatMap { $0 == text ? nil : $0 }
  }

  func text(_ record: TableRecord, source: TextSource, origin: TextOrigin) throws(RowProblem) -> CorpusText {
    guard record.cells.count == names.count else {
      throw .ragged(expected: names.count, found: record.cells.count)
    }
    var fields: [TextField] = []
    for (index, cell) in record.cells.enumerated() where index != text && index != title && index != id {
      fields.append(TextField(name: names[index], value: try cell.string(source)))
    }
    return origin.text(
      id: try id.map { index throws(RowProblem) in try record.cells[index].string(source) },
      title: try title.map { index throws(RowProblem) in try record.cells[index].string(source) },
      try record.cells[text].string(source), fields: fields, line: record.line)
  }
}

/// A row of a table as ranges of its file.
private struct TableRecord {
  var cells: [TableCell]
  var range: Range<Int>
  var line: Int
  var problem: RowProblem?

  /// The cells as names of columns; an empty one is named by its place.
  func names(_ source: TextSource) throws(RowProblem) -> [String] {
    if let problem { throw problem }
    var names: [String] = []
    for (index, cell) in cells.enumerated() {
      let name = try cell.string(source).trimmed
      names.append(name.isEmpty ? "column \(index + 1)" : name)
    }
    return names
  }
}

private struct TableCell {
  /// Without the quotes round it.
  var range: Range<Int>
  /// True where quotes inside are written twice.
  var hasDoubledQuotes = false

  func string(_ source: TextSource) throws(RowProblem) -> String {
    let text = try source.string(range)
    guard hasDoubledQuotes else { return text }
    var single: [UInt8] = []
    single.reserveCapacity(range.count)
    var isTwin = false
    for byte in text.utf8 {
      guard byte == TableReader.quote else {
        single.append(byte)
        continue
      }
      if !isTwin { single.append(byte) }
      isTwin.toggle()
    }
    return String(decoding: single, as: UTF8.self)
  }
}

extension TableReader {
  fileprivate static let quote = UInt8(ascii: "\"")

  /// The next row that is not blank.
  fileprivate mutating func next() -> TableRecord? {
    while position < source.bytes.count {
      let start = position
      let record = isQuoted ? quotedRecord() : plainRecord()
      guard record.cells.count == 1, record.problem == nil, source.isBlank(start..<position) else {
        return record
      }
    }
    return nil
  }

  /// Goes past the line at `position`, and gives its bytes.
  private mutating func endLine() -> Range<Int> {
    let (range, next) = source.line(at: position)
    position = next
    line += 1
    return range
  }

  private mutating func plainRecord() -> TableRecord {
    let number = line
    let range = endLine()
    var cells: [TableCell] = []
    var start = range.lowerBound
    while let tab = source.firstIndex(of: 0x09, in: start..<range.upperBound) {
      cells.append(TableCell(range: start..<tab))
      start = tab + 1
    }
    cells.append(TableCell(range: start..<range.upperBound))
    return TableRecord(cells: cells, range: range, line: number)
  }

  /// A row that may go over several lines; after a problem, reading goes on behind the row's first line.
  private mutating func quotedRecord() -> TableRecord {
    let begin = (position: position, line: line)
    var record = TableRecord(cells: [], range: begin.position..<begin.position, line: line)
    do throws(RowProblem) {
      while try nextCell(&record) {}
    } catch {
      record.problem = error
      (position, line) = begin
      record.range = endLine()
      return record
    }
    record.range = begin.position..<position
    return record
  }

  /// Reads a cell and what ends it; true where another cell of the row follows.
  private mutating func nextCell(_ record: inout TableRecord) throws(RowProblem) -> Bool {
    let bytes = source.bytes
    if position < bytes.count, bytes[position] == Self.quote {
      record.cells.append(try quotedCell())
    } else {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 0x0A {
        position += 1
      }
      let endsInReturn =
        position > start && position < bytes.count && bytes[position] == 0x0A && bytes[position - 1] == 0x0D
      record.cells.append(TableCell(range: start..<(endsInReturn ? position - 1 : position)))
    }
    return try endCell()
  }

  private mutating func quotedCell() throws(RowProblem) -> TableCell {
    position += 1
    var cell = TableCell(range: position..<position)
    while let close = source.firstIndex(of: Self.quote, in: position..<source.bytes.count) {
      position = close + 1
      guard position < source.bytes.count, source.bytes[position] == Self.quote else {
        cell.range = cell.range.lowerBound..<close
        line += source.bytes[cell.range].reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
        return cell
      }
      cell.hasDoubledQuotes = true
      position += 1
    }
    throw .unclosedQuote
  }

  private mutating func endCell() throws(RowProblem) -> Bool {
    guard position < source.bytes.count else { return false }
    if source.bytes[position] == UInt8(ascii: ",") {
      position += 1
      return true
    }
    let (rest, _) = source.line(at: position)
    guard rest.isEmpty else { throw .textAfterQuote }
    _ = endLine()
    return false
  }
}
