import Foundation
import TestSupport
import Testing

/// A shell in a real terminal, by a tmux server of its own.
final class Tmux {
  struct Missing: Error, CustomStringConvertible {
    let description = "tmux is not on the PATH; 'make test' installs it, or apt-get install tmux"
  }

  /// What was waited for did not come.
  struct Late: Error, CustomStringConvertible {
    var wish: String
    var screen: String

    var description: String { "\(wish) did not come; the screen is\n\(screen)" }
  }

  private static let deadline = Duration.seconds(60)

  private let program: String
  private let socket: String
  private let environment: [String: String]
  private let folder: TemporaryFolder

  /// Starts a shell whose prompt is `ready>`.
  init(columns: Int, rows: Int, environment: [String: String], folder: TemporaryFolder) async throws {
    guard
      let program = (environment["PATH"] ?? "").split(separator: ":").map({ "\($0)/tmux" })
        .first(where: FileManager.default.isExecutableFile)
    else { throw Missing() }
    self.program = program
    self.environment = environment.merging(["TERM": "xterm-256color", "PS1": "ready> "]) { $1 }
    self.folder = folder
    socket = folder.path + "/tmux"
    _ = try await run(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
      folder.path + "/work",
      "env PS1='ready> ' /bin/sh")
    _ = try await run("set-option", "-g", "window-size", "manual")
    try await wait(for: "the shell") { $0.contains("ready>") }
  }

  /// Ends the server and all that runs in it.
  func close() async throws { _ = try await run("kill-server") }

  /// Types text as it is.
  func type(_ text: String) async throws { _ = try await run("send-keys", "-l", text) }

  /// Presses keys by their tmux names.
  func press(_ keys: String...) async throws {
    for key in keys { _ = try await run("send-keys", key) }
  }

  func resize(columns: Int, rows: Int) async throws {
    _ = try await run("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// The lines of the screen.
  func screen() async throws -> String { try await run("capture-pane", "-p") }

  /// The lines of the screen with the sequences of their colours.
  func colors() async throws -> String { try await run("capture-pane", "-p", "-e") }

  /// Gives windows a background, which the terminal tells whoever asks.
  func setBackground(_ color: String) async throws {
    _ = try await run("set-option", "-g", "window-style", "bg=\(color)")
  }

  /// What the terminal says of itself: cursor, alternate screen, mouse.
  func modes() async throws -> String {
    try await run("display-message", "-p", "#{cursor_flag} #{alternate_on} #{mouse_any_flag}")
  }

  /// Looks at the screen until it is as wished.
  @discardableResult
  func wait(for wish: String, _ isThere: (String) -> Bool) async throws -> String {
    try await wait(for: wish, isThere, on: screen)
  }

  /// Looks at the screen's colours until they are as wished.
  func waitForColors(of wish: String, _ isThere: (String) -> Bool) async throws {
    try await wait(for: wish, isThere, on: colors)
  }

  @discardableResult
  private func wait(
    for wish: String, _ isThere: (String) -> Bool, on look: () async throws -> String
  ) async throws -> String {
    let start = ContinuousClock.now
    while true {
      let screen = try await look()
      if isThere(screen) { return screen }
      guard ContinuousClock.now - start < Self.deadline else { throw Late(wish: wish, screen: screen) }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func run(_ arguments: String...) async throws -> String {
    let output = try folder.write("", to: "tmux-output/\(UUID().uuidString)")
    let process = ChildProcess(
      program: program, arguments: ["-S", socket, "-u"] + arguments, environment: environment,
      folder: folder.path, outputPath: output, errorPath: output)
    let status = try await process.run()
    let text = String(decoding: try CommandRun.bytes(of: output), as: UTF8.self)
    #expect(status == 0, "tmux \(arguments): \(text)")
    return text
  }
}
