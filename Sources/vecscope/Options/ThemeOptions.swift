import ArgumentParser
import Engine
import Foundation
import Resources
import Screen

/// The option that chooses a theme.
struct ThemeOptions: ParsableArguments {
  @Option(name: .customLong("theme"), help: "A theme's name ('vecscope themes list') or file.")
  var name: String?
}

extension Settings {
  /// Where themes are: the user's before those that came with the program.
  func themeFolders(files: [String] = []) -> ThemeFolders {
    let shipped = Resources.path(.themes)
    return ThemeFolders(
      files: files, folders: [paths.configuration + "/themes"] + [shipped].compactMap(\.self))
  }

  /// The theme that option, environment or configuration names, and where themes are.
  ///
  /// - Throws: `CommandError` where there is none of that name; the first `ThemeFault` where its file cannot be read.
  func theme(_ option: String?) throws -> (entry: ThemeEntry, folders: ThemeFolders) {
    let (name, source) = themeName(option)
    let isFile = ThemeFile.extensions.contains { name.lowercased().hasSuffix("." + $0) } || name.contains("/")
    let folders = themeFolders(files: isFile ? [name] : [])
    if isFile, !FileManager.default.fileExists(atPath: name) {
      throw CommandError.cannotRead(path: name, reason: String(cString: strerror(ENOENT)))
    }
    let library = folders.library()
    let found = isFile ? library.files.first.map { library.entry($0) } : library.entry(named: name)
    guard let entry = found else {
      throw CommandError.usage(
        "\(source): there is no theme '\(name)'; there are \(library.names.joined(separator: ", "))")
    }
    if let fault = entry.faults.first(where: \.isUnreadable) { throw fault }
    for fault in entry.faults { StandardError.warn("\(fault)") }
    return (entry, folders)
  }
}
