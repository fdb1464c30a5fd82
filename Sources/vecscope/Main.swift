import ArgumentParser
import Foundation

/// The program.
///
/// The main thread belongs to curses: the explorer runs on it, and every other command in a detached task
/// that it waits for.
@main
enum Main {
  static func main() {
    StandardStreams.fillGaps()
    // A write past the file size limit shall fail with an error instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    exit(status(of: Array(CommandLine.arguments.dropFirst())))
  }

  private static func status(of arguments: [String]) -> Int32 {
    do {
      let command = try VecscopeCommand.parseAsRoot(arguments)
      if let explore = command as? ExploreCommand {
        try explore.runOnMainThread()
      } else {
        try run(command)
      }
      return ExitStatus.done.rawValue
    } catch {
      return report(error)
    }
  }

  private static func run(_ command: any ParsableCommand) throws {
    let box = CommandBox(command)
    try waiting { try await box.run() }
  }

  /// Prints an error where it belongs and gives the exit code.
  private static func report(_ error: any Error) -> Int32 {
    guard let status = ExitStatus(of: error) else { return reportOfParser(error) }
    StandardError.warn("\(error)")
    return status.rawValue
  }

  /// What the argument parser throws: help and version, which are results, and its own errors.
  private static func reportOfParser(_ error: any Error) -> Int32 {
    let code = VecscopeCommand.exitCode(for: error).rawValue
    let text = VecscopeCommand.fullMessage(for: error)
    guard code == 0 else {
      StandardError.write(text.isEmpty ? "" : text + "\n")
      return code == 1 ? ExitStatus.internalFault.rawValue : code
    }
    do {
      let output = try Output(path: nil)
      try output.write(text.isEmpty ? "" : text + "\n")
      try output.finish()
      return code
    } catch {
      StandardError.warn("\(error)")
      return error.exitStatus.rawValue
    }
  }
}

/// Carries a parsed command to the task that runs it.
///
/// Unchecked: a command is made on one thread, handed over once and used by one task.
private final class CommandBox: @unchecked Sendable {
  private var command: any ParsableCommand

  init(_ command: any ParsableCommand) { self.command = command }

  func run() async throws {
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      try command.run()
    }
  }
}
