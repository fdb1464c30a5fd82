/// One text of a corpus, with what its file says of it.
public struct CorpusText: Sendable, Hashable {
  /// Unique in its corpus: the file's own id, else `<file>:<line>`.
  public var id: String
  public var title: String?
  public var text: String
  /// The further fields, in the order of the file.
  public var fields: [TextField]
  /// The file, as a message names it.
  public var file: String
  /// The line on which the text begins; the first is 1.
  public var line: Int

  public init(
    id: String, title: String? = nil, text: String, fields: [TextField] = [], file: String = "", line: Int = 0
  ) {
    self.id = id
    self.title = title
    self.text = text
    self.fields = fields
    self.file = file
    self.line = line
  }

  /// What gets embedded: the text, or title and text joined by a space and trimmed (as MTEB does).
  public var embeddedText: String {
    guard let title else { return text }
    return "\(title) \(text)".trimmed
  }

  /// The value of the first field of that name.
  public func field(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }
}

/// A further field of a text, as it stands in the file.
public struct TextField: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// What a corpus gave: its texts, and the rows that were left out.
public struct CorpusContents: Sendable, Equatable {
  public var texts: [CorpusText]
  /// Rows left out because the options asked to skip what is invalid.
  public var skipped: [SkippedRow]

  public init(texts: [CorpusText] = [], skipped: [SkippedRow] = []) {
    self.texts = texts
    self.skipped = skipped
  }
}

/// A row of a corpus that was left out, and why.
public struct SkippedRow: Sendable, Equatable {
  public var file: String
  public var line: Int
  public var reason: RowProblem

  public init(file: String, line: Int, reason: RowProblem) {
    self.file = file
    self.line = line
    self.reason = reason
  }
}

extension String {
  /// The string without white space at its ends.
  var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
