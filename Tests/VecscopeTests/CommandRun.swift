import Foundation
import TestSupport
import Testing

/// What a run of the program gave.
struct CommandResult {
  /// The exit code; 128 and the signal's number where a signal ended it.
  var status: Int32
  var bytes: [UInt8]
  var errors: String

  /// Standard output as text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The lines of standard output; the last newline ends the last line.
  var lines: [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Every line as JSON.
  func rows<Row: Decodable>(_: Row.Type = Row.self) throws -> [Row] {
    try lines.map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
  }
}

/// Runs of the program with a home of their own and no network.
struct CommandRun {
  /// The program, which is built beside the tests.
  static let program: String = {
    var folder = Bundle.main.bundleURL
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("vecscope").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    preconditionFailure("the program 'vecscope' is not beside the tests in \(Bundle.main.bundlePath)")
  }()

  let folder: TemporaryFolder
  var environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HF_HUB_OFFLINE": "1",
      "LANG": "C.UTF-8", "HOME": folder.path + "/home", "XDG_CONFIG_HOME": folder.path + "/config",
      "XDG_DATA_HOME": folder.path + "/data", "XDG_STATE_HOME": folder.path + "/state",
      "XDG_CACHE_HOME": folder.path + "/cache",
      // A crash shall end at once; its trace is no result.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    for name in ["home", "work"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
  }

  /// The folder in which the program runs.
  var workFolder: String { folder.path + "/work" }

  static func model(_ name: String = "bert-mean") throws -> String { try GoldenModel.named(name).path }

  func write(_ text: String, to name: String) throws -> String { try folder.write(text, to: "work/\(name)") }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try folder.write(bytes, to: "work/\(name)")
  }

  func callAsFunction(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
    try await run(Self.program, arguments, input: input.map { Array($0.utf8) })
  }

  func callAsFunction(_ arguments: [String], input: [UInt8]? = nil) async throws -> CommandResult {
    try await run(Self.program, arguments, input: input)
  }

  /// Runs a line of shell, in which `"$0"` is the program and `"$@"` are the arguments.
  func shell(_ line: String, _ arguments: String..., input: String? = nil) async throws -> CommandResult {
    try await run(
      "/bin/sh", ["-c", line, Self.program] + arguments, input: input.map { Array($0.utf8) })
  }

  /// Streams are files, so that no pipe fills up while nobody reads.
  private func run(
    _ program: String, _ arguments: [String], input: [UInt8]?
  ) async throws -> CommandResult {
    let streams = "streams/\(UUID().uuidString)"
    let inputPath = try folder.write(input ?? [], to: streams + "/in")
    let outputPath = try folder.write("", to: streams + "/out")
    let errorPath = try folder.write("", to: streams + "/err")
    let process = ChildProcess(
      program: program, arguments: arguments, environment: environment, folder: workFolder,
      inputPath: inputPath, outputPath: outputPath, errorPath: errorPath)
    let status = try await process.run()
    return CommandResult(
      status: status, bytes: try Self.bytes(of: outputPath),
      errors: String(decoding: try Self.bytes(of: errorPath), as: UTF8.self))
  }

  static func bytes(of path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What is in the folder where the program ran.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: workFolder).sorted()
  }

  /// A copy of a tiny model that a test may damage.
  func copy(of model: String = "bert-mean", _ change: (_ folder: String) throws -> Void = { _ in }) throws
    -> String
  {
    let path = "\(folder.path)/model-\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: Self.model(model), toPath: path)
    try change(path)
    return path
  }
}

/// A line of `encode`.
struct EncodedRow: Decodable {
  var index: Int
  var id: String?
  var text: String
  var tokens: Int
  var truncated: Bool
  var embedding: [Float]
}
