@testable import Corpora
import Embedding
import GRDB
import Indexing
import Kernels
import Recipes
import Synchronization
import TestSupport
import Testing

struct IndexerTests {
  @Test func theSecondOpenEncodesNothing() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let collection = TextCollection.made(150)
    let first = try Shelf()
    let recipe = try first.recipe()
    let written = try await first.index(collection, recipe, in: CollectionStore(path: path))
    #expect(first.embedder.encodedTexts == 150)

    let second = try Shelf()
    let read = try await second.index(collection, recipe, in: CollectionStore(path: path))
    #expect(second.embedder.encodedTexts == 0)
    #expect(read.isComplete)
    #expect(read.pooledVectors.allPlanes == written.pooledVectors.allPlanes)
    #expect(read.pooledVectors.tokenCounts == written.pooledVectors.tokenCounts)
  }

  @Test func whatIsStoredTakesNoMemoryOfItsOwn() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(300)
    let store = try CollectionStore.temporary()
    let written = try await shelf.index(collection, recipe, in: store)
    #expect(written.isComplete && written.byteCount == 0)
    let owned = try await shelf.index(collection, recipe, in: nil)
    #expect(owned.byteCount == 300 * owned.bytesPerRow)
    #expect(owned.pooledVectors.allPlanes == written.pooledVectors.allPlanes)
    #expect(owned.pooledVectors.tokenCounts == written.pooledVectors.tokenCounts)
  }

  @Test func twoProgramsThatIndexTheSameStoreNothingTwice() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let collection = TextCollection.made(300)
    let (one, two) = (try Shelf(), try Shelf())
    let recipe = try one.recipe()
    let store = try CollectionStore(path: path)
    async let first = one.index(collection, recipe, in: store)
    async let second = two.index(collection, recipe, in: CollectionStore(path: path))
    let (a, b) = (try await first, try await second)
    #expect(a.isComplete && b.isComplete)
    #expect(a.pooledVectors.allPlanes == b.pooledVectors.allPlanes)
    let slots = try store.read { try Int.fetchAll($0, sql: "SELECT slots FROM vectorSets") }
    #expect(slots == [300])
  }

  @Test func aSetThatIsRemovedMeanwhileIsBegunAnewBesideTheOld() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(300)
    let store = try CollectionStore.temporary()
    let indexer = Indexer(shelf.embedder, store: store)
    let layer = recipe.readout.layer
    let pooled = try indexer.open(collection, recipe.documents, layer: layer)
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: layer) { progress in
      guard progress.done < 200 else { return }
      // As another program might do.
      #expect(throws: Never.self) { try store.removeVectors(encoding: recipe.documents.fingerprint) }
    }
    #expect(pooled.isComplete && pooled.byteCount == 0)
    let fresh = try await shelf.index(collection, recipe, in: nil)
    #expect(pooled.pooledVectors.allPlanes == fresh.pooledVectors.allPlanes)
  }

  @Test func truncatedTextsAreCountedAlsoWhenTheyWereStored() async throws {
    let collection = TextCollection.made(["short", String(repeating: "long ", count: 100)])
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let store = try CollectionStore.temporary()
    for _ in 0..<2 {
      let pooled = try await shelf.index(collection, recipe, in: store)
      #expect(pooled.truncatedCount == 1)
      #expect(pooled.truncation(recipe.documents)?.hasPrefix("1 of 2 texts are longer than") == true)
    }
    #expect(shelf.embedder.encodedTexts == 2)
    #expect(try await shelf.index(.made(["short"]), recipe, in: store).truncation(recipe.documents) == nil)
  }

  @Test func aStoreInMemoryServesAsWell() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let store = try CollectionStore.temporary()
    for _ in 0..<2 { _ = try await shelf.index(.made(20), recipe, in: store) }
    #expect(shelf.embedder.encodedTexts == 20)
  }

  @Test func withoutAStoreEveryOpenEncodes() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    for _ in 0..<2 {
      let pooled = try await shelf.index(.made(20), recipe, in: nil)
      #expect(pooled.isComplete)
    }
    #expect(shelf.embedder.encodedTexts == 40)
  }

  @Test func anEditedTextEncodesItselfAlone() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let store = try CollectionStore.temporary()
    var texts = TextCollection.made(60).texts.map(\.text)
    _ = try await shelf.index(.made(texts), recipe, in: store)
    texts[17] = "something else altogether"
    texts.insert(texts.removeLast(), at: 0)
    let pooled = try await shelf.index(.made(texts), recipe, in: store)
    #expect(shelf.embedder.encodedTexts == 61)

    let fresh = try await shelf.index(.made(texts), recipe, in: nil)
    #expect(pooled.pooledVectors.allPlanes == fresh.pooledVectors.allPlanes)
  }

  @Test func aTextThatStandsTwiceIsEncodedOnce() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    var texts = TextCollection.made(200).texts.map(\.text)
    texts += [texts[3], texts[150], texts[3]]
    let pooled = try await shelf.index(.made(texts), recipe, in: .temporary())
    #expect(shelf.embedder.encodedTexts == 200)
    #expect(pooled.isComplete)
    let vectors = Matrix(rows: 203, columns: pooled.bytesPerRow / 4, values: pooled.pooledVectors.rowByRow)
    #expect(vectors.row(3) == vectors.row(200) && vectors.row(3) == vectors.row(202))
    #expect(vectors.row(150) == vectors.row(201))
    #expect(vectors.row(3) != vectors.row(150))
  }

  @Test func whatDoesNotConcernDocumentsEncodesNothing() async throws {
    let shelf = try Shelf("bert-cls-prompts")
    let collection = TextCollection.made(40)
    let store = try CollectionStore.temporary()
    _ = try await shelf.index(collection, shelf.recipe(), in: store)
    let recipes = [
      try shelf.recipe { $0.queryPrompt = .literal("Say it: ") },
      try shelf.recipe { $0.pooling = [.mean, .max] },
      try shelf.recipe { $0.metric = .manhattan },
      try shelf.recipe { $0.dimensions = 5 },
      try shelf.recipe { $0.normalizes = false },
      try shelf.recipe { $0.poolsPrompt = false },
    ]
    for recipe in recipes {
      let pooled = try await shelf.index(collection, recipe, in: store)
      let width = try await shelf.vectors(pooled, of: collection, recipe).vectors([0], priority: .bulk)
        .columns
      let vector = [Float](repeating: 1, count: width)
      let result = try await shelf.vectors(pooled, of: collection, recipe)
        .nearest(to: vector, top: 3, priority: .interactive)
      #expect(result.found.count == 3)
    }
    #expect(shelf.embedder.encodedTexts == 40)
  }

  @Test func aDocumentPromptLengthOrLayerIsEncodedAnewBesideTheOld() async throws {
    let shelf = try Shelf("bert-e5")
    let collection = TextCollection.made(30)
    let store = try CollectionStore.temporary()
    let recipes = [
      try shelf.recipe(), try shelf.recipe { $0.documentPrompt = .noPrompt },
      try shelf.recipe { $0.documentPrompt = .literal("text: ") },
      try shelf.recipe { $0.maximumLength = 8 }, try shelf.recipe { $0.layer = 1 },
    ]
    for (index, recipe) in recipes.enumerated() {
      _ = try await shelf.index(collection, recipe, in: store)
      #expect(shelf.embedder.encodedTexts == 30 * (index + 1))
    }
    for recipe in recipes { _ = try await shelf.index(collection, recipe, in: store) }
    #expect(shelf.embedder.encodedTexts == 150)
  }

  @Test func anInterruptionKeepsWhatIsDone() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(300)
    let store = try CollectionStore.temporary()
    let indexer = Indexer(shelf.embedder, store: store)
    let layer = recipe.readout.layer
    let pooled = try indexer.open(collection, recipe.documents, layer: layer)
    // A task of its own: one that is cancelled stays so.
    let interrupted = Task {
      try await indexer.fill(pooled, of: collection, recipe.documents, layer: layer) { _ in
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: CancellationError.self) { try await interrupted.value }
    let done = pooled.arrivedCount
    #expect(done > 0 && done < 300)
    #expect(shelf.embedder.encodedTexts == done)

    let reopened = try indexer.open(collection, recipe.documents, layer: layer)
    #expect(reopened.arrivedCount == done)
    try await indexer.fill(reopened, of: collection, recipe.documents, layer: layer)
    #expect(reopened.isComplete)
    #expect(shelf.embedder.encodedTexts == 300)
  }

  @Test(arguments: [
    "CREATE TRIGGER refuse BEFORE INSERT ON vectors BEGIN SELECT RAISE(FAIL, 'refused'); END",
    "CREATE TRIGGER refuse BEFORE INSERT ON vectors WHEN (SELECT COUNT(*) FROM vectors) > 130 BEGIN SELECT RAISE(FAIL, 'refused'); END",
    "PRAGMA max_page_count = 16",
  ])
  func aFailingStoreIsToldOnceAndEncodingGoesOn(fault: String) async throws {
    let collection = TextCollection.made(400)
    let store = try CollectionStore.temporary()
    try store.write { try $0.execute(sql: fault) }
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let indexer = Indexer(shelf.embedder, store: store)
    let pooled = try indexer.open(collection, recipe.documents, layer: recipe.readout.layer)
    let failures = Mutex<[StoreError]>([])
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer) { _ in
    } storeFailed: { error in
      failures.withLock { $0.append(error) }
    }
    #expect(failures.withLock(\.count) == 1)
    #expect(pooled.isComplete)
    #expect(shelf.embedder.encodedTexts == 400)
    let result = try await shelf.vectors(pooled, of: collection, recipe)
      .nearest(to: shelf.query("the bank closes early", recipe), top: 5, priority: .interactive)
    #expect(result.found.count == 5 && result.searched == 400)
  }

  @Test func vectorsOfAnotherWidthAreAnError() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(3)
    let store = try CollectionStore.temporary()
    let wrong = VectorGroup(
      passages: [collection.passages[0].hash], tokens: [3], isTruncated: [false],
      planes: [Matrix(rows: 1, columns: 3, values: [1, 2, 3])])
    _ = try store.save(
      wrong, encoding: recipe.documents.fingerprint, layer: recipe.readout.layer,
      planes: VectorPlanes(width: 3, names: ["mean"]))
    let indexer = Indexer(shelf.embedder, store: store)
    #expect(throws: StoreError.self) {
      _ = try indexer.open(collection, recipe.documents, layer: recipe.readout.layer)
    }
    let pooled = indexer.empty(collection, recipe.documents, layer: recipe.readout.layer)
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer)
    #expect(pooled.isComplete)
  }

  @Test func progressGrowsToTheEnd() async throws {
    let shelf = try Shelf()
    let recipe = try shelf.recipe()
    let collection = TextCollection.made(300)
    let indexer = Indexer(shelf.embedder, store: nil)
    let pooled = indexer.empty(collection, recipe.documents, layer: recipe.readout.layer)
    let steps = Mutex<[Indexer.Progress]>([])
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer) { step in
      steps.withLock { $0.append(step) }
    }
    let seen = steps.withLock(\.self)
    #expect(seen.count > 1)
    #expect(seen.map(\.done) == seen.map(\.done).sorted())
    #expect(seen.allSatisfy { $0.total == 300 && ($0.secondsLeft ?? -1) >= 0 })
    #expect(seen.last?.done == 300 && seen.last?.secondsLeft == 0)
  }

  @Test func anEmptyCollectionIsCompleteAtOnce() async throws {
    let shelf = try Shelf()
    let pooled = try await shelf.index(.made([]), shelf.recipe(), in: .temporary())
    #expect(pooled.isComplete && pooled.count == 0)
    #expect(shelf.embedder.encodedTexts == 0)
  }
}
