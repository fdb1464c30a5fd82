import Explorer
import JSONText

/// A view's table in the forms that `render` prints.
struct ViewTableReport {
  let view: Explorer.View
  let table: ViewTable

  /// `name`, `title`, `facts`, `columns` and `rows`, the values of a row in the order of the columns.
  var json: JSONValue {
    .object([
      "name": .string(view.rawValue), "title": .string(table.title),
      "facts": .object(JSONObject(table.facts.map { ($0.name, Self.json($0.value)) })),
      "columns": .array(table.columns.map { .string($0.name) }),
      "rows": .array(table.rows.map { .array($0.map(Self.json)) }),
    ])
  }

  private static func json(_ value: ViewTable.Value) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    // The shortest text that reads back the same: of what was an f32, the f32's.
    case .number(let number):
      !number.isFinite ? .null : Double(Float(number)) == number ? .float(Float(number)) : .real(number)
    case .whole(let number): .integer(number)
    case .flag(let flag): .bool(flag)
    case .missing: .null
    }
  }
}
