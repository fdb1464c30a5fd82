import ArgumentParser
import Engine
import Explorer
import Foundation
import JSONText
import Screen

/// `bench views`: what a frame of each view costs.
struct BenchViewsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "views", abstract: "Measure update, view and painting of every view.",
    discussion: """
      Goes through every view at 200×60, types 40 keys and moves 40 times in each, over texts made for it: with \
      10,000 of them the map has 10,000 points, and the heatmap compares 200. A frame is one event: its update, \
      the drawing of the whole screen and its translation for the terminal.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var theme: ThemeOptions

  @Option(help: "How many texts are made.")
  var texts = 10_000

  @Option(help: "The views that are measured; may be repeated; none stands for all.")
  var view: [Explorer.View] = []

  @Option(help: "Columns and rows.")
  var size = Size(columns: 200, rows: 60)

  @Option(help: "Fail (exit code 1) where the 99th percentile of a view is more than so many milliseconds.")
  var budget: Double?

  @Option(help: "How many seconds the work of a view may take.")
  var timeout = 900.0

  @Flag(help: "Print one JSON object a view.")
  var json = false

  private static let query = "how do I get my money back after it?"

  func validate() throws {
    guard (200...1_000_000).contains(texts) else {
      throw ValidationError("--texts \(texts) is out of range: 200 to 1000000")
    }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout \(timeout) is out of range: up to 86400 seconds")
    }
  }

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vecscope-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let corpus = folder.appendingPathComponent("made.txt").path
    let made = (0..<texts).map { MadeText.text($0) }
    try Data(made.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: corpus))
    let setup = try ExploreSetup(
      try Settings(), model, recipe, try CorpusArguments.parse(["--corpus", corpus]), theme: theme.name,
      remembers: false)
    // What is made here is not to be kept.
    var settings = setup.engineSettings
    settings.storePath = nil
    var options = setup.launchOptions(size: size, depth: .direct)
    options.texts = Array(made.prefix(200))
    let session = HeadlessSession(settings, options, timeoutSeconds: timeout)
    let progress = ProgressLine("preparing")
    try await session.start(remindingEvery: 1) { _ in progress.show(0, of: nil, unit: "texts indexed so far")
    }
    progress.finish()
    let output = try Output(path: nil)
    if !json { try output.writeLine("view                     frames     p50      p99      max ms") }
    var slow: [String] = []
    for view in view.isEmpty ? Explorer.View.allCases : view {
      let timings = try await walk(through: view, session)
      try output.writeLine(line(view, timings))
      try output.flush()
      if let budget, timings.percentile(0.99) > budget { slow.append(view.rawValue) }
    }
    try output.finish()
    await session.finish()
    if !slow.isEmpty { throw CommandError.checkFailed("over the budget: \(slow.joined(separator: ", "))") }
  }

  /// Types and moves in a view; every event is a frame.
  private func walk(through view: Explorer.View, _ session: HeadlessSession) async throws -> Timings {
    await session.perform(.choose(.openHistory, ""))
    try await session.settle()
    var timings = Timings()
    session.observer = { _, update, state in
      let start = ContinuousClock.now
      _ = FrameRenderer.ansi(Explorer.view(state), theme: state.theme, depth: .direct)
      timings.add(update + (ContinuousClock.now - start))
    }
    defer { session.observer = nil }
    await session.perform(.choose(.chooseView, view.rawValue))
    await session.perform(.action(.back))
    var keys = Self.query.prefix(40).map { KeyPress($0) }
    while keys.count < 40 { keys.append(KeyPress(.left)) }
    for key in keys { await session.press(key) }
    try await session.settle()
    await session.perform(.choose(.chooseView, view.rawValue))
    if view == .heatmap { await session.perform(.action(.switchHeatmap)) }
    try await session.settle()
    for step in 0..<40 {
      await session.perform(.action(step.isMultiple(of: 2) ? .moveDown : .moveRight))
      if step.isMultiple(of: 10) { try await session.settle() }
    }
    try await session.settle()
    return timings
  }

  private func line(_ view: Explorer.View, _ timings: Timings) -> String {
    func rounded(_ share: Double) -> Double { (timings.percentile(share) * 1000).rounded() / 1000 }
    let values = [rounded(0.5), rounded(0.99), rounded(1)]
    guard !json else {
      return JSONValue.object([
        "view": .string(view.rawValue), "frames": .integer(timings.milliseconds.count),
        "p50_ms": .real(values[0]), "p99_ms": .real(values[1]), "max_ms": .real(values[2]),
      ]).text
    }
    let columns = ["\(timings.milliseconds.count)"] + values.map { "\($0)" }
    return view.rawValue.padded(to: 23) + columns.map { $0.padded(to: 9, alignment: .right) }.joined()
  }
}

/// Sentences that differ, made by counting.
enum MadeText {
  private static let subjects = [
    "the bank", "a neighbour", "our train", "the clinic", "this recipe", "a storm", "the museum",
  ]
  private static let verbs = ["opens", "was late", "costs more", "was moved", "needs repair", "is praised"]
  private static let places = [
    "by the river", "after the weekend", "in the old town", "before winter", "near the school",
  ]

  /// How many sentences differ in more than their numbers.
  static let kinds = subjects.count * verbs.count * places.count

  static func text(_ number: Int) -> String {
    let subject = subjects[number % subjects.count]
    let verb = verbs[number / subjects.count % verbs.count]
    let place = places[number / (subjects.count * verbs.count) % places.count]
    return "\(subject) \(verb) \(place), as note \(number) says"
  }
}
