import ArgumentParser
import Corpora
import Embedding
import Engine
import JSONText
import Kernels
import Recipes

/// `search`: the texts nearest to queries.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find the texts nearest to a query.",
    discussion: """
      Searches --corpus FILE (stored, so that the second search encodes nothing), a stored --collection, or \
      with --filter the lines of standard input.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case jsonl
  }

  @Argument(help: "One or more queries.")
  var queries: [String]

  @OptionGroup var corpus: CorpusArguments

  @Option(help: "A collection that is stored already, by name or file name.")
  var collection: String?

  @Flag(help: "Search the lines of standard input.")
  var filter = false

  @Option(help: "How many texts to show for each query.")
  var top = 10

  @Option(help: "How near two vectors are; the default is the model's own.")
  var metric: Metric?

  @Option(help: "Passages of SIZE characters, sharing OVERLAP with their neighbours.")
  var chunk: String?

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "Output format.")
  var format: Format = .table

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func validate() throws {
    let sources = [!corpus.corpus.isEmpty, collection != nil, filter].filter(\.self).count
    guard sources == 1 else {
      throw ValidationError("name the texts by one of --corpus FILE, --collection NAME and --filter")
    }
    guard !queries.isEmpty else { throw ValidationError("give at least one query") }
    guard top >= 1 else { throw ValidationError("--top \(top) is out of range: 1 or more") }
  }

  func run() async throws {
    let settings = try Settings()
    let output = try Output(path: output)
    let source = try texts(settings)
    let workbench = try await Workbench.open(model, recipe.precision, settings: settings)
    let overrides = recipe.overrides(promptFor: .query, metric: metric)
    let recipe = try workbench.embedder.description.recipe(overrides).recipe
    let search = try await CorpusSearch(
      source.collection, recipe, workbench.embedder, store: source.store,
      keptCodes: settings.keptCodes, warn: StandardError.warn)
    for query in queries {
      let hits = try await search.nearest(query, top: top)
      try write(hits, of: query, search.metric, to: output)
    }
    try output.finish()
    await search.keepCodes()
  }

  private func texts(_ settings: Settings) throws -> (collection: TextCollection, store: CollectionStore?) {
    let chunking = try chunk.map { try Chunking($0) }
    if filter {
      let lines = try InputFormat.lines.texts(bytes: StandardInput.read())
      let texts = lines.enumerated().map { index, line in
        CorpusText(id: "\(index + 1)", text: line.text, line: index + 1)
      }
      return (TextCollection(name: "standard input", texts: texts, chunking: chunking), nil)
    }
    let stored = StoredCollections(settings, warn: StandardError.warn)
    if let collection { return try stored.load(collection) }
    return try stored.open(corpus.corpus, corpus.options, chunking: chunking)
  }

  private func write(
    _ hits: [CorpusSearch.Hit], of query: String, _ metric: Metric, to output: Output
  ) throws {
    if format == .table && queries.count > 1 { try output.writeLine("\(query.flattenedForTSV)") }
    for hit in hits {
      switch format {
      case .jsonl:
        try output.writeLine(
          JSONValue.object([
            "query": .string(query), "rank": .integer(hit.rank), "id": .string(hit.text.id),
            "score": .float(hit.score), "percentile": .null, "text": .string(hit.text.embeddedText),
          ]).text)
      case .table:
        let rank = String(repeating: " ", count: max(0, 3 - "\(hit.rank)".count)) + "\(hit.rank)"
        try output.writeLine(
          "\(rank)  \(metric.shown(hit.score))  \(hit.text.id)  \(hit.text.embeddedText.flattenedForTSV)")
      }
    }
  }
}
