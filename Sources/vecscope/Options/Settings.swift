import Checkpoints
import Explorer
import Foundation
import Indexing
import ModelHub
import Screen

/// The places of the user's files (XDG base directories).
struct UserPaths {
  let home: String
  let configuration: String
  let data: String
  let state: String
  let cache: String

  init(environment: [String: String]) {
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    self.home = home
    func place(_ variable: String, _ fallback: String) -> String {
      // The specification: a path that is not absolute is ignored.
      let base = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(fallback)"
      return base + "/vecscope"
    }
    configuration = place("XDG_CONFIG_HOME", ".config")
    data = place("XDG_DATA_HOME", ".local/share")
    state = place("XDG_STATE_HOME", ".local/state")
    cache = place("XDG_CACHE_HOME", ".cache")
  }
}

/// What environment and configuration say; options stand above both.
///
/// Precedence everywhere: option, environment, configuration, the model's own files, default.
struct Settings {
  static let defaultModel = "all-MiniLM-L6-v2"

  let environment: [String: String]
  let paths: UserPaths
  private let file: ConfigurationFile

  /// - Throws: `CommandError.badConfiguration`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(CommandError) {
    self.environment = environment
    paths = UserPaths(environment: environment)
    file = try ConfigurationFile(path: paths.configuration + "/config.toml")
  }

  /// The model that a command uses, and whether the user named it.
  func model(_ option: String?) -> String {
    option ?? variable("VECSCOPE_MODEL") ?? file.model ?? Self.defaultModel
  }

  /// The model that the user chose by option, environment or configuration.
  func chosenModel(_ option: String?) -> String? {
    option ?? variable("VECSCOPE_MODEL") ?? file.model
  }

  func threads(_ option: Int?) throws(CommandError) -> Int? {
    if let option { return option }
    guard let text = variable("VECSCOPE_THREADS") else { return file.threads }
    guard let threads = Int(text), (1...1024).contains(threads) else {
      throw .usage("VECSCOPE_THREADS is '\(text)'; expected a number from 1 to 1024")
    }
    return threads
  }

  /// The models of this machine and where others are fetched.
  ///
  /// - Throws: `HubError` for a setting that makes no sense.
  func hub(_ options: ModelOptions) throws -> ModelHub {
    var settings = try HubSettings(environment: environment, homeFolder: paths.home)
    let isOffline = ["1", "ON", "YES", "TRUE"].contains((variable("VECSCOPE_OFFLINE") ?? "").uppercased())
    settings.isOffline = settings.isOffline || options.offline || isOffline || file.offline
    return ModelHub(settings: settings, environment: environment)
  }

  /// Remembers the content hashes of models.
  var identities: IdentityCache { IdentityCache(file: paths.cache + "/identities.json") }

  /// Where parsed tokenizers and packed weights are kept for the next start.
  var modelCache: String { paths.cache + "/models" }

  /// Codes of stored vectors, kept for the next start.
  var keptCodes: KeptCodes { KeptCodes(folder: paths.cache + "/codes") }

  func color() throws(CommandError) -> ColorChoice {
    guard let name = variable("VECSCOPE_COLOR") ?? file.color else { return .auto }
    guard let choice = ColorChoice(rawValue: name) else {
      let names = ColorChoice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("VECSCOPE_COLOR is '\(name)'; expected one of \(names)")
    }
    return choice
  }

  /// The name of the theme, and what named it.
  func themeName(_ option: String?) -> (name: String, source: String) {
    if let option { return (option, "--theme") }
    if let name = variable("VECSCOPE_THEME") { return (name, "VECSCOPE_THEME") }
    if let name = file.theme { return (name, paths.configuration + "/config.toml") }
    return (Theme.terminal.name, "the default")
  }

  /// Where the configuration is, as messages name it.
  var configurationPath: String { paths.configuration + "/config.toml" }

  /// Whether clicks and the wheel are heard.
  var hearsMouse: Bool { file.mouse }

  /// The view that the explorer shows first, the corpus that it opens where none is named, the columns of
  /// Neighbours.
  var view: Explorer.View { file.view ?? .neighbours }
  var corpora: [String] { file.corpora }
  var columns: [String] { file.columns }

  /// The keys that the user chose.
  ///
  /// - Throws: `CommandError.badConfiguration`.
  func bindings() throws(CommandError) -> KeyBindings {
    do throws(ExplorerError) {
      return try KeyBindings(named: file.keys)
    } catch {
      throw .badConfiguration(path: configurationPath, reason: "[keybindings]: \(error)")
    }
  }

  private func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// `config.toml`: absent keys have defaults, unknown or invalid ones are errors.
private struct ConfigurationFile {
  var model: String?
  var threads: Int?
  var color: String?
  var theme: String?
  var offline = false
  var mouse = true
  var view: Explorer.View?
  var corpora: [String] = []
  var columns: [String] = []
  /// Ids of actions with the names of their keys.
  var keys: [String: [String]] = [:]

  private static let keys = [
    "model", "threads", "color", "theme", "offline", "mouse", "view", "corpus", "columns",
  ]
  private static let keyTable = "keybindings"

  init(path: String) throws(CommandError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .badConfiguration(path: path, reason: "is not UTF-8 text that can be read")
    }
    let table: FlatTOML
    do {
      table = try FlatTOML(text)
    } catch {
      throw .badConfiguration(path: path, reason: "line \(error.line): \(error.reason)")
    }
    for entry in table.entries where entry.table != Self.keyTable {
      if entry.table.isEmpty, Self.keys.contains(entry.key) { continue }
      let name = entry.table.isEmpty ? entry.key : "\(entry.table).\(entry.key)"
      throw .badConfiguration(
        path: path,
        reason: "line \(entry.line): unknown key '\(name)'; known are \(Self.keys.joined(separator: ", ")) "
          + "and the table [\(Self.keyTable)]")
    }
    try readValues(table, path: path)
    for entry in table.entries where entry.table == Self.keyTable {
      guard let names = Self.strings(entry.value) else {
        throw .badConfiguration(
          path: path,
          reason: "line \(entry.line): '\(entry.key)' must be a key such as \"ctrl+p\", or a list of keys")
      }
      keys[entry.key] = names
    }
  }

  /// A string, or a list of strings.
  private static func strings(_ item: TOMLItem) -> [String]? {
    if let text = item.string { return [text] }
    guard case .array(let items) = item else { return nil }
    let texts = items.compactMap(\.string)
    return texts.count == items.count ? texts : nil
  }

  private mutating func readValues(_ table: FlatTOML, path: String) throws(CommandError) {
    func value<Value>(_ key: String, _ read: (TOMLItem) -> Value?, _ expected: String) throws(CommandError)
      -> Value?
    {
      guard let found = table.entries.first(where: { $0.table.isEmpty && $0.key == key }) else { return nil }
      guard let value = read(found.value) else {
        throw .badConfiguration(path: path, reason: "line \(found.line): '\(key)' must be \(expected)")
      }
      return value
    }
    model = try value("model", { $0.string }, "a string")
    threads = try value(
      "threads", { $0.integer.flatMap { (1...1024).contains($0) ? $0 : nil } }, "a number from 1 to 1024")
    color = try value(
      "color", { $0.string.flatMap { ColorChoice(rawValue: $0)?.rawValue } },
      "one of \(ColorChoice.allCases.map(\.rawValue).joined(separator: ", "))")
    theme = try value("theme", { $0.string }, "a string")
    offline = try value("offline", { $0.boolean }, "true or false") ?? false
    mouse = try value("mouse", { $0.boolean }, "true or false") ?? true
    view = try value(
      "view", { $0.string.flatMap { Explorer.View(rawValue: $0) } },
      "one of \(Explorer.View.allCases.map(\.rawValue).joined(separator: ", "))")
    corpora = try value("corpus", Self.strings, "a file or folder, or a list of those") ?? []
    columns = try value("columns", Self.strings, "the name of a column, or a list of names") ?? []
  }
}
