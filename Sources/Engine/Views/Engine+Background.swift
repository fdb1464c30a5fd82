import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

/// What scores under one recipe are measured by.
struct CollectionBackground {
  let background: Background
  let textCount: Int
  let isBundled: Bool
  /// By text, of how many of the background's texts it is among the ten nearest: hubs alone.
  let hubs: [Int: Int]
  /// What the documents' precision loses; nil for f32.
  let loss: PrecisionLoss?

  func summary(fingerprint: String) -> BackgroundSummary {
    BackgroundSummary(
      fingerprint: fingerprint, texts: textCount, scores: background.scores.count, isBundled: isBundled,
      mean: Float(background.mean ?? .nan), standardDeviation: Float(background.standardDeviation ?? .nan),
      quantiles: (0...100).compactMap { background.quantile(Double($0) / 100) }, loss: loss)
  }
}

extension Engine {
  /// A new wish within this time, such as the next letter of an instruction, makes the work superfluous.
  private static let backgroundPause = Duration.milliseconds(120)
  /// How many backgrounds are kept: one for each recipe that one goes back to.
  private static let backgroundLimit = 32
  private static let seed: UInt64 = 200
  /// How deep hubs are looked for, and in collections of up to how many texts.
  private static let hubDepth = 10
  private static let hubTextLimit = 100_000
  /// On how many of its texts the loss of a precision is measured.
  private static let lossTexts = 32
  /// A text must be near to at least so many of the background's texts to be marked.
  private static let leastHubCount = 5

  func background(_ request: BackgroundRequest) async throws -> BackgroundSummary {
    let fingerprint = request.recipe.fingerprint
    if let known = corpus?.backgrounds[fingerprint] { return known.summary(fingerprint: fingerprint) }
    try await Task.sleep(for: Self.backgroundPause)
    let found = try await measure(request.recipe)
    try Task.checkCancellation()
    if let count = corpus?.backgrounds.count, count >= Self.backgroundLimit { corpus?.backgrounds = [:] }
    corpus?.backgrounds[fingerprint] = found
    return found.summary(fingerprint: fingerprint)
  }

  private func measure(_ recipe: Recipe) async throws -> CollectionBackground {
    let vectors = try await readOut(recipe)
    let collection = vectors.collection
    let embedder = try await embedder(of: recipe.queries)
    let bundled = collection.texts.count < Background.textCount ? try settings.backgroundTexts() : []
    let isBundled = !bundled.isEmpty
    let rows = isBundled ? [] : drawnRows(of: vectors)
    let texts = isBundled ? drawn(from: bundled) : rows.map { collection.text(of: collection.passages[$0]) }
    let documents =
      isBundled
      ? try await drawnVectors(of: texts, recipe.documents, recipe.readout, embedder)
      : try await vectors.vectors(rows, priority: .bulk)
    // Without prompts a text is the same in both roles: nothing has to be encoded.
    let queries =
      recipe.queries == recipe.documents
      ? documents : try await drawnVectors(of: texts, recipe.queries, recipe.readout, embedder)
    let kernels = embedder.kernels
    let background = try await settings.team.perform(.bulk) { work in
      Background(queries: queries, documents: documents, metric: recipe.metric, kernels: kernels, work: work)
    }
    return CollectionBackground(
      background: background, textCount: texts.count, isBundled: isBundled,
      hubs: try await hubs(queries, rows: rows, in: vectors),
      loss: try await loss(of: documents, texts, recipe, embedder))
  }

  private func drawn(from texts: [String]) -> [String] {
    Background.draw(of: texts.count, seed: Self.seed).map { texts[$0] }
  }

  /// The first passages of texts that are drawn from a collection.
  func drawnRows(of vectors: CollectionVectors) -> [Int] {
    let collection = vectors.collection
    return Background.draw(of: collection.texts.count, seed: Self.seed).map {
      collection.passages(of: $0).lowerBound
    }
  }

  /// The background's texts as one side encodes them, `[texts, dimensions]`; encoded once for all readouts.
  private func drawnVectors(
    of texts: [String], _ encoding: Encoding, _ readout: Readout, _ embedder: TextEmbedder
  ) async throws -> Matrix {
    let key = OpenCorpus.Key(encoding: encoding, layer: readout.layer)
    if let drawn = corpus?.drawn.first(where: { $0.key == key }) {
      return try await embedder.vectors(drawn.vectors, readout)
    }
    let collection = corpus?.collection
    let pooled = try await embedder.pooledVectors(
      texts.map { embedder.prepare($0, encoding) }, encoding, layer: key.layer)
    if corpus?.collection == collection {
      // One for each side, the latest.
      let latest = corpus?.drawn.suffix(1) ?? []
      corpus?.drawn = latest + [(key, pooled)]
    }
    return try await embedder.vectors(pooled, readout)
  }

  /// What the documents' precision loses on the first of the background's texts; nil for f32.
  ///
  /// Their f32 states are pooled once, so that another readout calls no encoder.
  private func loss(
    of documents: Matrix, _ texts: [String], _ recipe: Recipe, _ embedder: TextEmbedder
  ) async throws -> PrecisionLoss? {
    guard recipe.documents.precision != .f32 else { return nil }
    var encoding = recipe.documents
    encoding.precision = .f32
    let key = OpenCorpus.Key(encoding: encoding, layer: recipe.readout.layer)
    var pooled = corpus?.exact?.key == key ? corpus?.exact?.vectors : nil
    if pooled == nil {
      let collection = corpus?.collection
      let prepared = texts.prefix(Self.lossTexts).map { embedder.prepare($0, encoding) }
      pooled = try await embedder.pooledVectors(prepared, encoding, layer: key.layer)
      if let pooled, corpus?.collection == collection { corpus?.exact = (key, pooled) }
    }
    guard let pooled else { return nil }
    let exact = try await embedder.vectors(pooled, recipe.readout)
    return PrecisionLoss(documents.rows(0..<exact.rows), exact: exact, kernels: embedder.kernels)
  }

  /// The texts that are among the nearest of many of the background's texts.
  private func hubs(
    _ queries: Matrix, rows: [Int], in vectors: CollectionVectors
  ) async throws -> [Int: Int] {
    let collection = vectors.collection
    guard collection.texts.count <= Self.hubTextLimit else { return [:] }
    var occurrences: [Int32] = []
    for index in 0..<queries.rows {
      try Task.checkCancellation()
      let own = rows.indices.contains(index) ? collection.passages[rows[index]].parent : -1
      let found = try await vectors.nearest(
        to: queries.row(index), top: Self.hubDepth + 1, priority: .bulk
      ).found.map { collection.passages[$0.row].parent }.filter { $0 != own }.prefix(Self.hubDepth)
      occurrences += found.map { Int32($0) }
      occurrences += [Int32](repeating: -1, count: Self.hubDepth - found.count)
    }
    let hubness = Hubness(
      occurrences: occurrences, rows: collection.texts.count, k: Self.hubDepth)
    var hubs: [Int: Int] = [:]
    for (text, count) in hubness.counts.enumerated()
    where count >= Self.leastHubCount && hubness.isHub(text) { hubs[text] = count }
    return hubs
  }
}
