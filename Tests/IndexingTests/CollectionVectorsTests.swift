import Corpora
import Embedding
import Indexing
import Kernels
import Recipes
import Synchronization
import TestSupport
import Testing

struct CollectionVectorsTests {
  private static let query = "the river runs past the mill on Sundays"

  /// The score by its definition, in double precision.
  private static func score(_ a: [Float], _ b: [Float], _ metric: Metric) -> Double {
    let pairs = zip(a, b).map { (Double($0), Double($1)) }
    let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    switch metric {
    case .dot: return dot
    case .cosine:
      let norms = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
      return dot / (norms.0 * norms.1).squareRoot()
    case .euclidean: return -pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    case .manhattan: return -pairs.reduce(0) { $0 + abs($1.0 - $1.1) }
    }
  }

  /// Expects what a search finds to be the best by brute force over freshly encoded passages.
  private func expectExact(
    _ shelf: Shelf, _ collection: TextCollection, _ recipe: Recipe, top: Int = 10,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let pooled = try await shelf.index(collection, recipe, in: nil)
    let query = try await shelf.query(Self.query, recipe)
    let result = try await shelf.vectors(pooled, of: collection, recipe)
      .nearest(to: query, top: top, priority: .interactive)

    let passages = collection.passages
    let fresh = try await shelf.embedder.embed(
      passages.map(collection.text), recipe.documents, recipe.readout
    ).vectors
    let scores = passages.indices.map { Self.score(query, fresh.row($0), recipe.metric) }
    var best: [Int: Double] = [:]
    for (row, passage) in passages.enumerated() {
      best[passage.parent] = max(best[passage.parent] ?? -.infinity, scores[row])
    }
    let expected = best.values.sorted(by: >).prefix(top)
    #expect(result.found.count == expected.count, sourceLocation: sourceLocation)
    #expect(result.searched == passages.count, sourceLocation: sourceLocation)
    let parents = result.found.map { passages[$0.row].parent }
    #expect(Set(parents).count == parents.count, "each text once", sourceLocation: sourceLocation)
    for (found, expected) in zip(result.found, expected) {
      // 1e-5 is some hundred roundings of f32 at this size; neighbouring scores are farther apart.
      let tolerance = 1e-5 * max(1, abs(expected))
      #expect(abs(Double(found.score) - expected) < tolerance, sourceLocation: sourceLocation)
      #expect(abs(scores[found.row] - expected) < tolerance, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: Metric.allCases, ["bert-mean", "bert-dense-bf16", "bert-cls-prompts", "bert-sqrt-len"])
  func theNearestAreThoseOfBruteForce(metric: Metric, model: String) async throws {
    let shelf = try Shelf(model)
    try await expectExact(shelf, .made(150), shelf.recipe { $0.metric = metric })
  }

  @Test(arguments: Pooling.ofTokenStates)
  func everyPoolingIsThatOfAFreshEncode(pooling: Pooling) async throws {
    let shelf = try Shelf()
    try await expectExact(shelf, .made(50), shelf.recipe { $0.pooling = [pooling] })
  }

  @Test func joinedPoolingsAndCutVectorsAreThoseOfAFreshEncode() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe { choices in
      choices.pooling = [.cls, .mean, .meanSqrtLen]
      choices.dimensions = 70
    }
    try await expectExact(shelf, .made(50), recipe)
  }

  @Test(arguments: [true, false], [Pooling.mean, .meanSqrtLen, .cls])
  func theTokensOfADocumentPromptCanBeLeftOut(poolsPrompt: Bool, pooling: Pooling) async throws {
    let shelf = try Shelf("bert-prompt-excluded")
    let recipe = try shelf.recipe { choices in
      choices.poolsPrompt = poolsPrompt
      choices.pooling = [pooling]
    }
    #expect(!recipe.documents.prompt.isEmpty)
    try await expectExact(shelf, .made(40), recipe)
  }

  @Test func aTextOfManyPassagesIsFoundOnceByItsBest() async throws {
    let shelf = try Shelf()
    var texts = TextCollection.made(12).texts.map(\.text)
    // One text holds more of the nearest passages than are asked for.
    texts[4] = (0..<40).map { "the river runs past mill \($0)." }.joined(separator: " ")
    let collection = TextCollection.made(texts, chunking: try Chunking(size: 30, overlap: 6))
    #expect(collection.passages.count > 40)
    try await expectExact(shelf, collection, shelf.recipe(), top: 8)
    try await expectExact(shelf, collection, shelf.recipe(), top: 50)
  }

  @Test func resultsGrowWithWhatHasArrived() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(300)
    let indexer = Indexer(shelf.embedder, store: nil)
    let pooled = indexer.empty(collection, recipe.documents, layer: recipe.readout.layer)
    let vectors = shelf.vectors(pooled, of: collection, recipe)
    let query = try await shelf.query(collection.texts[290].text, recipe)
    let none = try await vectors.nearest(to: query, top: 5, priority: .interactive)
    #expect(none.found.isEmpty && none.searched == 0)

    let layer = recipe.readout.layer
    // A task of its own: one that is cancelled stays so.
    let interrupted = Task {
      try await indexer.fill(pooled, of: collection, recipe.documents, layer: layer) { _ in
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: CancellationError.self) { try await interrupted.value }
    let arrived = Set(pooled.arrivals(after: 0))
    let some = try await vectors.nearest(to: query, top: 300, priority: .interactive)
    #expect(!arrived.isEmpty && some.searched == arrived.count)
    #expect(Set(some.found.map(\.row)) == arrived)

    try await indexer.fill(pooled, of: collection, recipe.documents, layer: layer)
    let all = try await vectors.nearest(to: query, top: 5, priority: .interactive)
    #expect(all.searched == 300)
    #expect(try #require(all.found.first).score > 0.99999)
    let fresh = try await shelf.vectors(pooled, of: collection, recipe)
      .nearest(to: query, top: 5, priority: .interactive)
    #expect(all.found == fresh.found)
  }

  @Test func aSearchThatIsCancelledLeavesWhatItHasMadeReady() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(10_000)
    let layout = shelf.embedder.layout(recipe.documents, layer: recipe.readout.layer)
    let store = try CollectionStore.temporary()
    try Indexer(shelf.embedder, store: store).storeMade(collection, recipe, layout)
    let pooled = try Indexer(shelf.embedder, store: store).open(
      collection, recipe.documents, layer: recipe.readout.layer)
    #expect(pooled.isComplete && pooled.byteCount == 0)
    let vectors = shelf.vectors(pooled, of: collection, recipe)
    let query = try await shelf.query(Self.query, recipe)
    let progress = Mutex<[CollectionVectors.Progress]>([])
    let cancelled = Task {
      try await vectors.nearest(to: query, top: 5, priority: .interactive) { step in
        progress.withLock { $0.append(step) }
        if step.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    let told = progress.withLock(\.self)
    #expect(told.map(\.total) == [10_000, 10_000] && told.first?.done == 0)
    let result = try await vectors.nearest(to: query, top: 5, priority: .interactive) { step in
      progress.withLock { $0.append(step) }
    }
    #expect(result.searched == 10_000)
    #expect(progress.withLock { $0.dropFirst(2).first?.done } == told.last?.done, "nothing is done twice")
    let fresh = shelf.vectors(pooled, of: collection, recipe)
    // Many at once make the same vectors ready, each of them once.
    try await withThrowingTaskGroup { group in
      for index in 0..<12 {
        group.addTask {
          let priority: WorkerTeam.Priority = index.isMultiple(of: 2) ? .interactive : .bulk
          let again = try await fresh.nearest(to: query, top: 5, priority: priority)
          #expect(again.found == result.found && again.searched == 10_000)
        }
      }
      try await group.waitForAll()
    }
    let encoded = shelf.embedder.encodedTexts
    for pooling in Pooling.ofTokenStates {
      let other = try shelf.recipe { $0.pooling = [pooling] }
      let found = try await shelf.vectors(pooled, of: collection, other)
        .nearest(to: query, top: 5, priority: .bulk)
      #expect(found.searched == 10_000)
    }
    #expect(shelf.embedder.encodedTexts == encoded, "a switch encodes nothing")
  }

  @Test func searchesAtTheSameTimeAgree() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(200)
    let indexer = Indexer(shelf.embedder, store: nil)
    let pooled = indexer.empty(collection, recipe.documents, layer: recipe.readout.layer)
    let vectors = shelf.vectors(pooled, of: collection, recipe)
    let query = try await shelf.query(Self.query, recipe)
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer)
      }
      for _ in 0..<20 {
        group.addTask {
          let result = try await vectors.nearest(to: query, top: 200, priority: .interactive)
          #expect(result.found.count == result.searched)
        }
      }
      try await group.waitForAll()
    }
    let result = try await vectors.nearest(to: query, top: 10, priority: .interactive)
    let fresh = try await shelf.vectors(pooled, of: collection, recipe)
      .nearest(to: query, top: 10, priority: .interactive)
    #expect(result.found == fresh.found && result.searched == 200)
  }

  @Test func noTextsAndNoWishesGiveNothing() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let query = try await shelf.query(Self.query, recipe)
    for (count, top) in [(0, 5), (3, 0)] {
      let collection = TextCollection.made(count)
      let pooled = try await shelf.index(collection, recipe, in: nil)
      let result = try await shelf.vectors(pooled, of: collection, recipe)
        .nearest(to: query, top: top, priority: .interactive)
      #expect(result.found.isEmpty && result.searched == count)
    }
  }
}

extension Indexer {
  /// Stores vectors that are made by counting.
  func storeMade(_ collection: TextCollection, _ recipe: Recipe, _ layout: PooledLayout) throws {
    let count = collection.passages.count
    let planes = (0..<layout.planeCount).map { plane in
      Matrix(
        rows: count, columns: layout.hidden,
        values: (0..<count * layout.hidden).map { Float(($0 * 7919 + plane) % 1009) / 1009 - 0.5 })
    }
    try store(
      planes, tokens: [Int](repeating: 5, count: count), of: 0..<count, in: collection, recipe.documents,
      layer: recipe.readout.layer)
  }
}
