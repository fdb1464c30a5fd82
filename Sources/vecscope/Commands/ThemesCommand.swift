import ArgumentParser
import Engine
import Foundation
import JSONText
import Resources
import Screen

/// `themes`: what themes there are and whether they are well made.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes", abstract: "List, check and print themes.",
    subcommands: [ListThemes.self, CheckThemes.self, ShowTheme.self], defaultSubcommand: ListThemes.self)
}

/// `themes list`.
struct ListThemes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the themes that there are.")

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() throws {
    let entries = try Settings().themeFolders().library().entries
    let shipped = Resources.path(.themes)
    let output = try Output(path: nil)
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      if json {
        let object: JSONValue = .object([
          "name": .string(entry.name), "about": .string(entry.about), "path": .string(entry.path),
          "faults": .integer(entry.faults.count),
        ])
        try output.writeLine(object.text)
      } else {
        let name = entry.name + String(repeating: " ", count: width - entry.name.count)
        let about = entry.isUnreadable ? "cannot be read; 'vecscope themes check' says why" : entry.about
        let isShipped = shipped.map { entry.path.hasPrefix($0) } ?? false || entry == .terminal
        try output.writeLine("\(name)  \(about)" + (isShipped ? "" : " (\(entry.path))"))
      }
    }
    try output.finish()
  }
}

/// `themes check`.
struct CheckThemes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check themes: names, colours, contrast, and what remains without colours.",
    discussion: """
      Without files, checks every theme of 'vecscope themes list'. Exit code 1 where something is wrong, 65 where a \
      file cannot be read, 66 where there is none.
      """)

  @Argument(help: "Theme files, also base16 and base24 schemes (.yaml, .json).")
  var files: [String] = []

  @Flag(help: "Print one JSON object a theme.")
  var json = false

  func run() throws {
    for path in files where !FileManager.default.fileExists(atPath: path) {
      throw CommandError.cannotRead(path: path, reason: String(cString: strerror(ENOENT)))
    }
    let library = try Settings().themeFolders(files: files).library()
    // A file that is named twice is checked twice.
    let chosen =
      files.isEmpty
      ? library.entries
      : files.compactMap { path in
        library.files.first { $0.path == path }.map { library.entry($0) }
      }
    let reports = chosen.map(ThemeReport.init)
    let output = try Output(path: nil)
    for report in reports { try output.writeLine(json ? report.json.text : report.text) }
    try output.finish()
    if let fault = reports.flatMap(\.faults).first(where: \.isUnreadable) { throw fault }
    let failed = reports.count { !$0.faults.isEmpty }
    guard failed == 0 else { throw CommandError.checkFailed("\(failed) of \(reports.count) themes failed") }
  }
}

/// What a check found in one theme.
private struct ThemeReport {
  let entry: ThemeEntry
  private(set) var faults: [ThemeFault]
  private(set) var lowest: ThemeCheck.Lowest?

  init(_ entry: ThemeEntry) {
    self.entry = entry
    faults = entry.faults
    guard !entry.isUnreadable else { return }
    // What a theme chooses by the background is checked as a theme of its own.
    let themes = entry.asksForBackground ? [] : entry.themes
    for check in themes.map({ ThemeCheck($0, file: entry.path) }) {
      faults += check.faults
      lowest = check.lowest
    }
  }

  var text: String {
    guard faults.isEmpty else { return faults.map(\.description).joined(separator: "\n") }
    let contrast =
      lowest.map { lowest in
        let place = lowest.surface.map { " on \($0.rawValue)" } ?? ""
        return "lowest contrast \(lowest.shownRatio):1 (\(lowest.name.rawValue)\(place))"
      } ?? (entry.asksForBackground ? "chooses by the background" : "the terminal's own colours")
    return "\(entry.path): ok, \(contrast)"
  }

  var json: JSONValue {
    .object([
      "name": .string(entry.name), "path": .string(entry.path),
      "contrast": lowest.map { .float($0.ratio) } ?? .null,
      "faults": .array(
        faults.map { fault in
          .object([
            "file": .string(fault.file), "line": fault.line.map(JSONValue.integer) ?? .null,
            "message": .string(fault.problem.description),
          ])
        }),
    ])
  }
}

/// `themes show`.
struct ShowTheme: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a theme whole, with what it inherits, as a file to start from.",
    discussion: "A base16 or base24 scheme (.yaml, .json) is printed as the theme that it becomes.")

  @Argument(help: "A theme's name or file.")
  var name: String

  func run() throws {
    let entry = try Settings().theme(name).entry
    guard !entry.asksForBackground else {
      throw CommandError.usage(
        "'\(entry.name)' chooses by the background; name one of the themes that it chooses")
    }
    let output = try Output(path: nil)
    try output.write(entry.theme(on: nil).toml)
    try output.finish()
  }
}
