import Foundation
import Testing

/// A program that runs with its streams in files.
///
/// Not Foundation's `Process`: that one waits for all who have inherited a socket of it, and so for ever for a
/// daemon such as a tmux server, and its unreaped children confuse tests that end their process.
struct ChildProcess {
  /// Longer than any run takes on a busy machine.
  private static let deadlineSeconds = 120

  var program: String
  var arguments: [String]
  var environment: [String: String]
  /// Where it runs.
  var folder: String
  var inputPath = "/dev/null"
  var outputPath = "/dev/null"
  var errorPath = "/dev/null"

  struct NotStarted: Error {
    var program: String
    var reason: String
  }

  /// Runs to the end, or kills at the deadline.
  ///
  /// - Returns: The exit code; 128 and the signal's number where a signal ended it.
  /// - Throws: `NotStarted`.
  func run() async throws -> Int32 {
    let identifier = try start()
    let deadline = Task {
      try await Task.sleep(for: .seconds(Self.deadlineSeconds))
      kill(-identifier, SIGKILL)
      Issue.record("\(program) \(arguments) ran for more than \(Self.deadlineSeconds) s")
    }
    defer { deadline.cancel() }
    return await withCheckedContinuation { continuation in
      // A thread of its own: the pool of tasks has only as many as there are cores.
      Thread.detachNewThread { continuation.resume(returning: Self.wait(for: identifier)) }
    }
  }

  private static func wait(for identifier: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 {
      precondition(errno == EINTR, "process \(identifier): \(String(cString: strerror(errno)))")
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private func start() throws(NotStarted) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputPath, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_APPEND, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath, O_WRONLY | O_APPEND, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, to be killed with all it started; signals as a shell gives them.
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let shell = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, program]
    var words = (shell + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, shell[0], &actions, &attributes, &words, &variables)
    guard code == 0 else { throw NotStarted(program: program, reason: String(cString: strerror(code))) }
    return identifier
  }
}
