public import Explorer
import Screen

/// Plays a session into the explorer without a terminal, and checks what it asserts.
public struct SessionPlayer {
  /// What one line of a session came to.
  public struct Outcome: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
      /// An assertion that holds.
      case passed
      /// An assertion that does not, with what there is instead and the nearest texts.
      case failed(found: String, top: [ShownText])
      /// Something that differs from the recording, such as the model's content.
      case differs(found: String)
      /// A step that cannot be done.
      case refused(reason: String)
    }

    /// In the file, from 1; 1 is the header.
    public var line: Int
    /// The assertion, or what was expected.
    public var expected: String
    public var kind: Kind

    /// True for what makes a run fail; what merely differs does so only where that is strict.
    public func fails(isStrict: Bool) -> Bool {
      switch kind {
      case .passed: false
      case .failed, .refused: true
      case .differs: isStrict
      }
    }
  }

  private let session: HeadlessSession
  private let report: (Outcome) -> Void

  /// A player into a session that has been started; every assertion and every difference is reported as it comes.
  public init(_ session: HeadlessSession, report: @escaping (Outcome) -> Void) {
    self.session = session
    self.report = report
  }

  /// Plays to the end, which is that of the recording or its wish to leave.
  ///
  /// - Throws: `HeadlessSession.TimedOut`.
  public func play(_ recording: SessionRecording) async throws {
    session.isReplaying = true
    defer { session.isReplaying = false }
    for outcome in SessionCheck.differences(recording.header, session.state) { report(outcome) }
    for (index, line) in recording.lines.enumerated() where !session.hasQuit {
      try await play(line, number: index + 2)
    }
    try await session.settle()
  }

  private func play(_ line: SessionLine, number: Int) async throws {
    switch line.step {
    case .wait: try await session.settle()
    case .assert(let assertion):
      try await session.settle()
      report(SessionCheck.outcome(of: assertion, line: number, session.state))
    default:
      if let outcome = SessionCheck.refusal(of: line.step, line: number, session.state) { report(outcome) }
      for event in line.step.events { await session.perform(event) }
    }
    if let outcome = SessionCheck.difference(line, number: number, session.state) { report(outcome) }
  }
}

/// What a replay compares with its recording.
public enum SessionCheck {
  /// How the start differs from that of the recording.
  public static func differences(_ header: SessionHeader, _ state: State) -> [SessionPlayer.Outcome] {
    var outcomes: [SessionPlayer.Outcome] = []
    func compare(_ what: String, _ expected: String?, _ found: String?) {
      guard let expected, expected != found else { return }
      outcomes.append(
        .init(line: 1, expected: "\(what) \(expected)", kind: .differs(found: found ?? "none")))
    }
    compare("the model with the content", header.identity, state.modelIdentity)
    compare("texts in the corpus:", header.count.map { "\($0)" }, state.corpusCount.map { "\($0)" })
    compare("the recipe", header.recipe, state.recipeFingerprint)
    return outcomes
  }

  /// What an assertion comes to; to be asked once nothing is under way.
  public static func outcome(
    of assertion: Assertion, line: Int, _ state: State
  ) -> SessionPlayer.Outcome {
    let found = assertion.found(in: state)
    return .init(
      line: line, expected: assertion.text,
      kind: found.map { .failed(found: $0, top: state.topTexts(5)) } ?? .passed)
  }

  /// How the recipe differs from the recorded one behind a line; nil where it does not.
  public static func difference(
    _ line: SessionLine, number: Int, _ state: State
  ) -> SessionPlayer.Outcome? {
    guard let recipe = line.recipe, recipe != state.recipeFingerprint else { return nil }
    return .init(
      line: number, expected: "the recipe \(recipe)",
      kind: .differs(found: state.recipeFingerprint ?? "none"))
  }

  /// Why a step cannot be done; nil where it can.
  public static func refusal(
    of step: SessionStep, line: Int, _ state: State
  ) -> SessionPlayer.Outcome? {
    guard case .choose(let action, let argument) = step,
      let reason = state.refusal(of: action, with: argument)
    else { return nil }
    return .init(line: line, expected: "\(action.name): \(argument)", kind: .refused(reason: reason))
  }
}
