import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// The most queries of a file that are compared.
  private static let queryLimit = 1000

  /// What two recipes find, for the query and for those of a file.
  func comparison(
    _ request: ComparisonRequest, _ report: @escaping ReportProgress
  ) async throws -> RecipeComparison {
    for side in [request.a, request.b] { try await load(side) }
    let encoding: @Sendable (Indexer.Progress) -> Void = { progress in
      report(ViewProgress(done: progress.done, total: progress.total))
    }
    let a = try await find(request.query, request.a.recipe, top: request.top, encoding: encoding)
    let b = try await find(request.query, request.b.recipe, top: request.top, encoding: encoding)
    var comparison = RecipeComparison(
      a: a, b: b, agreement: .init(a, b, query: request.query, depth: request.depth), byQuery: [],
      depth: request.depth)
    guard let file = request.queryFile else { return comparison }
    let queries = try await queries(of: file)
    for (done, query) in queries.enumerated() {
      let a = try await find(query, request.a.recipe, top: request.depth)
      let b = try await find(query, request.b.recipe, top: request.depth)
      comparison.byQuery.append(.init(a, b, query: query, depth: request.depth))
      report(ViewProgress(done: done + 1, total: queries.count))
    }
    return comparison
  }

  /// Makes sure that a side's model is in memory.
  private func load(_ side: ComparedRecipe) async throws {
    do {
      _ = try await embedder(of: side.recipe.documents)
    } catch EngineError.modelNotLoaded {
      _ = try await embedder(named: side.model)
    }
  }

  private func queries(of path: String) async throws -> [String] {
    let options = settings.corpusOptions
    let contents = try await settings.team.perform(.bulk) { _ in
      try CorpusReader.read([path], options: options)
    }
    return contents.texts.prefix(Self.queryLimit).map(\.embeddedText)
  }
}

extension RecipeComparison.Agreement {
  /// How two lists agree, `depth` deep.
  init(_ a: NeighbourList, _ b: NeighbourList, query: String, depth: Int) {
    var places: [String: Int] = [:]
    for neighbour in a.neighbours + b.neighbours where places[neighbour.id] == nil {
      places[neighbour.id] = places.count
    }
    let comparison = RankComparison(
      a.neighbours.compactMap { places[$0.id] }, b.neighbours.compactMap { places[$0.id] }, depth: depth)
    self.init(
      query: query, overlap: comparison.overlap, tau: comparison.kendallTau, marginA: a.margin,
      marginB: b.margin, topA: a.neighbours.first?.text ?? "", topB: b.neighbours.first?.text ?? "")
  }
}

extension NeighbourList {
  /// By how much the first text is before the second; nil where there is no second.
  fileprivate var margin: Float? {
    neighbours.count > 1 ? neighbours[0].score - neighbours[1].score : nil
  }
}
