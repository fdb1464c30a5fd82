import ArgumentParser
import Engine
import Explorer
import Foundation
import JSONText
import Screen

/// `bench start`: how soon the explorer can be used.
struct BenchStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Measure the start: to the first frame, and to the neighbours of a query.",
    discussion: """
      Starts this program again and again, without a terminal, with a query that is typed at once. All times begin \
      before the program is started. The first start, which may read, encode and cache, is not counted.
        frame       the first frame is drawn; keys are taken from then on
        vectors     model, corpus and all vectors are there
        neighbours  a frame shows the texts nearest to the query
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var corpus: CorpusArguments

  @Option(help: "What is typed.")
  var text = "how do I get my money back after the trip was cancelled?"

  @Option(help: "How often the program is started.")
  var repeats = 10

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: .hidden)
  var since: Int?

  func validate() throws {
    if text.isEmpty { throw ValidationError("--text is empty: nothing would be found") }
    if repeats < 1 { throw ValidationError("--repeats \(repeats) is out of range: 1 or more") }
  }

  func run() async throws {
    if let since { return try await startOnce(since: since) }
    try ExploreSetup(try Settings(), model, recipe, corpus, remembers: false)
      .checkInputs(model: model.model, corpora: corpus.corpus)
    var timings: [StartMoment: Timings] = [:]
    for repetition in 0...repeats {
      let moments = try startAnother()
      guard repetition > 0 else { continue }
      for (moment, milliseconds) in moments {
        timings[moment, default: Timings()].add(.milliseconds(milliseconds))
      }
    }
    var report = BenchReport()
    report.add("starts", repeats, "")
    for moment in StartMoment.allCases {
      guard let timings = timings[moment] else { continue }
      report.add("\(moment.rawValue) median", timings.median, "ms")
      report.add("\(moment.rawValue) least", timings.percentile(0), "ms")
      report.add("\(moment.rawValue) most", timings.percentile(1), "ms")
    }
    try report.print(json: json)
  }

  /// Starts this program with the same arguments, and gives the moments that it reports.
  private func startAnother() throws -> [StartMoment: Double] {
    let process = Process()
    process.executableURL = try Self.executable()
    let output = Pipe()
    process.standardOutput = output
    process.arguments =
      Array(CommandLine.arguments.dropFirst()) + ["--since", String(MonotonicClock.nanoseconds)]
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandError.checkFailed("the start failed with exit code \(process.terminationStatus)")
    }
    var moments: [StartMoment: Double] = [:]
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let moment = StartMoment(rawValue: String(parts[0])) else { continue }
      moments[moment] = Double(parts[1])
    }
    return moments
  }

  private static func executable() throws -> URL {
    guard let path = Bundle.main.executablePath else {
      throw CommandError.usage("the program cannot find its own file; start it by its full path")
    }
    return URL(fileURLWithPath: path)
  }

  /// What a started program does: draws, types at once, and says when what was there.
  private func startOnce(since: Int) async throws {
    let setup = try ExploreSetup(try Settings(), model, recipe, corpus, remembers: false)
    try setup.checkInputs(model: model.model, corpora: corpus.corpus)
    let options = setup.launchOptions(size: Size(columns: 120, rows: 36), depth: .direct)
    let session = HeadlessSession(setup.engineSettings, options, timeoutSeconds: 600)
    var moments: [(StartMoment, Int)] = []
    func note(_ moment: StartMoment) { moments.append((moment, MonotonicClock.nanoseconds - since)) }
    func draw() {
      _ = FrameRenderer.ansi(Explorer.view(session.state), theme: session.state.theme, depth: .direct)
    }
    draw()
    note(.frame)
    await session.begin()
    await session.type(text)
    try await session.settle(while: \.isPreparing)
    note(.vectors)
    try await session.settle(while: { !$0.showsNeighbours && $0.isWaiting })
    guard session.state.showsNeighbours else {
      throw CommandError.checkFailed("no neighbours were found; open the explorer to see why")
    }
    draw()
    note(.neighbours)
    await session.finish()
    let output = try Output(path: nil)
    for (moment, nanoseconds) in moments {
      try output.writeLine("\(moment.rawValue) \(Double(nanoseconds) / 1e6)")
    }
    try output.finish()
  }
}

/// What a start comes to, in order.
private enum StartMoment: String, CaseIterable {
  case frame, vectors, neighbours
}

/// A clock that all programs of a machine share.
private enum MonotonicClock {
  static var nanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
