/// A reason why a command cannot go on that none of the libraries knows.
enum CommandError: Error, Equatable {
  case usage(String)
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  case binaryToTerminal(format: String)
  case badConfiguration(path: String, reason: String)
  case checkFailed(String)
  case noTerminal(String)
  case timedOut(seconds: Double)
  case interrupted
}

extension CommandError: CustomStringConvertible {
  var description: String {
    switch self {
    case .usage(let text), .checkFailed(let text): text
    case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); check the place, or choose another one"
    case .binaryToTerminal(let format):
      "\(format) is binary and standard output is a terminal; use --output FILE or a pipe"
    case .badConfiguration(let path, let reason): "\(path): \(reason); mend or remove the file"
    case .noTerminal(let reason):
      "\(reason); use 'vecscope search', 'vecscope explore --plain' or 'vecscope render' instead"
    case .timedOut(let seconds): "work was still running after \(seconds) s; raise --timeout"
    case .interrupted: "interrupted"
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .usage, .binaryToTerminal: .usage
    case .cannotRead: .noInput
    case .cannotWrite: .cannotWrite
    case .badConfiguration: .badData
    case .checkFailed: .checkFailed
    case .noTerminal: .unavailable
    case .timedOut: .tryLater
    case .interrupted: .interrupted
    }
  }
}
