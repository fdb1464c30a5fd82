import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  private static let binCount = 12

  /// What each metric finds among vectors as they leave the head, and how long that is.
  func metrics(_ request: MetricsRequest) async throws -> MetricStudy {
    var recipe = request.recipe
    recipe.readout.normalizes = false
    let embedder = try await embedder(of: recipe.queries)
    let vectors = try await readOut(request.recipe)
    let rows = vectors.pooled.arrivals(after: 0).sorted()
    let documents = try await vectors.vectors(rows, as: recipe.readout, priority: .bulk)
    let query = try await queryVector(request.query, recipe)
    let kernels = embedder.kernels
    let comparison = try await settings.team.perform(.bulk) { work in
      try MetricComparison(query: query, documents: documents, k: request.top, kernels: kernels, work: work)
    }
    let counts = vectors.pooled.tokenCounts
    let lengths = rows.map { counts[$0] }
    return MetricStudy(
      comparison, request.recipe, lengths: lengths, queryNorm: Self.norm(query), bins: Self.binCount
    ) { place, recipe, score in
      neighbour(rows[place], score, recipe, in: vectors)
    }
  }
}

extension MetricStudy {
  /// A study of rows whose lengths in tokens are given; `neighbour` names a row.
  fileprivate init(
    _ comparison: MetricComparison, _ recipe: Recipe, lengths: [Int], queryNorm: Float, bins: Int,
    neighbour: (Int, Recipe, Float) -> NeighbourList.Neighbour
  ) {
    let range = 0...Double(max(1, lengths.max() ?? 1))
    let sides = comparison.retrievals.map { retrieval in
      var recipe = recipe
      recipe.metric = retrieval.metric
      let found = zip(retrieval.neighbours, retrieval.norms).map { hit, norm in
        Found(
          neighbour: neighbour(hit.row, recipe, hit.score), tokens: lengths[hit.row], norm: Float(norm))
      }
      let tokens = found.map(\.tokens)
      return Side(
        metric: retrieval.metric, found: found,
        histogram: Histogram(tokens, bins: bins, over: range).counts, meanTokens: tokens.mean)
    }
    let all = Histogram(lengths, bins: bins, over: range)
    let norms = comparison.norms.filter(\.isFinite)
    let (least, greatest) = (norms.min() ?? 0, norms.max() ?? 0)
    self.init(
      sides: sides, bins: (0...bins).map { Int((range.upperBound * Double($0) / Double(bins)).rounded()) },
      histogram: all.counts, meanTokens: lengths.mean, queryNorm: queryNorm, leastNorm: Float(least),
      greatestNorm: Float(greatest),
      lengthCorrelation: rankCorrelation(lengths.map(Double.init), comparison.norms),
      isNormalized: abs(least - 1) < 1e-4 && abs(greatest - 1) < 1e-4)
  }
}

extension [Int] {
  fileprivate var mean: Double { isEmpty ? 0 : Double(reduce(0, +)) / Double(count) }
}
