import Checkpoints
import Corpora
import Embedding
import Encoders
import Engine
import Explorer
import ModelHub
import Recipes
import Screen
import Terminal
import Tokenization

/// The exit codes of the program (sysexits.h where it has one).
enum ExitStatus: Int32 {
  case done = 0
  case checkFailed = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case internalFault = 70
  case cannotWrite = 73
  case tryLater = 75
  case notPermitted = 77
  case interrupted = 130

  /// The code for an error of a library or a command; nil for the argument parser's own errors.
  init?(of error: any Error) {
    switch error {
    case let error as CommandError: self = error.exitStatus
    case is RecipeError, is ScreenError: self = .usage
    case let error as CheckpointError: self = error.isMissingInput ? .noInput : .badData
    case is ThemeFault, is ExplorerError: self = .badData
    case is TokenizationError, is EncoderError: self = .badData
    case let error as EmbeddingError: self = Self.status(of: error)
    case CorpusError.chunking: self = .usage
    case let error as CorpusError: self = error.isMissingInput ? .noInput : .badData
    case let error as StoreError: self = Self.status(of: error)
    case let error as HubError: self = Self.status(of: error.kind)
    case is TerminalError: self = .unavailable
    case let error as SessionError: self = error.isMissingInput ? .noInput : .badData
    case is HeadlessSession.TimedOut: self = .tryLater
    case is CancellationError: self = .interrupted
    default: return nil
    }
  }

  private static func status(of error: EmbeddingError) -> ExitStatus {
    switch error {
    case .traceTooLarge, .poolingUnavailable, .layerUnavailable, .widthsDiffer: .usage
    case .vocabularyMismatch, .nonFiniteVector, .markerMissing: .badData
    }
  }

  private static func status(of error: StoreError) -> ExitStatus {
    switch error {
    case .unknownCollection: .noInput
    case .busy: .tryLater
    case .damaged, .foreign, .newer, .vectorPlanes, .notVectors, .cut, .zeroCharacter: .badData
    case .cannotOpen, .readOnly, .full, .failing, .unexpected: .cannotWrite
    }
  }

  private static func status(of kind: HubError.Kind) -> ExitStatus {
    switch kind {
    case .usage: .usage
    case .badData: .badData
    case .missing: .noInput
    case .unavailable: .unavailable
    case .cannotWrite: .cannotWrite
    case .tryLater: .tryLater
    case .notPermitted: .notPermitted
    case .cancelled: .interrupted
    }
  }
}
