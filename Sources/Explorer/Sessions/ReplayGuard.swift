import Screen

extension Effect {
  /// What becomes of an effect of a session that is played.
  public enum InReplay: Equatable, Sendable {
    case perform
    /// It is left out.
    case omit
    /// It is left out, and this is answered instead.
    case answer(Answer)
  }

  /// Sessions may come from strangers: playing one writes no file, starts no program and fetches nothing.
  public var inReplay: InReplay {
    let refusal = Failure("a session that is played writes no files, starts no programs and fetches nothing")
    switch self {
    case .export(_, let generation): return .answer(.exported(.failed(refusal), generation: generation))
    case .open(_, _, let generation): return .answer(.openFailed(refusal, generation: generation))
    case .pullModel(_, let generation): return .answer(.pullFailed(refusal, generation: generation))
    case .saveTexts, .saveQuery, .rememberModel, .saveSession, .copy, .suspend, .quit: return .omit
    default: return .perform
    }
  }
}
