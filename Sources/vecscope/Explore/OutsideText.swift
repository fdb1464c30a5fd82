import Explorer
import Foundation
import Terminal

/// A text that is opened in the user's editor or pager.
struct OutsideText {
  let text: String
  let program: ExternalProgram
  private let environment: [String: String]

  init(_ text: String, in program: ExternalProgram, environment: [String: String]) {
    self.text = text
    self.program = program
    self.environment = environment
  }

  /// Runs the program on a private file and waits; the caller has given it the terminal.
  ///
  /// - Returns: What an editor left in the file; nil from a pager.
  /// - Throws: Where the program cannot be run, or fails, or leaves no text.
  func open() throws(OutsideFailure) -> String? {
    let folder = FileManager.default.temporaryDirectory.path
    var template = Array("\(folder)/vecscope-XXXXXX.txt".utf8CString)
    // The file is the user's alone.
    let descriptor = mkstemps(&template, Int32(".txt".utf8.count))
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else {
      throw OutsideFailure(reason: "no file can be made in \(folder): \(String(cString: strerror(errno)))")
    }
    defer { unlink(path) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
    } catch {
      throw OutsideFailure(reason: "\(path) cannot be written: \(error.localizedDescription)")
    }
    try run(on: path)
    guard program == .editor else { return nil }
    guard let data = FileManager.default.contents(atPath: path),
      let edited = String(validating: data, as: UTF8.self)
    else { throw OutsideFailure(reason: "\(command) left no UTF-8 text") }
    return edited
  }

  private func run(on path: String) throws(OutsideFailure) {
    let code: Int32
    do throws(TerminalError) {
      // The shell takes the command apart: it may have options of its own.
      code = try ForegroundProgram.run(["/bin/sh", "-c", "exec \(command) \"$@\"", "sh", path])
    } catch {
      throw OutsideFailure(reason: "\(error)")
    }
    guard code == 0 else {
      throw OutsideFailure(reason: "\(command) ended with code \(code)")
    }
  }

  /// `$VISUAL` or `$EDITOR`, `$PAGER`, or what every system has.
  private var command: String {
    let names = program == .editor ? ["VISUAL", "EDITOR"] : ["PAGER"]
    let chosen = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    return chosen ?? (program == .editor ? "vi" : "less")
  }
}

/// Why another program did not open a text.
struct OutsideFailure: Error {
  let reason: String

  var failure: Failure {
    Failure(reason, nextStep: "$VISUAL, $EDITOR and $PAGER name the programs")
  }
}
