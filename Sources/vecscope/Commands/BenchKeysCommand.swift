import ArgumentParser
import Engine
import Explorer
import Foundation
import Recipes
import Screen

/// `bench keys`: how soon a key shows, and how soon its neighbours do.
struct BenchKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Measure keystroke to echo and keystroke to new neighbours.",
    discussion: """
      Types a sentence into the explorer without a terminal, key by key, and counts the encoder's calls when \
      the pooling is switched.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var corpus: CorpusArguments

  @Option(help: "What is typed.")
  var text = "how do I get my money back after the trip was cancelled?"

  @Option(help: "How often it is typed.")
  var repeats = 3

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if text.isEmpty { throw ValidationError("--text is empty: nothing would be measured") }
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
  }

  func run() async throws {
    let setup = try ExploreSetup(try Settings(), model, recipe, corpus, remembers: false)
    let options = setup.launchOptions(size: Size(columns: 120, rows: 36), depth: .direct)
    let session = HeadlessSession(setup.engineSettings, options, timeoutSeconds: 600)
    try await session.start()
    var echo = Timings()
    var neighbours = Timings()
    for _ in 0..<repeats {
      for character in text {
        let start = ContinuousClock.now
        await session.press(KeyPress(character))
        _ = Explorer.view(session.state)
        echo.add(ContinuousClock.now - start)
        // Words, background and views follow in their own time.
        try await session.settle(while: \.isSearching)
        neighbours.add(ContinuousClock.now - start)
      }
      for _ in text { await session.press(KeyPress(.backspace)) }
      try await session.settle()
    }
    await session.type(text)
    try await session.settle()
    let encodedBefore = await session.encodedTexts
    let switches = try await switchPoolings(session)
    let encodedBySwitches = await session.encodedTexts - encodedBefore
    await session.finish()
    var report = BenchReport()
    report.add("keys", echo.milliseconds.count, "")
    report.add("echo median", echo.median, "ms")
    report.add("echo p99", echo.percentile(0.99), "ms")
    report.add("neighbours median", neighbours.median, "ms")
    report.add("neighbours p99", neighbours.percentile(0.99), "ms")
    report.add("pooling switches", switches.milliseconds.count, "")
    report.add("switch median", switches.median, "ms")
    report.add("texts encoded by switches", encodedBySwitches, "")
    try report.print(json: json)
  }

  /// Opens the list of poolings and moves through it: each line is shown at once.
  private func switchPoolings(_ session: HeadlessSession) async throws -> Timings {
    var timings = Timings()
    await session.press(KeyPress(.function(3)))
    let count = Pooling.ofTokenStates.count
    for key in Array(repeating: Key.down, count: count) + Array(repeating: Key.up, count: count) {
      let start = ContinuousClock.now
      await session.press(KeyPress(key))
      try await session.settle(while: \.isSearching)
      timings.add(ContinuousClock.now - start)
    }
    await session.press(KeyPress(.escape))
    try await session.settle()
    return timings
  }
}
