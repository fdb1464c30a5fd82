import ArgumentParser
import Corpora
import Embedding
import Engine
import JSONText
import Recipes

/// `compare`: what two recipes find.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare what two recipes, or two models, find.",
    discussion: """
      Each side is a quoted list of recipe options, with --model, --metric and --document-prefix besides: \
      --a '--pooling mean' --b '--model bge-small-en-v1.5 --metric dot'. Queries are arguments, or the texts of \
      --queries FILE. Overlap is the part of the first K texts that both have; tau is Kendall's, over the texts \
      that both have among them.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Argument(help: "Queries.")
  var queryTexts: [String] = []

  @Option(parsing: .unconditional, help: "Side A, as recipe options.")
  var a: String

  @Option(parsing: .unconditional, help: "Side B, as recipe options.")
  var b: String

  @Option(help: "A file of queries: a corpus file, or a text a line.")
  var queries: String?

  @Option(help: "The most queries of the file; more are an error.")
  var limit = 10_000

  @OptionGroup var corpus: CorpusArguments
  @OptionGroup var model: ModelOptions

  @Option(help: "How many of the nearest texts are compared.")
  var top = 10

  @Option(help: "Fail (exit code 1) where the mean overlap is less than this, 0 to 1.")
  var requireOverlap: Double?

  @Option(help: "Output format.")
  var format: Format = .text

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func validate() throws {
    if queryTexts.isEmpty == (queries == nil) {
      throw ValidationError("give queries as arguments or --queries FILE, one of them")
    }
    guard !corpus.corpus.isEmpty else { throw ValidationError("name the texts by --corpus FILE") }
    guard top >= 1 else { throw ValidationError("--top \(top) is out of range: 1 or more") }
    guard limit >= 1 else { throw ValidationError("--limit \(limit) is out of range: 1 or more") }
    if let requireOverlap, !(0...1).contains(requireOverlap) {
      throw ValidationError("--require-overlap \(requireOverlap) is out of range: 0 to 1")
    }
  }

  func run() async throws {
    let settings = try Settings()
    let output = try Output(path: output)
    let (a, b) = (try ComparedSide(name: "a", a), try ComparedSide(name: "b", b))
    let queries = try readQueries()
    let stored = StoredCollections(settings, warn: StandardError.warn)
    let source = try stored.open(corpus.corpus, corpus.options, chunking: nil)
    let first = try await search(a, source, settings)
    let second = try await search(b, source, settings)
    var report = ComparisonReport(
      depth: top, a: .init(a.text, first.recipe), b: .init(b.text, second.recipe))
    for query in queries {
      // One more than is compared: the margin of the first needs a second.
      let depth = max(top, 2)
      report.add(
        query, try await first.search.nearest(query, top: depth),
        try await second.search.nearest(query, top: depth))
    }
    switch format {
    case .text: try output.write(report.text)
    case .json: try output.writeLine(report.json.text)
    }
    try output.finish()
    if let requireOverlap, report.meanOverlap < requireOverlap {
      throw CommandError.checkFailed(
        "the mean overlap is \(report.meanOverlap), less than the required \(requireOverlap)")
    }
  }

  private func readQueries() throws -> [String] {
    guard let queries else { return queryTexts }
    let texts = try CorpusReader.read([queries], options: corpus.options).texts.map(\.embeddedText)
    guard !texts.isEmpty else { throw CommandError.usage("\(queries): has no queries") }
    guard texts.count <= limit else {
      throw CommandError.usage("\(queries): has \(texts.count) queries; raise --limit (\(limit)) to take all")
    }
    return texts
  }

  private func search(
    _ side: ComparedSide, _ source: (collection: TextCollection, store: CollectionStore?),
    _ settings: Settings
  ) async throws -> (search: CorpusSearch, recipe: Recipe) {
    var options = model
    options.model = side.model ?? model.model
    let workbench = try await Workbench.open(options, settings: settings)
    let recipe = try workbench.embedder.description.recipe(side.overrides).recipe
    let search = try await CorpusSearch(
      source.collection, recipe, workbench.embedder, store: source.store,
      keptCodes: settings.keptCodes, warn: StandardError.warn)
    return (search, recipe)
  }
}

/// One side: recipe options in one argument.
struct ComparedSide {
  let text: String
  let model: String?
  let overrides: RecipeOverrides

  private struct Options: ParsableArguments {
    @Option(help: "A model's folder, hub id or short name.")
    var model: String?

    @Option(help: "How near two vectors are.")
    var metric: Metric?

    @Option(help: "Put this literal text before each document.")
    var documentPrefix: String?

    @OptionGroup var recipe: RecipeOptions
  }

  /// - Throws: `CommandError.usage` that names the side.
  init(name: String, _ text: String) throws(CommandError) {
    self.text = text
    let options: Options
    do {
      options = try Options.parse(try ShellWords.split(text))
    } catch let error as CommandError {
      throw .usage("--\(name) '\(text)': \(error)")
    } catch {
      throw .usage("--\(name) '\(text)': \(Options.message(for: error))")
    }
    model = options.model
    var overrides = options.recipe.overrides(promptFor: .query, metric: options.metric)
    if let prefix = options.documentPrefix { overrides.documentPrompt = .literal(prefix) }
    self.overrides = overrides
  }
}

/// Words as a shell parts them: by spaces, with quotes and backslashes.
enum ShellWords {
  static func split(_ text: String) throws(CommandError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote { throw .usage("a \(quote) is not closed") }
    if isEscaped { throw .usage("a backslash stands at the end") }
    if let word { words.append(word) }
    return words
  }
}
