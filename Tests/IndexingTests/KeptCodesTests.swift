import Corpora
import Embedding
import Foundation
import Indexing
import Kernels
import Recipes
import Synchronization
import TestSupport
import Testing

struct KeptCodesTests {
  /// A stored collection of made vectors, and a folder for codes.
  private struct Stored {
    let shelf: Shelf
    let collection: TextCollection
    let store: CollectionStore
    let data: TemporaryFolder
    let folder: TemporaryFolder
    let kept: KeptCodes

    init(_ count: Int, limitBytes: Int = 1 << 30) throws {
      shelf = try Shelf()
      collection = .made(count)
      data = try TemporaryFolder()
      store = try CollectionStore(path: data.path + "/collections.sqlite")
      folder = try TemporaryFolder()
      kept = KeptCodes(folder: folder.path + "/codes", limitBytes: limitBytes)
      let recipe = try shelf.recipe()
      let layout = shelf.embedder.layout(recipe.documents, layer: recipe.readout.layer)
      try Indexer(shelf.embedder, store: store).storeMade(collection, recipe, layout)
    }

    /// A store of 5,000 texts that was searched once, with what was found; the codes are kept.
    static func searched() async throws -> (
      stored: Self, recipe: Recipe, vectors: CollectionVectors, found: [CollectionVectors.Found]
    ) {
      let stored = try Self(5000)
      let recipe = try stored.shelf.recipe()
      let vectors = try stored.vectors(recipe, kept: stored.kept)
      let found = try await stored.search(vectors, recipe).found
      await vectors.keepCodes()
      return (stored, recipe, vectors, found)
    }

    /// As after a start: nothing is in memory.
    func vectors(_ recipe: Recipe, kept: KeptCodes?) throws -> CollectionVectors {
      let pooled = try Indexer(shelf.embedder, store: store).open(
        collection, recipe.documents, layer: recipe.readout.layer)
      return shelf.vectors(pooled, of: collection, recipe, kept: kept)
    }

    /// What a search finds, and how many rows it had to code, of more than are coded at once.
    func search(
      _ vectors: CollectionVectors, _ recipe: Recipe
    ) async throws -> (found: [CollectionVectors.Found], coded: Int) {
      let query = try await shelf.query("the river runs past the mill", recipe)
      let first = Mutex<Int?>(nil)
      let result = try await vectors.nearest(to: query, top: 20, priority: .interactive) { step in
        first.withLock { $0 = $0 ?? step.total - step.done }
      }
      #expect(result.searched == collection.passages.count)
      return (result.found, first.withLock(\.self) ?? 0)
    }

    var files: [String] {
      get throws {
        guard FileManager.default.fileExists(atPath: folder.path + "/codes") else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path + "/codes").sorted().map {
          "\(folder.path)/codes/\($0)"
        }
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func theNextStartCodesNothing(metric: Metric) async throws {
    let stored = try Stored(5000)
    let recipe = try stored.shelf.recipe { $0.metric = metric }
    let vectors = try stored.vectors(recipe, kept: stored.kept)
    let first = try await stored.search(vectors, recipe)
    #expect(first.coded == 5000)
    #expect(try stored.files.isEmpty)
    await vectors.keepCodes()
    #expect(try stored.files.count == 1)
    let mapped = try await stored.search(vectors, recipe)
    #expect(mapped.found == first.found && mapped.coded == 0)

    let next = try await stored.search(stored.vectors(recipe, kept: stored.kept), recipe)
    #expect(next.found == first.found && next.coded == 0)
    let alone = try await stored.search(stored.vectors(recipe, kept: nil), recipe)
    #expect(alone.found == first.found && alone.coded == 5000)
  }

  @Test func otherVectorsHaveOtherCodes() async throws {
    let stored = try Stored(5000)
    let changes: [(inout RecipeOverrides) -> Void] = [
      { _ in }, { $0.pooling = [.cls] }, { $0.metric = .dot }, { $0.dimensions = 20 },
      { $0.normalizes = false },
    ]
    for (index, change) in changes.enumerated() {
      let recipe = try stored.shelf.recipe(change)
      let vectors = try stored.vectors(recipe, kept: stored.kept)
      let found = try await stored.search(vectors, recipe)
      #expect(found.coded == 5000, "\(index)")
      await vectors.keepCodes()
      #expect(try stored.files.count == index + 1)
      let alone = try await stored.search(stored.vectors(recipe, kept: nil), recipe)
      #expect(alone.found == found.found)
    }
    // Vectors that were removed and made again are others, whatever they are.
    let recipe = try stored.shelf.recipe()
    let other = try Stored(5000)
    let shared = other.shelf.vectors(
      try Indexer(other.shelf.embedder, store: other.store).open(
        other.collection, recipe.documents, layer: recipe.readout.layer),
      of: other.collection, recipe, kept: stored.kept)
    #expect(try await other.search(shared, recipe).coded == 5000)
  }

  @Test func whatIsStillToComeIsNotKept() async throws {
    let stored = try Stored(5000)
    let recipe = try stored.shelf.recipe()
    let more = TextCollection(
      name: "more", texts: stored.collection.texts + [CorpusText(id: "new", text: "the river is new")])
    let pooled = try Indexer(stored.shelf.embedder, store: stored.store).open(
      more, recipe.documents, layer: recipe.readout.layer)
    let vectors = stored.shelf.vectors(pooled, of: more, recipe, kept: stored.kept)
    let query = try await stored.shelf.query("the river", recipe)
    #expect(try await vectors.nearest(to: query, top: 5, priority: .bulk).searched == 5000)
    await vectors.keepCodes()
    #expect(try stored.files.isEmpty)
    try await Indexer(stored.shelf.embedder, store: stored.store).fill(
      pooled, of: more, recipe.documents, layer: recipe.readout.layer)
    #expect(try await vectors.nearest(to: query, top: 5, priority: .bulk).searched == 5001)
    await vectors.keepCodes()
    #expect(try stored.files.count == 1)
  }

  @Test func damagedCodesAreMadeAnew() async throws {
    let (stored, recipe, _, expected) = try await Stored.searched()
    let path = try #require(try stored.files.first)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var flipped = whole
    flipped[whole.count / 2] ^= 0x40
    for bytes in [flipped, Data(), whole.prefix(5000), whole + [0]] {
      try bytes.write(to: URL(fileURLWithPath: path))
      let next = try stored.vectors(recipe, kept: stored.kept)
      let result = try await stored.search(next, recipe)
      #expect(result.found == expected && result.coded == 5000, "\(bytes.count) bytes")
      await next.keepCodes()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
    }
    // A folder in the way, and one that is none.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path + "/in", withIntermediateDirectories: true)
    let blocked = try stored.vectors(recipe, kept: stored.kept)
    #expect(try await stored.search(blocked, recipe).found == expected)
    await blocked.keepCodes()
    #expect(try await stored.search(blocked, recipe).found == expected)
    let nowhere = try stored.vectors(recipe, kept: KeptCodes(folder: "/dev/null/codes"))
    #expect(try await stored.search(nowhere, recipe).found == expected)
    await nowhere.keepCodes()
    #expect(try await stored.search(nowhere, recipe).found == expected)
  }

  @Test func codesThatAreCutWhileInUseAreMadeAnew() async throws {
    let (stored, recipe, vectors, expected) = try await Stored.searched()
    #expect(truncate(try #require(try stored.files.first), 4096) == 0)
    let again = try await stored.search(vectors, recipe)
    #expect(again.found == expected && again.coded == 5000)
    await vectors.keepCodes()
    #expect(try await stored.search(stored.vectors(recipe, kept: stored.kept), recipe).coded == 0)
  }

  @Test func vectorsThatAreCutWhileInUseAreAnError() async throws {
    let stored = try Stored(1500)
    let recipe = try stored.shelf.recipe()
    let vectors = try stored.vectors(recipe, kept: stored.kept)
    _ = try await stored.search(vectors, recipe)
    let files = try #require(FileManager.default.enumerator(atPath: stored.data.path))
    for case let name as String in files where name.hasSuffix(".f32") {
      #expect(truncate("\(stored.data.path)/\(name)", 8192) == 0)
    }
    await #expect(throws: StoreError.self) { try await stored.search(vectors, recipe) }
  }

  @Test func storedVectorsThatAreNotFiniteAreTheStoresFault() async throws {
    let stored = try Stored(1500)
    let recipe = try stored.shelf.recipe()
    let files = try #require(FileManager.default.enumerator(atPath: stored.data.path))
    for case let name as String in files where name.hasSuffix("/mean.f32") {
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(stored.data.path)/\(name)"))
      try file.seek(toOffset: 64)
      try file.write(contentsOf: Data([0, 0, 0xc0, 0x7f]))
    }
    let vectors = try stored.vectors(recipe, kept: nil)
    let query = try await stored.shelf.query("the river", recipe)
    do {
      _ = try await vectors.nearest(to: query, top: 5, priority: .bulk)
      Issue.record("a vector with NaN was searched")
    } catch let error as StoreError {
      #expect("\(error)".contains("\(stored.data.path)/") && "\(error)".contains("not finite"))
    }
  }

  @Test func theOldestGoWhenThereAreTooMany() async throws {
    let stored = try Stored(4500, limitBytes: 500_000)
    var sizes: [Int] = []
    for dimensions in [27, 28, 29, 30, 31, 32] {
      let recipe = try stored.shelf.recipe { $0.dimensions = dimensions }
      let vectors = try stored.vectors(recipe, kept: stored.kept)
      _ = try await stored.search(vectors, recipe)
      await vectors.keepCodes()
      sizes.append(try stored.files.reduce(0) { try $0 + Data(contentsOf: URL(fileURLWithPath: $1)).count })
      // Times of files are told apart by whole ticks of the system's clock.
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(sizes.allSatisfy { $0 <= 500_000 } && sizes.suffix(3).allSatisfy { $0 > 300_000 })
    for (dimensions, isKept) in [(27, false), (32, true), (31, true)] {
      let recipe = try stored.shelf.recipe { $0.dimensions = dimensions }
      let coded = try await stored.search(stored.vectors(recipe, kept: stored.kept), recipe).coded
      #expect((coded == 0) == isKept, "\(dimensions)")
    }
  }

  /// More rows than one file holds.
  @Test func largeCollectionsAreKeptInParts() async throws {
    let stored = try Stored(70_000)
    let recipe = try stored.shelf.recipe()
    let vectors = try stored.vectors(recipe, kept: stored.kept)
    let expected = try await stored.search(vectors, recipe).found
    await vectors.keepCodes()
    #expect(try stored.files.count == 2)
    let next = try await stored.search(stored.vectors(recipe, kept: stored.kept), recipe)
    #expect(next.found == expected && next.coded == 0)
    // One part that is lost costs that part.
    let sizes = try stored.files.map { ($0, try Data(contentsOf: URL(fileURLWithPath: $0)).count) }
    let smaller = try #require(sizes.min { $0.1 < $1.1 })
    try FileManager.default.removeItem(atPath: smaller.0)
    let mended = try stored.vectors(recipe, kept: stored.kept)
    let result = try await stored.search(mended, recipe)
    #expect(result.found == expected && result.coded == 70_000 - 65_536)
    await mended.keepCodes()
    #expect(try stored.files.count == 2)
  }
}
