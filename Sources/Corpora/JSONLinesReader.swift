/// Reads JSON lines: an object per line with `_id` or `id`, `title`, the text, and further fields.
///
/// Strings, numbers and booleans become fields as they are written, nested values as their JSON; null is
/// absent.
enum JSONLinesReader {
  static func read(_ sink: inout RowSink) throws(CorpusError) {
    let source = sink.source
    let origin = sink.origin
    let textKey = sink.options.textColumn ?? "text"
    try source.forEachLine { (number, range) throws(CorpusError) in
      guard !source.isBlank(range) else { return }
      try sink.add(line: number, range) { () throws(RowProblem) in
        guard let object = try JSONLine(source, range) else { throw .notAnObject }
        return try text(object, textKey: textKey, origin: origin, line: number)
      }
    }
  }

  private static func text(
    _ object: JSONLine, textKey: String, origin: TextOrigin, line: Int
  ) throws(RowProblem) -> CorpusText {
    let idKey = object["_id"] == nil ? "id" : "_id"
    guard let text = try object.string(textKey) else {
      throw .missingText(key: textKey, keys: object.members.map(\.key))
    }
    let title = textKey == "title" ? nil : try object.string("title")
    let id = textKey == idKey ? nil : try object.identifier(idKey)
    let taken = [textKey, "title", idKey]
    let fields = object.members.compactMap { member -> TextField? in
      guard !taken.contains(member.key), let value = member.value.fieldText else { return nil }
      return TextField(name: member.key, value: value)
    }
    return origin.text(id: id, title: title, text, fields: fields, line: line)
  }
}

extension JSONLine {
  /// The string of a key; nil where it is absent or null.
  func string(_ key: String) throws(RowProblem) -> String? {
    switch self[key] {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw .wrongType(key: key, expected: "a string")
    }
  }

  /// The string or number of a key; nil where it is absent or null.
  func identifier(_ key: String) throws(RowProblem) -> String? {
    switch self[key] {
    case nil, .null: return nil
    case .string(let text), .number(let text): return text
    default: throw .wrongType(key: key, expected: "a string or a number")
    }
  }
}
