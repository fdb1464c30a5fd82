public import JSONText

/// A reason why texts cannot be read.
///
/// Cases carry the file and the offending value; the text is written in one place.
public enum CorpusError: Error, Equatable, Sendable {
  case notFound(path: String)
  case notReadable(path: String, reason: String)
  case notAFile(path: String)
  case unknownFormat(path: String)
  case nothingToRead(folder: String)
  case tooManyFiles(folder: String, limit: Int)
  case fileTooLarge(file: String, byteCount: Int, limit: Int)
  /// A table without a header: the file is empty.
  case noHeader(file: String)
  case duplicatedColumn(file: String, name: String)
  case noTextColumn(file: String, name: String, columns: [String])
  case row(file: String, line: Int, RowProblem)
  case noTexts(paths: [String], skipped: Int)
  case chunking(String)

  /// True where a path names nothing, as opposed to something that cannot be used.
  public var isMissingInput: Bool {
    if case .notFound = self { true } else { false }
  }
}

/// What is wrong with one row; with `skipsInvalid` such a row is left out and counted.
public enum RowProblem: Error, Hashable, Sendable {
  /// `offset` counts the bytes of the file from 0.
  case invalidUTF8(offset: Int, byte: UInt8)
  /// A zero character, the mark of a binary or UTF-16 file.
  case zeroCharacter
  case tooLong(byteCount: Int, limit: Int)
  case json(column: Int, JSONFault.Reason)
  case notAnObject
  case missingText(key: String, keys: [String])
  case wrongType(key: String, expected: String)
  case unknownRole(String)
  case ragged(expected: Int, found: Int)
  case unclosedQuote
  case textAfterQuote
  case duplicatedID(String, firstLine: Int)
}

extension CorpusError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let path):
      "\(path): no such file or folder; check the path"
    case .notReadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check its permissions"
    case .notAFile(let path):
      "\(path): neither a regular file nor a folder; copy its contents to a file first"
    case .unknownFormat(let path):
      "\(path): unknown kind of corpus; expected one of \(CorpusFormat.extensionList), or a folder of them"
    case .nothingToRead(let folder):
      "\(folder): no corpus in this folder; expected files that end in \(CorpusFormat.extensionList)"
    case .tooManyFiles(let folder, let limit):
      "\(folder): more than \(limit) files; name a folder with fewer"
    case .fileTooLarge(let file, let byteCount, let limit):
      "\(file): \(byteCount) bytes, but at most \(limit) can be read; split the file"
    case .noHeader(let file):
      "\(file): no header; the first row must name the columns"
    case .duplicatedColumn(let file, let name):
      "\(file): two columns are named '\(name)'; rename one of them"
    case .noTextColumn(let file, let name, let columns):
      "\(file): no column '\(name)'; choose one with --text-column: \(columns.joined(separator: ", "))"
    case .row(let file, let line, let problem):
      "\(file), line \(line): \(problem)"
    case .noTexts(let paths, 0):
      "\(paths.joined(separator: ", ")): no text in it; expected at least one"
    case .noTexts(let paths, let skipped):
      "\(paths.joined(separator: ", ")): no valid text in it, \(skipped) invalid rows skipped; repair them"
    case .chunking(let value):
      "'\(value)' is no SIZE/OVERLAP; expected characters, the overlap at most half of the size: 1000/200"
    }
  }
}

extension RowProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidUTF8(let offset, let byte):
      """
      byte \(hexadecimal(byte)) at offset \(offset) of the file is not UTF-8; convert the file, \
      or skip invalid rows
      """
    case .zeroCharacter:
      "a zero character; is the file binary or UTF-16? Convert it to UTF-8"
    case .tooLong(let byteCount, let limit):
      "a row of \(byteCount) bytes, but at most \(limit) can be read; split it"
    case .json(let column, let problem):
      "damaged JSON at byte \(column): \(problem); repair the line, or skip invalid rows"
    case .notAnObject:
      "expected a JSON object such as {\"text\": \"…\"}"
    case .missingText(let key, let keys):
      "no '\(key)' with a text; the keys are \(keys.joined(separator: ", ")) (a corpus may choose one with --text-column)"
    case .wrongType(let key, let expected):
      "'\(key)' must be \(expected)"
    case .unknownRole(let role):
      "unknown role '\(role)'; expected query, document or none"
    case .ragged(let expected, let found):
      "\(found) columns, but the header has \(expected); repair the row, or skip invalid rows"
    case .unclosedQuote:
      "a quoted value that begins in this row never ends; close its quote"
    case .textAfterQuote:
      "text after a closing quote; a quote inside a quoted value is written twice"
    case .duplicatedID(let id, let firstLine):
      "the id '\(id)' was already used in line \(firstLine); ids must differ within a file"
    }
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.utf8.count == 1 ? "0x0\(digits)" : "0x\(digits)"
}
