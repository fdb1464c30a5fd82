import Engine
import Logging
import Terminal

/// What a session of the explorer was like, for the log.
struct SessionOutcome {
  /// From the reading of a key to the end of the paint that shows it.
  var echo = Timings()
  /// What came of a session that was played.
  var played: [SessionPlayer.Outcome] = []
  /// Why the session ended, where it was not the user's own wish.
  var termination: Termination?

  /// Writes the summary.
  func log(to logger: Logger, encodedTexts: Int) {
    guard !echo.milliseconds.isEmpty else { return logger.info("no keys; \(encodedTexts) texts encoded") }
    logger.info(
      """
      \(echo.milliseconds.count) echoes: p50 \(echo.median) ms, p99 \(echo.percentile(0.99)) ms, \
      max \(echo.percentile(1)) ms; \(encodedTexts) texts encoded
      """)
  }
}
