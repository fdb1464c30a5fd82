public import Recipes

/// A text that a command was given, in the order of its input.
public struct InputText: Sendable, Hashable {
  public var id: String?
  public var title: String?
  public var text: String
  /// The role that the input asks for; nil leaves it to the command.
  public var role: Role?

  public init(id: String? = nil, title: String? = nil, text: String, role: Role? = nil) {
    self.id = id
    self.title = title
    self.text = text
    self.role = role
  }

  /// What gets embedded: the text, or title and text joined by a space and trimmed.
  public var embeddedText: String {
    CorpusText(id: "", title: title, text: text).embeddedText
  }
}

/// How a command's texts are written.
public enum InputFormat: String, CaseIterable, Sendable {
  /// A text per line, LF or CRLF; an empty line is an empty text, the last newline ends the last line.
  case lines
  /// An object per line with `text`, and optionally `id`, `title`, `role`; other keys mean nothing here.
  case jsonl
}

extension InputFormat {
  /// Reads the texts of a file.
  public func texts(
    path: String, limits: CorpusLimits = CorpusLimits()
  ) throws(CorpusError) -> [InputText] {
    let source = try TextSource(path: path, limit: limits.fileByteCount, allowsZero: true)
    return try texts(source, limits: limits)
  }

  /// Reads the texts of a stream's bytes; `name` stands for the stream in messages.
  public func texts(
    bytes: [UInt8], name: String = "standard input", limits: CorpusLimits = CorpusLimits()
  ) throws(CorpusError) -> [InputText] {
    try texts(TextSource(name: name, bytes: bytes, allowsZero: true), limits: limits)
  }

  private func texts(_ source: TextSource, limits: CorpusLimits) throws(CorpusError) -> [InputText] {
    var texts: [InputText] = []
    try source.forEachLine { (number, range) throws(CorpusError) in
      do throws(RowProblem) {
        guard range.count <= limits.rowByteCount else {
          throw .tooLong(byteCount: range.count, limit: limits.rowByteCount)
        }
        switch self {
        case .lines: texts.append(InputText(text: try source.string(range)))
        case .jsonl: texts.append(try Self.text(source, range))
        }
      } catch {
        throw .row(file: source.name, line: number, error)
      }
    }
    return texts
  }

  private static func text(_ source: TextSource, _ range: Range<Int>) throws(RowProblem) -> InputText {
    guard let object = try JSONLine(source, range) else { throw .notAnObject }
    guard let text = try object.string("text") else {
      throw .missingText(key: "text", keys: object.members.map(\.key))
    }
    var input = InputText(
      id: try object.identifier("id"), title: try object.string("title"), text: text)
    if let name = try object.string("role") {
      guard let role = Role(rawValue: name) else { throw .unknownRole(name) }
      input.role = role
    }
    return input
  }
}
