import Explorer
import JSONText
import Recipes
import Screen

/// Reads one line of a session: an object whose every member is known.
struct SessionLineReader {
  private let file: String
  private let number: Int
  private let object: JSONObject

  init(_ bytes: [UInt8], _ range: Range<Int>, file: String, number: Int) throws(SessionError) {
    self.file = file
    self.number = number
    var scanner = JSONScanner(bytes, in: range, depthLimit: 4, valueLimit: 100_000)
    let value: JSONValue
    do {
      value = try scanner.document()
    } catch {
      throw .line(
        file: file, number: number, found: "\(error.reason) at byte \(error.offset - range.lowerBound + 1)",
        expected: "a JSON object")
    }
    guard case .object(let object) = value else {
      throw .line(file: file, number: number, found: value.summary, expected: "a JSON object")
    }
    self.object = object
  }

  // MARK: - The header

  func header() throws(SessionError) -> SessionHeader {
    guard case .integer(SessionText.format)? = object["vecscope-session"] else {
      throw fault(
        "a header with \"vecscope-session\": \(SessionText.format)",
        object["vecscope-session"].map { "\"vecscope-session\": \($0.summary)" })
    }
    try expectKeys([
      "vecscope-session", "version", "model", "identity", "corpora", "count", "size", "view", "choices",
      "list", "recipe",
    ])
    var header = SessionHeader(
      version: try string("version") ?? "", model: try string("model") ?? "",
      corpora: try strings("corpora") ?? [], size: try size("size") ?? Size(columns: 100, rows: 30))
    header.identity = try string("identity")
    header.count = try whole(object["count"], "count")
    header.recipe = try string("recipe")
    header.texts = try strings("list") ?? []
    if let name = try string("view") {
      header.view = try known(View(rawValue: name), "view", View.allCases.map(\.rawValue), name)
    }
    if let choices = object["choices"] { header.overrides = try overrides(choices) }
    return header
  }

  private func overrides(_ value: JSONValue) throws(SessionError) -> RecipeOverrides {
    guard case .object(let choices) = value else { throw fault("an object as choices", value.summary) }
    var overrides = RecipeOverrides()
    for member in choices.members { try choose(member, &overrides) }
    return overrides
  }

  private func choose(_ member: JSONObject.Member, _ overrides: inout RecipeOverrides) throws(SessionError) {
    let (key, value) = (member.key, member.value)
    func raw<Value: RawRepresentable & CaseIterable>(_: Value.Type) throws(SessionError) -> Value
    where Value.RawValue == String {
      let name = try string(value, key)
      return try known(Value(rawValue: name), key, Value.allCases.map(\.rawValue), name)
    }
    switch key {
    case "query_prompt": overrides.queryPrompt = try prompt(value, key)
    case "document_prompt": overrides.documentPrompt = try prompt(value, key)
    case "pooling":
      let name = try string(value, key)
      overrides.pooling = try known(Pooling.parse(name), key, Pooling.allCases.map(\.rawValue), name)
    case "pool_prompt": overrides.poolsPrompt = try flag(value, key)
    case "layer": overrides.layer = try whole(value, key)
    case "head": overrides.head = try raw(HeadChoice.self)
    case "normalize": overrides.normalizes = try flag(value, key)
    case "dimensions": overrides.dimensions = try whole(value, key)
    case "metric": overrides.metric = try raw(Metric.self)
    case "precision": overrides.precision = try raw(Precision.self)
    case "max_length": overrides.maximumLength = try whole(value, key)
    case "joining": overrides.joining = try raw(Joining.self)
    default: throw fault("a recipe option as a choice", "'\(key)'")
    }
  }

  private func prompt(_ value: JSONValue, _ key: String) throws(SessionError) -> PromptChoice {
    if case .object(let object) = value, object.members.count == 1 {
      switch (object.members[0].key, object.members[0].value) {
      case ("name", .null): return .noPrompt
      case ("name", .string(let name)): return .named(name)
      case ("text", .string(let text)): return .literal(text)
      default: break
      }
    }
    throw fault("{\"name\": …} or {\"text\": …} as \(key)", value.summary)
  }

  // MARK: - Steps

  private static let kinds = ["type", "key", "action", "paste", "resize", "mouse", "wait", "assert", "note"]

  func step() throws(SessionError) -> SessionLine {
    let found = object.members.map(\.key).filter(Self.kinds.contains)
    guard found.count == 1 else {
      throw fault("one of \(Self.kinds.joined(separator: ", "))", "'\(found.joined(separator: "' and '"))'")
    }
    try expectKeys(found + (found == ["action"] ? ["with", "recipe"] : ["recipe"]))
    return SessionLine(try step(found[0]), recipe: try string("recipe"))
  }

  private func step(_ kind: String) throws(SessionError) -> SessionStep {
    guard kind != "wait" else {
      guard case .bool(true)? = object["wait"] else { throw fault("\"wait\": true", object["wait"]?.summary) }
      return .wait
    }
    let text = try string(kind) ?? ""
    switch kind {
    case "type": return .type(try typed(text))
    case "key": return .key(try press(text))
    case "action": return try action(text)
    case "paste": return .paste(text)
    case "resize": return .resize(try size(kind) ?? Size(columns: 100, rows: 30))
    case "mouse": return .mouse(try mouse(text))
    case "note": return .note(text)
    default:
      do {
        return .assert(try Assertion(text))
      } catch {
        throw .line(
          file: file, number: number, found: error.found.map { "'\($0.prefix(40))'" } ?? "the end",
          expected: "\(error.expected) as word \(error.word) of the assertion")
      }
    }
  }

  private func typed(_ text: String) throws(SessionError) -> String {
    if let control = text.unicodeScalars.first(where: { $0.properties.generalCategory == .control }) {
      throw fault("text that keys can write; use paste or key", "the control character \(control.value)")
    }
    return text
  }

  private func press(_ text: String) throws(SessionError) -> KeyPress {
    do {
      return try KeyPress(notation: text)
    } catch {
      throw fault("a key such as <Down> or <C-w>", "'\(text.prefix(40))'")
    }
  }

  private func mouse(_ text: String) throws(SessionError) -> MouseEvent {
    if let items = try? KeyNotation.parse(text), items.count == 1, case .input(.mouse(let event)) = items[0] {
      return event
    }
    throw fault("a mouse event such as <Click:10,4>", "'\(text.prefix(40))'")
  }

  private func action(_ id: String) throws(SessionError) -> SessionStep {
    guard let action = Action(rawValue: id) else {
      let near = Action.allCases.map(\.rawValue).filter { $0.hasPrefix(id.prefix { $0 != "." }) }
      throw fault(
        "an action's id" + (near.isEmpty ? ", such as pooling.choose" : ": \(near.joined(separator: ", "))"),
        "'\(id.prefix(40))'")
    }
    guard let argument = try string("with") else { return .action(action) }
    guard action.argumentName != nil else { throw fault("no \"with\" for \(id)", "'\(argument.prefix(40))'") }
    return .choose(action, with: argument)
  }

  // MARK: - Values

  private func expectKeys(_ keys: [String]) throws(SessionError) {
    for member in object.members where !keys.contains(member.key) {
      throw fault("no members but \(keys.joined(separator: ", "))", "'\(member.key.prefix(40))'")
    }
  }

  private func string(_ key: String) throws(SessionError) -> String? {
    guard let value = object[key] else { return nil }
    return try string(value, key)
  }

  private func string(_ value: JSONValue, _ key: String) throws(SessionError) -> String {
    guard case .string(let text) = value else { throw fault("a string as \(key)", value.summary) }
    return text
  }

  private func strings(_ key: String) throws(SessionError) -> [String]? {
    guard let value = object[key] else { return nil }
    guard case .array(let elements) = value else { throw fault("a list of strings as \(key)", value.summary) }
    var strings: [String] = []
    for element in elements { strings.append(try string(element, key)) }
    return strings
  }

  private func whole(_ value: JSONValue?, _ key: String) throws(SessionError) -> Int? {
    guard let value else { return nil }
    guard case .integer(let number) = value, number >= 0 else {
      throw fault("a whole number as \(key)", value.summary)
    }
    return number
  }

  private func flag(_ value: JSONValue, _ key: String) throws(SessionError) -> Bool {
    guard case .bool(let flag) = value else { throw fault("true or false as \(key)", value.summary) }
    return flag
  }

  private func size(_ key: String) throws(SessionError) -> Size? {
    guard let text = try string(key) else { return nil }
    let items: [ScriptItem]
    do {
      items = try KeyNotation.parse("<Resize:\(text)>")
    } catch {
      throw fault("a size such as 100x30 as \(key)", "'\(text.prefix(40))'")
    }
    guard items.count == 1, case .input(.resize(let size)) = items[0] else {
      throw fault("a size such as 100x30 as \(key)", "'\(text.prefix(40))'")
    }
    return size
  }

  private func known<Value>(
    _ value: Value?, _ key: String, _ names: [String], _ found: String
  ) throws(SessionError) -> Value {
    guard let value else {
      throw fault("one of \(names.joined(separator: ", ")) as \(key)", "'\(found.prefix(40))'")
    }
    return value
  }

  private func fault(_ expected: String, _ found: String?) -> SessionError {
    .line(file: file, number: number, found: found ?? "nothing", expected: expected)
  }
}
