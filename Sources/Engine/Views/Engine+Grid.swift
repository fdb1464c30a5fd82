import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// Every pooling with every instruction on one query: pooling by pooling, so that the collection is read out once
  /// for each; a query is encoded once for each instruction.
  func grid(_ request: GridRequest, _ report: ReportProgress) async throws -> RecipeGrid {
    let declared = try await ids(request.query, request.declared, top: request.depth)
    let empty = [RecipeGrid.Cell?](repeating: nil, count: request.poolings.count)
    var cells = [[RecipeGrid.Cell?]](repeating: empty, count: request.instructions.count)
    let metric = request.declared.metric
    for (column, pooling) in request.poolings.enumerated() {
      for (row, instruction) in request.instructions.enumerated() {
        var recipe = instruction.recipe
        recipe.readout.pooling = pooling
        cells[row][column] = try await cell(request.query, recipe, declared, depth: request.depth)
      }
      report(
        ViewProgress(
          done: column + 1, total: request.poolings.count,
          partial: .grid(RecipeGrid(cells: cells, metric: metric))))
    }
    return RecipeGrid(cells: cells, metric: metric)
  }

  /// nil where the model cannot pool so, or nothing is found.
  private func cell(
    _ query: String, _ recipe: Recipe, _ declared: [String], depth: Int
  ) async throws -> RecipeGrid.Cell? {
    let neighbours: [NeighbourList.Neighbour]
    do {
      neighbours = try await find(query, recipe, top: max(2, depth)).neighbours
    } catch EmbeddingError.poolingUnavailable {
      return nil
    }
    guard let first = neighbours.first else { return nil }
    let found = Set(neighbours.prefix(depth).map(\.id))
    let overlap = declared.isEmpty ? 0 : Double(found.intersection(declared).count) / Double(declared.count)
    return RecipeGrid.Cell(
      id: first.id, text: first.text, score: first.score,
      margin: neighbours.count > 1 ? first.score - neighbours[1].score : nil, overlap: overlap,
      ids: neighbours.prefix(depth).map(\.id))
  }

  private func ids(_ query: String, _ recipe: Recipe, top: Int) async throws -> [String] {
    try await find(query, recipe, top: top).neighbours.map(\.id)
  }

  /// The nearest texts to a query under any recipe; documents that have no vectors under it are encoded first.
  func find(
    _ query: String, _ recipe: Recipe, top: Int,
    encoding: (@Sendable (Indexer.Progress) -> Void)? = nil
  ) async throws -> NeighbourList {
    try Task.checkCancellation()
    let vectors = try await readOut(recipe, encoding: encoding)
    return try await list(nearestTo: queryVector(query, recipe), recipe, in: vectors, top: top)
  }
}
