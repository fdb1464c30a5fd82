import Screen

extension Annotation {
  static let countLimit = 200
  static let textLimit = 2000
  private static let keys = ["view", "title", "text", "highlight"]

  /// Reads a file of notes: a table for each, with `title` and `text`, and maybe `view` and `highlight`.
  ///
  ///     [1]
  ///     view = "neighbours"
  ///     title = "The margin"
  ///     text = "How far the first text is before the second."
  ///     highlight = "row 1"
  ///
  /// The tables' names only have to differ; the notes come in the order of the file. `file` names it in errors.
  ///
  /// - Throws: `ExplorerError.annotation` with the line, what is wrong there and what is expected.
  public static func read(_ text: String, file: String) throws(ExplorerError) -> [Annotation] {
    let toml: FlatTOML
    do throws(FlatTOML.Fault) {
      toml = try FlatTOML(text)
    } catch {
      throw .annotation(file: file, line: error.line, reason: error.reason)
    }
    if let entry = toml.entries.first(where: { $0.table.isEmpty }) {
      throw .annotation(
        file: file, line: entry.line, reason: "'\(entry.key)' stands before the first table; begin with [1]")
    }
    let tables = toml.tables.filter { !$0.key.isEmpty }.sorted { $0.value < $1.value }
    guard !tables.isEmpty else {
      throw .annotation(
        file: file, line: 1, reason: "no annotation; each is a table such as [1] with a title and a text")
    }
    guard tables.count <= countLimit else {
      throw .annotation(
        file: file, line: tables[countLimit].value,
        reason: "more than \(countLimit) annotations; divide them into several files")
    }
    var annotations: [Annotation] = []
    for (name, line) in tables {
      annotations.append(try annotation(name, line, toml.entries.filter { $0.table == name }, file: file))
    }
    return annotations
  }

  private static func annotation(
    _ name: String, _ line: Int, _ entries: [FlatTOML.Entry], file: String
  ) throws(ExplorerError) -> Annotation {
    var texts: [String: String] = [:]
    var view: View?
    for entry in entries {
      func fault(_ reason: String) -> ExplorerError {
        .annotation(file: file, line: entry.line, reason: reason)
      }
      guard keys.contains(entry.key) else {
        let closest = Closest.name(to: entry.key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
        throw fault("unknown key '\(entry.key)'; an annotation has \(keys.joined(separator: ", "))\(closest)")
      }
      guard let text = entry.value.string else { throw fault("'\(entry.key)' is a text in quotes") }
      guard text.count <= textLimit, text.utf8.count <= 8 * textLimit else {
        throw fault(
          "'\(entry.key)' has more than \(textLimit) characters; divide it into several annotations")
      }
      texts[entry.key] = text
      if entry.key == "view" {
        view = View(rawValue: text)
        guard view != nil else { throw fault(unknownView(text)) }
      }
      if entry.key == "highlight", let reason = Self.reasonAgainst(element: text) { throw fault(reason) }
    }
    guard let title = texts["title"], !title.isEmpty, let text = texts["text"], !text.isEmpty else {
      throw .annotation(
        file: file, line: line, reason: "[\(name)] needs both a title and a text that are not empty")
    }
    if let element = texts["highlight"], view == nil, !isOfExplorer(element) {
      throw .annotation(
        file: file, line: line,
        reason:
          "[\(name)] points at '\(element)', which is no part of the header, query, tokens, status or hints;"
          + " say of which view it is")
    }
    return Annotation(view: view, title: title, text: text, highlight: texts["highlight"])
  }

  private static func unknownView(_ text: String) -> String {
    let names = View.allCases.map(\.rawValue)
    return "no view is called '\(text)'"
      + (Closest.name(to: text, among: names).map { "; did you mean '\($0)'?" } ?? "")
      + "; there are \(names.joined(separator: ", "))"
  }

  private static func isOfExplorer(_ element: String) -> Bool {
    ["header", "query", "tokens", "status", "hints"].contains(element) || element.hasPrefix("header ")
  }

  /// Why a text names no element; nil where it may name one.
  private static func reasonAgainst(element text: String) -> String? {
    if text.isEmpty || text.count > 60 || text.contains(where: \.isNewline) {
      return "'highlight' names one element, such as 'row 3' or 'header pooling'"
    }
    guard text.hasPrefix("header ") else { return nil }
    return headerNames.contains(String(text.dropFirst("header ".count)))
      ? nil : "'\(text)' is no fact of the header; there are \(headerNames.joined(separator: ", "))"
  }
}
