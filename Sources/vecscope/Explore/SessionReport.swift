import Engine
import Explorer

/// What a replay came to, a line each.
struct SessionReport {
  let file: String
  let isStrict: Bool
  private(set) var failures = 0
  private(set) var assertions = 0

  init(file: String, isStrict: Bool) {
    self.file = file
    self.isStrict = isStrict
  }

  /// Takes an outcome and gives its lines.
  mutating func lines(of outcome: SessionPlayer.Outcome) -> [String] {
    let fails = outcome.fails(isStrict: isStrict)
    if fails { failures += 1 }
    let place = "\(file):\(outcome.line)"
    switch outcome.kind {
    case .passed:
      assertions += 1
      return ["ok    \(place): \(outcome.expected)"]
    case .failed(let found, let top):
      assertions += 1
      return ["FAIL  \(place): expected \(outcome.expected), found \(found)"]
        + top.map { "        \($0.rank)  \($0.id)  \($0.score)  \($0.text.flattenedForTSV.prefix(60))" }
    case .differs(let found):
      return ["\(fails ? "FAIL" : "note")  \(place): expected \(outcome.expected), found \(found)"]
    case .refused(let reason):
      return ["FAIL  \(place): \(outcome.expected): \(reason)"]
    }
  }

  /// One line about the whole.
  var summary: String {
    let count = assertions == 1 ? "1 assertion" : "\(assertions) assertions"
    return failures == 0 ? "\(file): \(count), none failed" : "\(file): \(count), failures: \(failures)"
  }
}
