import Explorer
import Foundation

extension Engine {
  /// Writes a session into a file of its own, named by the time.
  func save(_ session: SessionRecording) throws -> String? {
    guard let folder = settings.sessionsFolder else { return nil }
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let name = settings.now().formatted(
      .iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false)
        .timeSeparator(.omitted))
    // The format writes universal time and leaves its mark out.
    let base = "\(folder)/\(name)Z"
    var path = base + ".jsonl"
    // Two in one second, or on a day when the clock went back.
    for number in 2..<1000 where manager.fileExists(atPath: path) { path = "\(base)-\(number).jsonl" }
    try Data(SessionText.text(session).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    return path
  }
}
