/// A reason why a terminal cannot be drawn on.
public enum TerminalError: Error, Equatable, Sendable {
  /// Standard input or output is no terminal.
  case notATerminal(stream: String)
  case unnamed
  case unsuitable(name: String)
  case unknown(name: String)
  case noDatabase(name: String)
  case noUTF8
  case cannotOpen(name: String)
  case noPipe(code: Int32)
  /// Another program cannot be started.
  case cannotRun(program: String, code: Int32)
}

extension TerminalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal; use --plain, or render for a picture of the screen"
    case .unnamed:
      "TERM is not set, so the terminal's abilities are unknown; set it (such as TERM=xterm-256color) or use --plain"
    case .unsuitable(let name):
      "TERM=\(name) cannot move its cursor, which a full screen needs; use --plain"
    case .unknown(let name):
      "TERM=\(name) is not in the terminfo database; set TERM to a known terminal (such as xterm-256color),"
        + " install its description (package ncurses-term) or use --plain"
    case .noDatabase(let name):
      "no terminfo database was found for TERM=\(name); install ncurses-base or use --plain"
    case .noUTF8:
      "no UTF-8 locale is installed; set LC_ALL to one (such as C.UTF-8) or use --plain"
    case .cannotOpen(let name):
      "curses cannot open the terminal (TERM=\(name)); use --plain"
    case .noPipe(let code):
      "no pipe can be made (error \(code)); close other files of this process and try again"
    case .cannotRun(let program, let code):
      "\(program) cannot be started (error \(code)); set EDITOR or PAGER to a program of this machine and try again"
    }
  }

  /// True where the terminal is of a kind that plain mode is for, rather than misconfigured.
  public var isPlainTerminal: Bool {
    switch self {
    case .unnamed, .unsuitable, .unknown: true
    default: false
    }
  }
}
