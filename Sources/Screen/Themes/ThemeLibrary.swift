/// One theme of a library, with what it inherits, ready for use.
public struct ThemeEntry: Hashable, Sendable {
  public let name: String
  public let about: String
  /// The file as messages name it.
  public let path: String
  /// How it looks by the terminal's background; nil is a background that is not known.
  private let looks: [Background?: Theme]
  /// What is wrong with it and with what it inherits; what is wrong is left out of its looks.
  public let faults: [ThemeFault]

  init(name: String, about: String, path: String, looks: [Background?: Theme], faults: [ThemeFault]) {
    self.name = name
    self.about = about
    self.path = path
    self.looks = looks
    self.faults = faults
  }

  /// The theme that is there without any file.
  public static let terminal = ThemeEntry(
    name: Theme.terminal.name, about: Theme.terminal.about, path: ThemeFile.builtIn.path,
    looks: [nil: .terminal], faults: [])

  /// True where the background of the terminal decides.
  public var asksForBackground: Bool { looks.count > 1 }

  /// True where nothing of its file can be used.
  public var isUnreadable: Bool { faults.contains(where: \.isUnreadable) }

  /// How it looks upon a background.
  public func theme(on background: Background?) -> Theme { looks[background] ?? looks[nil] ?? .terminal }

  /// Every look, each once.
  public var themes: [Theme] {
    [Background?.none, .dark, .light].compactMap { looks[$0] }.reduce(into: []) { themes, theme in
      if !themes.contains(theme) { themes.append(theme) }
    }
  }
}

/// Theme files by name, with what they inherit from each other.
///
/// A theme that inherits its own name takes the next file of that name: a user's `dark` may build on the shipped one.
public struct ThemeLibrary: Hashable, Sendable {
  /// A chain of inheritance is at most this long.
  static let deepest = 16

  /// Of those with one name the first counts.
  public let files: [ThemeFile]

  /// A library of files, and of the built-in theme behind them.
  public init(_ files: [ThemeFile]) { self.files = files + [.builtIn] }

  /// The names, each once, in alphabetical order behind `terminal`.
  public var names: [String] {
    let others = Set(files.map(\.name)).subtracting([Theme.terminal.name]).sorted()
    return [Theme.terminal.name] + others
  }

  public var entries: [ThemeEntry] { names.compactMap { entry(named: $0) } }

  /// The theme of a name; nil where there is none.
  public func entry(named name: String) -> ThemeEntry? {
    files.first { $0.name == name }.map { entry($0) }
  }

  /// The theme that a file of the library describes.
  public func entry(_ file: ThemeFile) -> ThemeEntry {
    guard !file.choices.isEmpty else {
      let (theme, faults) = theme(file)
      return ThemeEntry(
        name: file.name, about: file.about, path: file.path, looks: [nil: theme], faults: faults)
    }
    var faults = file.faults
    var looks: [Background?: Theme] = [nil: .terminal]
    for background in [Background?.none, .dark, .light] {
      guard let reference = file.choices[background] else { continue }
      guard let chosen = files.first(where: { $0.name == reference.name && $0.path != file.path }) else {
        faults.append(ThemeFault(file: file.path, line: reference.line, .unknownTheme(reference.name)))
        continue
      }
      guard chosen.choices.isEmpty else {
        faults.append(ThemeFault(file: file.path, line: reference.line, .nestedChoice(reference.name)))
        continue
      }
      let found = theme(chosen)
      looks[background] = found.theme
      faults += found.faults
    }
    return ThemeEntry(name: file.name, about: file.about, path: file.path, looks: looks, faults: faults)
  }

  /// A file with what it inherits, the nearest of each name.
  private func theme(_ file: ThemeFile) -> (theme: Theme, faults: [ThemeFault]) {
    let (chain, fault) = chain(of: file)
    var theme = Theme(name: file.name, about: file.about, palette: [:], styles: [:])
    var sources: [StyleName: ThemeFile] = [:]
    for file in chain.reversed() {
      theme.palette.merge(file.palette) { $1 }
      theme.styles.merge(file.styles) { $1 }
      theme.ramps.merge(file.ramps) { $1 }
      for name in file.styles.keys { sources[name] = file }
    }
    var faults = chain.flatMap(\.faults) + [fault].compactMap { $0 }
    for name in StyleName.allCases {
      guard let style = theme.styles[name], let source = sources[name] else { continue }
      for color in [style.foreground, style.background].compactMap({ $0 }) where theme.palette[color] == nil {
        faults.append(
          ThemeFault(
            file: source.path, line: source.styleLines[name],
            .unknownColor(color, closest: closestName(to: color, among: theme.palette.keys.sorted()))))
      }
    }
    return (theme, faults)
  }

  /// A file, what it inherits from, and so on, as far as that can be followed.
  private func chain(of file: ThemeFile) -> (chain: [ThemeFile], fault: ThemeFault?) {
    var chain = [file]
    while let last = chain.last, let reference = last.inherits {
      let others = files.filter { file in !chain.contains { $0.path == file.path } }
      guard let parent = others.first(where: { $0.name == reference.name }) else {
        let isCycle = chain.contains { $0.name == reference.name }
        let names = chain.map(\.name) + [reference.name]
        return (
          chain,
          ThemeFault(
            file: last.path, line: reference.line, isCycle ? .cycle(names) : .unknownTheme(reference.name))
        )
      }
      guard parent.choices.isEmpty else {
        return (chain, ThemeFault(file: last.path, line: reference.line, .nestedChoice(reference.name)))
      }
      guard chain.count < Self.deepest else {
        return (chain, ThemeFault(file: last.path, line: reference.line, .cycle(chain.map(\.name))))
      }
      chain.append(parent)
    }
    return (chain, nil)
  }
}
