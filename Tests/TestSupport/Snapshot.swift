import Foundation
public import Testing

/// Expects a text to equal the one recorded in `Fixtures/Snapshots/<name>.txt` beside the test; a name that ends in `.svg`
/// stays as it is.
///
/// With `VECSCOPE_RECORD` set to 1 in the environment the text is recorded instead, and the run fails, so that a
/// recording is never taken for a passing test.
public func expectSnapshot(
  _ text: String,
  named name: String,
  filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let url = URL(fileURLWithPath: filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Snapshots/\(name)\(name.hasSuffix(".svg") ? "" : ".txt")")
  let found = text.hasSuffix("\n") ? text : text + "\n"
  if ProcessInfo.processInfo.environment["VECSCOPE_RECORD"] == "1" {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(found.utf8).write(to: url)
    Issue.record("recorded '\(name)'; run again without VECSCOPE_RECORD", sourceLocation: sourceLocation)
    return
  }
  guard FileManager.default.fileExists(atPath: url.path) else {
    Issue.record(
      "no snapshot '\(name)'; record it with VECSCOPE_RECORD=1. Found:\n\(found)",
      sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self)
  guard found != expected else { return }
  let lines = (found: found.split(separator: "\n"), expected: expected.split(separator: "\n"))
  let same = zip(lines.found, lines.expected).prefix { $0 == $1 }.count
  Issue.record(
    "snapshot '\(name)' differs from line \(same + 1) on. Found:\n\(found)\nExpected:\n\(expected)",
    sourceLocation: sourceLocation)
}
