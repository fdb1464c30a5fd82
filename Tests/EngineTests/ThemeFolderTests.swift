import Engine
import Explorer
import Foundation
import Screen
import TestSupport
import Testing

/// Theme files on a disk.
struct ThemeFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theUsersThemesStandBeforeTheShippedOnes() throws {
    let mine = try folder.write("inherits = \"dark\"\nabout = \"mine\"", to: "mine/dark.toml")
    _ = try folder.write("inherits = \"terminal\"\nabout = \"shipped\"", to: "shipped/dark.toml")
    _ = try folder.write("no theme", to: "shipped/README.md")
    _ = try folder.write("[[[", to: "shipped/.hidden.toml")
    let extra = try folder.write("about = \"extra\"", to: "elsewhere/extra.toml")
    let folders = ThemeFolders(
      files: [extra], folders: [folder.path + "/mine", folder.path + "/shipped", folder.path + "/nowhere"])
    let library = folders.library()
    #expect(library.names == ["terminal", "dark", "extra"])
    #expect(library.entry(named: "dark")?.path == mine)
    #expect(library.entry(named: "dark")?.faults == [])
    #expect(library.files.first?.path == extra)
  }

  @Test func whatIsNoFileIsAFaultAndNothingWaits() throws {
    let path = folder.path + "/themes"
    try FileManager.default.createDirectory(atPath: path + "/folder.toml", withIntermediateDirectories: true)
    #expect(mkfifo(path + "/pipe.toml", 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: path + "/link.toml", withDestinationPath: "nowhere")
    _ = try folder.write([UInt8](repeating: 0x23, count: 3 << 20), to: "themes/large.toml")
    let library = ThemeFolders(folders: [path]).library()
    for name in ["folder", "pipe", "link", "large"] {
      #expect(library.entry(named: name)?.isUnreadable == true, "\(name)")
    }
  }

  @Test(.timeLimit(.minutes(2))) func aChangedFileIsTold() async throws {
    let path = try folder.write("[styles]\ntext = \"#ffffff\"", to: "themes/a.toml")
    var desk = try Desk()
    desk.settings.themes = ThemeFolders(folders: [folder.path + "/themes"])
    let answers = Answers()
    let engine = Engine(desk.settings) { answers.send($0) }
    await engine.run(.listThemes(generation: 7))
    let listed = await answers.first { answer -> [ThemeEntry]? in
      if case .themes(let entries, 7) = answer { entries } else { nil }
    }
    #expect(listed?.map(\.name) == ["terminal", "a"])
    await engine.run(.followThemes)
    func next() async -> ThemeEntry? {
      await answers.first { answer in
        if case .themesChanged(let entries) = answer { entries.first { $0.name == "a" } } else { nil }
      }
    }
    #expect(await next() == listed?.last)
    try "[styles]\ntext = \"#000007\" # more".write(toFile: path, atomically: true, encoding: .utf8)
    let changed = await next()
    #expect(changed?.path == path)
    let color = changed?.theme(on: nil).resolve(.text, depth: .direct).foreground
    #expect(color == .direct(RGB(red: 0, green: 0, blue: 7)))
    await engine.finish()
  }
}
