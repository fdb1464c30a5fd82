import ArgumentParser
import Corpora
import Embedding
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

  @Option(
    help:
      "Make so many texts, and vectors for them without encoding, in the folder of temporary files (TMPDIR).")
  var texts: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if text.isEmpty { throw ValidationError("--text is empty: nothing would be measured") }
    if texts != nil, !corpus.corpus.isEmpty { throw ValidationError("--texts makes what --corpus names") }
    if let texts, !(1...10_000_000).contains(texts) {
      throw ValidationError("--texts \(texts) is out of range: 1 to 10000000")
    }
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
  }

  func run() async throws {
    let (made, session) = try await makeSession()
    defer { withExtendedLifetime(made) {} }
    let progress = ProgressLine("opening")
    try await session.start(remindingEvery: 1) { _ in progress.show(0, of: nil, unit: "texts so far") }
    progress.finish()
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
    if let texts { report.add("texts", texts, "") }
    report.add("keys", echo.milliseconds.count, "")
    report.add("echo median", echo.median, "ms")
    report.add("echo p99", echo.percentile(0.99), "ms")
    report.add("neighbours median", neighbours.median, "ms")
    report.add("neighbours p99", neighbours.percentile(0.99), "ms")
    report.add("pooling switches", switches.milliseconds.count, "")
    report.add("switch median", switches.median, "ms")
    report.add("switch most", switches.percentile(1), "ms")
    report.add("texts encoded by switches", encodedBySwitches, "")
    try report.print(json: json)
  }

  /// The explorer over the corpus that is named, or over one that is made.
  private func makeSession() async throws -> (made: MadeCollection?, session: HeadlessSession) {
    let settings = try Settings()
    guard let texts else {
      let setup = try ExploreSetup(settings, model, recipe, corpus, remembers: false)
      try setup.checkInputs(model: model.model, corpora: corpus.corpus)
      // Without texts the keys would find nothing, and find it soon.
      if !corpus.corpus.isEmpty { _ = try CorpusReader.read(corpus.corpus, options: corpus.options) }
      return (nil, session(setup, setup.engineSettings))
    }
    let workbench = try await Workbench.open(model)
    let embedder = workbench.embedder
    let overrides = recipe.overrides(promptFor: .query, metric: nil)
    let recipe = try embedder.description.recipe(overrides).recipe
    let layout = embedder.layout(recipe.documents, layer: recipe.readout.layer)
    let made = try MadeCollection(texts, neededBytes: texts * (layout.width * 4 + 1000))
    try await made.storeVectors(recipe, embedder)
    let setup = try ExploreSetup(
      settings, model, self.recipe, try CorpusArguments.parse(["--corpus", made.corpus]), remembers: false)
    var engineSettings = setup.engineSettings
    engineSettings.storePath = made.storePath
    engineSettings.keptCodes = made.keptCodes
    return (made, session(setup, engineSettings))
  }

  private func session(_ setup: ExploreSetup, _ settings: EngineSettings) -> HeadlessSession {
    let options = setup.launchOptions(size: Size(columns: 120, rows: 36), depth: .direct)
    return HeadlessSession(settings, options, timeoutSeconds: 600)
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
