import Screen

/// Tables as files, for the clipboard and as sentences.
extension ViewTable {
  /// The columns and rows after RFC 4180: a header, CRLF, quotes where a value needs them.
  public var csv: String { separated(by: ",", lineEnd: "\r\n") }

  /// The same with tabs between values and LF behind rows, as spreadsheets take it from the clipboard.
  public var tsv: String { separated(by: "\t", lineEnd: "\n") }

  private func separated(by separator: Character, lineEnd: String) -> String {
    let lines = [columns.map(\.name)] + rows.map { $0.map(\.plain) }
    return lines.map { line in
      line.map { Self.quoted($0, separator) }.joined(separator: String(separator)) + lineEnd
    }.joined()
  }

  /// Works on scalars: CR LF is one `Character` and a quote may carry a combining mark.
  private static func quoted(_ text: String, _ separator: Character) -> String {
    let special = text.unicodeScalars.contains { scalar in
      scalar == "\"" || scalar == "\n" || scalar == "\r" || separator.unicodeScalars.first == scalar
    }
    guard special else { return text }
    var result = String.UnicodeScalarView()
    result.append("\"")
    for scalar in text.unicodeScalars {
      if scalar == "\"" { result.append("\"") }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }

  /// One object: `title`, `facts`, and `rows` as objects with the columns' names as keys.
  public var json: String {
    let facts = facts.map { "\(JSONString.quoted($0.name)): \($0.value.json)" }.joined(separator: ", ")
    let rows = rows.map { row in
      let members = zip(columns, row).map { "\(JSONString.quoted($0.name)): \($1.json)" }
      return "    {" + members.joined(separator: ", ") + "}"
    }
    let body = rows.isEmpty ? "[]" : "[\n" + rows.joined(separator: ",\n") + "\n  ]"
    return "{\n  \"title\": \(JSONString.quoted(title)),\n  \"facts\": {\(facts)},\n  \"rows\": \(body)\n}\n"
  }

  /// What the table says, a sentence a line: its title, its facts, and each row with its last text behind a colon.
  public var sentences: [String] {
    [Self.ended(title)]
      + facts.map { Self.ended(Self.capitalized("\(Self.words($0.name)) \($0.value.spoken)")) }
      + rows.map { sentence($0) }
  }

  /// One row, such as `Rank 1, score .712, percentile 99.9: Refunds are paid…`.
  private func sentence(_ row: [Value]) -> String {
    let cells = Array(zip(columns, row))
    let last = cells.lastIndex { if case .text = $0.1 { true } else { false } }
    var parts: [String] = []
    for (index, (column, value)) in cells.enumerated() where index != last {
      switch value {
      case .flag(true): parts.append(column.spoken)
      case .flag(false), .missing: break
      default: parts.append("\(column.spoken) \(value.spoken)")
      }
    }
    let facts = parts.joined(separator: ", ")
    guard let last, case .text(let text) = cells[last].1 else { return Self.ended(Self.capitalized(facts)) }
    let line = text.onOneLine
    return Self.capitalized(facts.isEmpty ? line : "\(facts): \(line)")
  }

  /// A name of a fact as words.
  private static func words(_ name: String) -> String { String(name.map { $0 == "_" ? " " : $0 }) }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private static func ended(_ text: String) -> String {
    text.last.map { ".!?…".contains($0) } == true ? text : text + "."
  }
}

extension ViewTable.Value {
  /// The value in a file; empty where there is none.
  var plain: String {
    switch self {
    case .text(let text): text
    case .number(let number): Self.shortest(number)
    case .whole(let number): "\(number)"
    case .flag(let flag): flag ? "true" : "false"
    case .missing: ""
    }
  }

  var json: String {
    switch self {
    case .text(let text): JSONString.quoted(text)
    case .number(let number): number.isFinite ? Self.shortest(number) : "null"
    case .whole, .flag: plain
    case .missing: "null"
    }
  }

  /// The value in a sentence.
  var spoken: String {
    switch self {
    case .text(let text): text.onOneLine
    case .number(let number):
      number.magnitude < 10
        ? Numbers.value(Float(number)) : Numbers.fixed(number, digits: number.magnitude < 1000 ? 1 : 0)
    case .whole(let number): Numbers.grouped(number)
    case .flag(let flag): flag ? "yes" : "no"
    case .missing: "unknown"
    }
  }

  /// The shortest text that reads back the same; of a number that was an f32, the f32's.
  private static func shortest(_ number: Double) -> String {
    let single = Float(number)
    return Double(single) == number ? "\(single)" : "\(number)"
  }
}

/// Strings as JSON has them.
enum JSONString {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
