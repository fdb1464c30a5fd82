import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// How many of the background's texts are queries of the average.
  private static let sampleCount = 50

  /// What cutting vectors costs, for the query and on average.
  func dimensions(_ request: DimensionsRequest) async throws -> DimensionStudy {
    var recipe = request.recipe
    recipe.readout.dimensions = nil
    let embedder = try await embedder(of: recipe.queries)
    let vectors = try await readOut(recipe)
    let rows = vectors.pooled.arrivals(after: 0).sorted()
    let documents = try await vectors.vectors(rows, priority: .bulk)
    let query = try await queryVector(request.query, recipe)
    let sample = try await sampleQueries(recipe, vectors, embedder)
    let queries = Matrix(stacking: [Matrix(rows: 1, columns: query.count, values: query)] + sample)
    let (metric, normalizes, kernels) = (recipe.metric, recipe.readout.normalizes, embedder.kernels)
    let sizes = request.sizes.filter { (1...query.count).contains($0) }
    let (curve, codes) = try await settings.team.perform(.bulk) { work in
      (
        try DimensionCurve(
          queries: queries, documents: documents, sizes: sizes, k: request.depth, metric: metric,
          normalizes: normalizes, kernels: kernels, work: work),
        try QuantizationPreview(
          queries: queries, documents: documents, k: request.depth, metric: metric, normalizes: normalizes,
          kernels: kernels, work: work)
      )
    }
    var points: [DimensionStudy.Point] = []
    for point in curve.points {
      recipe.readout.dimensions = point.size
      let found = try await find(request.query, recipe, top: 2).neighbours
      points.append(
        DimensionStudy.Point(
          point.agreement, size: point.size, found, bytes: point.size * MemoryLayout<Float>.size))
    }
    func code(_ form: QuantizationPreview.Form) -> DimensionStudy.Point {
      let point = codes.points.first { $0.form == form && !$0.isRescored } ?? codes.points[0]
      return DimensionStudy.Point(point.agreement, size: query.count, [], bytes: point.byteCount)
    }
    return DimensionStudy(
      points: points, int8: code(.int8), binary: code(.binary), depth: request.depth, metric: metric)
  }

  /// Some of the background's texts as queries: none before there is a background.
  private func sampleQueries(
    _ recipe: Recipe, _ vectors: CollectionVectors, _ embedder: TextEmbedder
  ) async throws -> [Matrix] {
    if recipe.queries == recipe.documents {
      let rows = drawnRows(of: vectors).prefix(Self.sampleCount)
      return [try await vectors.vectors(Array(rows), priority: .bulk)]
    }
    let key = OpenCorpus.Key(encoding: recipe.queries, layer: recipe.readout.layer)
    guard let drawn = corpus?.drawn.first(where: { $0.key == key }) else { return [] }
    let count = min(Self.sampleCount, drawn.vectors.count)
    return [try await embedder.vectors(drawn.vectors, recipe.readout, rows: Array(0..<count))]
  }
}

extension DimensionStudy.Point {
  /// The first overlap is the query's own, the others are those of the sample.
  fileprivate init(
    _ agreement: RankAgreement, size: Int, _ found: [NeighbourList.Neighbour], bytes: Int
  ) {
    let others = agreement.overlaps.dropFirst()
    self.init(
      size: size, overlap: agreement.overlaps.first ?? 0,
      averageOverlap: others.isEmpty ? nil : others.reduce(0, +) / Double(others.count),
      margin: found.count > 1 ? found[0].score - found[1].score : nil, top: found.first?.text ?? "",
      bytes: bytes)
  }
}
