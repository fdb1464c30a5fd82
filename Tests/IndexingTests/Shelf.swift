import Checkpoints
import Corpora
import Embedding
import Indexing
import Kernels
import Recipes
import TestSupport

/// A freshly loaded tiny model, and texts for it to index.
struct Shelf {
  private static let team = WorkerTeam(threads: 2)

  let embedder: TextEmbedder

  init(_ model: String = "bert-mean") throws {
    let golden = try GoldenModel.named(model)
    embedder = try TextEmbedder(ModelFolder(path: golden.path), team: Self.team)
  }

  func recipe(_ change: (inout RecipeOverrides) -> Void = { _ in }) throws -> Recipe {
    var overrides = RecipeOverrides()
    change(&overrides)
    return try embedder.description.recipe(overrides).recipe
  }

  /// Opens a collection and encodes what is missing.
  func index(
    _ collection: TextCollection, _ recipe: Recipe, in store: CollectionStore?
  ) async throws -> PooledCollection {
    let indexer = Indexer(embedder, store: store)
    let pooled = try indexer.open(collection, recipe.documents, layer: recipe.readout.layer)
    try await indexer.fill(pooled, of: collection, recipe.documents, layer: recipe.readout.layer)
    return pooled
  }

  func vectors(
    _ pooled: PooledCollection, of collection: TextCollection, _ recipe: Recipe, kept: KeptCodes? = nil
  ) -> CollectionVectors {
    CollectionVectors(
      pooled, of: collection, readout: recipe.readout, metric: recipe.metric, embedder: embedder,
      keptCodes: kept)
  }

  /// The vector of a query.
  func query(_ text: String, _ recipe: Recipe) async throws -> [Float] {
    try await embedder.embed([text], recipe.queries, recipe.readout).vectors.row(0)
  }
}

extension TextCollection {
  /// So many texts of different lengths, none like another.
  static func made(_ count: Int, chunking: Chunking? = nil) -> TextCollection {
    let subjects = ["the bank", "a river", "our train", "the kitchen", "her violin", "every garden"]
    let deeds = ["closes early", "runs past the mill", "was late again today", "smells of fresh bread"]
    let ends = ["in spring", "on Sundays, when nobody is at home", "", "and nobody knows why"]
    return made(
      (0..<count).map { index in
        let words = [subjects[index % 6], deeds[index / 6 % 4], ends[index / 24 % 4], "number \(index)"]
        return words.joined(separator: " ")
      }, chunking: chunking)
  }

  static func made(_ texts: [String], chunking: Chunking? = nil) -> TextCollection {
    let texts = texts.enumerated().map { CorpusText(id: "t\($0.offset)", text: $0.element) }
    return TextCollection(name: "made", texts: texts, chunking: chunking)
  }
}

extension PooledVectors {
  /// Every number, plane by plane.
  var allPlanes: [[Float]] { planes(rows: 0..<count).map(\.values) }

  /// Every number, the planes of a text one after another.
  var rowByRow: [Float] {
    let planes = planes(rows: 0..<count)
    return (0..<count).flatMap { row in planes.flatMap { $0.row(row) } }
  }
}
