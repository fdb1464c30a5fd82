import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Logging
import Recipes
import Retrieval
import Tokenization

extension Engine {
  func search(_ request: SearchRequest, _ generation: Int) async throws {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.queries)
    let start = ContinuousClock.now
    let prepared = embedder.prepare(request.query, recipe.queries)
    send(.tokens(QueryTokens(prepared, embedder.tokenizer(recipe.queries)), generation: generation))
    let (trace, isNew) = try await trace(prepared, of: request.query, recipe.queries, embedder)
    let encoded = ContinuousClock.now
    let vector = try await self.vector(trace, recipe, embedder)
    var list = try await neighbours(of: vector, request, embedder) { [send] progress in
      send(.searching(SearchProgress(done: progress.done, total: progress.total), generation: generation))
    }
    list.encodeMilliseconds = isNew ? start.duration(to: encoded).milliseconds : nil
    list.rankMilliseconds = encoded.duration(to: .now).milliseconds
    settings.logger.debug(
      "neighbours in \(start.duration(to: .now).milliseconds) ms, of which ranked in \(list.rankMilliseconds) ms"
    )
    try Task.checkCancellation()
    send(.neighbours(list, generation: generation))
    // Nobody waits for it.
    if let vectors = corpus?.vectors(for: recipe, embedder) {
      Task(priority: .background) { await vectors.keepCodes() }
    }
  }

  /// All hidden states of a query, from the cache where it is there.
  func trace(
    _ prepared: PromptedText, of query: String, _ encoding: Encoding, _ embedder: TextEmbedder
  ) async throws -> (trace: Trace, isNew: Bool) {
    if let trace = traces.find(query, encoding) { return (trace, false) }
    let trace = try await embedder.trace(prepared, precision: encoding.precision)
    traces.add(trace, of: query, encoding)
    return (trace, true)
  }

  /// The vector of a traced text, `[dimensions]`.
  func vector(_ trace: Trace, _ recipe: Recipe, _ embedder: TextEmbedder) async throws -> [Float] {
    guard let pooled = try embedder.pooledVectors(trace, layer: recipe.readout.layer) else {
      throw EngineError.layerNotTraced(recipe.readout.layer)
    }
    return try await embedder.vectors(pooled, recipe.readout, priority: .interactive).row(0)
  }

  private func neighbours(
    of vector: [Float], _ request: SearchRequest, _ embedder: TextEmbedder,
    progress: @escaping @Sendable (CollectionVectors.Progress) -> Void
  ) async throws -> NeighbourList {
    let recipe = request.recipe
    var list = NeighbourList(
      neighbours: [], metric: recipe.metric, fingerprint: recipe.fingerprint, searched: 0,
      total: corpus?.collection.texts.count ?? 0, similarities: nil, encodeMilliseconds: nil,
      rankMilliseconds: 0)
    guard let vectors = corpus?.vectors(for: recipe, embedder) else { return list }
    let result = try await vectors.nearest(
      to: vector, top: request.top, priority: .interactive, progress: progress)
    list.neighbours = result.found.map { neighbour($0.row, $0.score, recipe, in: vectors) }
    list.searched = result.searched
    let places = result.found.map { vectors.collection.passages[$0.row].parent }
    if corpus?.collection == vectors.collection {
      corpus?.found = Dictionary(
        zip(list.neighbours.map(\.id), places), uniquingKeysWith: { first, _ in first })
    }
    try await mark(&list, rows: result.found.map(\.row), in: vectors, embedder.kernels)
    let compared = result.found.prefix(request.compared)
    if !compared.isEmpty {
      let rows = try await vectors.vectors(compared.map(\.row), priority: .interactive)
      list.similarities = try SimilarityMatrix(
        texts: [request.query] + list.neighbours.prefix(compared.count).map(\.text), metric: recipe.metric,
        vectors: Matrix(stacking: [Matrix(rows: 1, columns: vector.count, values: vector), rows]),
        kernels: embedder.kernels)
    }
    return list
  }

  /// Marks texts that say nearly the same as an earlier one, and gives the lengths of the vectors.
  private func mark(
    _ list: inout NeighbourList, rows: [Int], in vectors: CollectionVectors, _ kernels: KernelSet
  ) async throws {
    guard !rows.isEmpty else { return }
    var readout = vectors.readout
    readout.normalizes = false
    let found = try await vectors.vectors(rows, as: readout, priority: .interactive)
    let norms = kernels.squaredNorms(found, rows: 0..<found.rows)
    for (index, earlier) in nearDuplicates(among: found, kernels: kernels).enumerated() {
      list.neighbours[index].duplicateOf = earlier
      list.neighbours[index].norm = norms[index].squareRoot()
    }
  }

  func compare(_ request: SimilarityRequest, _ generation: Int) async throws {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.queries)
    var rows: [Matrix] = []
    for text in request.texts {
      let prepared = embedder.prepare(text, recipe.queries)
      let trace = try await trace(prepared, of: text, recipe.queries, embedder).trace
      let vector = try await vector(trace, recipe, embedder)
      rows.append(Matrix(rows: 1, columns: vector.count, values: vector))
    }
    try Task.checkCancellation()
    send(
      .similarities(
        try SimilarityMatrix(
          texts: request.texts, metric: recipe.metric, vectors: Matrix(stacking: rows),
          kernels: embedder.kernels), generation: generation))
  }
}

extension SimilarityMatrix {
  /// Compares every row of `[texts, dimensions]` with every other.
  init(texts: [String], metric: Metric, vectors: Matrix, kernels: KernelSet) throws(CancellationError) {
    let values = Retrieval.similarities(vectors, vectors, metric: metric, kernels: kernels).values
    self.init(
      texts: texts, metric: metric, values: values, order: try seriation(values, count: texts.count))
  }
}

extension QueryTokens {
  init(_ prepared: PromptedText, _ tokenizer: Tokenizer) {
    let tokens = prepared.tokens
    let shown = tokens.ids.indices.map { index in
      Token(
        text: tokens.tokens[index], id: Int(tokens.ids[index]), isSpecial: tokens.special[index],
        isUnknown: tokens.ids[index] == tokenizer.unknownID,
        isPrompt: index < prepared.promptLength && !tokens.special[index])
    }
    var dropped = ""
    if let first = tokens.firstDroppedScalar {
      dropped = String(String.UnicodeScalarView(prepared.string.unicodeScalars.dropFirst(first)))
    }
    self.init(
      tokens: shown, totalCount: tokens.totalCount, limit: prepared.limit, droppedText: dropped)
  }
}

extension Duration {
  var milliseconds: Double { self / .milliseconds(1) }
}
