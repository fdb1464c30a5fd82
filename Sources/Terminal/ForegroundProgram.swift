#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Another program on the terminal, such as an editor; to be run within `TerminalSession.yield`.
public enum ForegroundProgram {
  /// Runs a program with this process's terminal, group and environment, and waits for its end.
  ///
  /// The group matters: a program in a group of its own would be stopped when it reads from the terminal. The first
  /// argument is the program's path, or its name to be found by `PATH`.
  ///
  /// - Returns: its exit code, or 128 and the number of the signal that ended it, as shells say it.
  /// - Throws: `TerminalError.cannotRun` where it cannot be started.
  public static func run(_ arguments: [String]) throws(TerminalError) -> Int32 {
    guard let program = arguments.first else { throw .cannotRun(program: "", code: ENOENT) }
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    for argument in arguments { unsafe pointers.append(strdup(argument)) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var process = pid_t()
    // Threads of the runtime hold signals back; the program must hear them.
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let code = unsafe posix_spawnp(&process, program, nil, &attributes, pointers, environ)
    guard code == 0 else { throw .cannotRun(program: program, code: code) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .cannotRun(program: program, code: errno) }
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
