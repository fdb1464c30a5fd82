import Explorer
import Foundation
import Testing

/// The README's table of keys is the action table's own.
@Suite struct ReadmeTests {
  private static let start = "<!-- keys: made from the action table -->\n"
  private static let end = "<!-- end of keys -->"

  @Test func theKeysOfTheReadmeAreThoseOfTheActionTable() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md")
    var readme = try String(contentsOf: path, encoding: .utf8)
    let start = try #require(readme.range(of: Self.start)).upperBound
    let end = try #require(readme.range(of: Self.end, range: start..<readme.endIndex)).lowerBound
    let expected = "\n" + keyTable() + "\n"
    guard ProcessInfo.processInfo.environment["VECSCOPE_RECORD"] == "1" else {
      #expect(String(readme[start..<end]) == expected, "'make record' writes the table anew")
      return
    }
    readme.replaceSubrange(start..<end, with: expected)
    try readme.write(to: path, atomically: true, encoding: .utf8)
    Issue.record("recorded the keys in README.md: read them, then run again without VECSCOPE_RECORD")
  }
}
