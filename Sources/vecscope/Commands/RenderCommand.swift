public import ArgumentParser
import Engine
public import Explorer
import Foundation
import JSONText
public import Screen

extension Explorer.View: ExpressibleByArgument {}

extension Size: ExpressibleByArgument {
  /// Reads `120x36`.
  public init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1] else { return nil }
    guard (1...2000).contains(columns), (1...1000).contains(rows) else { return nil }
    self.init(columns: columns, rows: rows)
  }
}

/// `render`: the explorer without a terminal.
struct RenderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Play keys into the explorer and print the frame.",
    discussion: """
      Text is typed; keys are written <F3> <C-p> <A-x> <S-Tab> <Enter> <Esc> <Up> <PgDn> <BS> <Paste:text> \
      <Wait> <Resize:80x24> <Click:10,4> <Background:#ffffff>; << is a literal <. Waits until no work is running.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case ansi
    /// The cells, and the view's table.
    case json
    /// The view's table alone.
    case csv
    case svg
  }

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var corpus: CorpusArguments
  @OptionGroup var theme: ThemeOptions
  @OptionGroup var notes: AnnotationOptions

  @Option(help: "Columns and rows.")
  var size = Size(columns: 120, rows: 36)

  @Option(help: "What is typed.")
  var keys = ""

  @Option(help: "The view that is shown first.")
  var view: Explorer.View = .neighbours

  @Option(help: "Output format: the screen, or what the view shows as rows and columns (json has both).")
  var format: Format = .text

  @Option(help: "Colours of --format ansi.")
  var color: ColorChoice = .direct

  @Option(help: "How many seconds the work may take.")
  var timeout = 60.0

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func validate() throws {
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout \(timeout) is out of range: up to 86400 seconds")
    }
  }

  func run() async throws {
    let script = try KeyNotation.parse(keys)
    let output = try Output(path: output)
    let setup = try ExploreSetup(try Settings(), model, recipe, corpus, theme: theme.name, remembers: false)
    // Text has no colours: what would be told by them takes other signs.
    let depth = format == .text ? .none : color.depth(isTerminal: true)
    let runner = HeadlessRunner(setup.engineSettings, timeoutSeconds: timeout)
    var options = setup.launchOptions(size: size, depth: depth, view: view)
    options.annotations = try notes.read()
    let state = try await runner.run(options, script)
    let frame = Explorer.view(state)
    switch format {
    case .text: try output.write(FrameRenderer.text(frame))
    case .ansi: try output.write(FrameRenderer.ansi(frame, theme: state.theme, depth: depth))
    case .json: try output.write(Self.json(frame, state))
    case .csv:
      guard let table = state.shownTable else { throw nothing(state) }
      try output.write(table.csv)
    case .svg: try output.write(FrameRenderer.svg(frame, theme: state.theme))
    }
    try output.finish()
    // The frame says it to a person; the exit code says it to a script.
    try setup.checkInputs(model: model.model, corpora: corpus.corpus)
  }

  /// The frame's object with the view's table in it; null where the view has nothing to show.
  private static func json(_ frame: Frame, _ state: State) -> String {
    let view = state.shownTable.map { ViewTableReport(view: state.view, table: $0).json } ?? .null
    return "{\"view\":\(view.text),\n" + FrameRenderer.json(frame).dropFirst()
  }

  /// Why there is no table.
  private func nothing(_ state: State) -> CommandError {
    .checkFailed("\(state.view.rawValue): \(state.view.unavailable(state) ?? "there is nothing to show yet")")
  }
}
