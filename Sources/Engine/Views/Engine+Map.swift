import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval
import Synchronization

/// A map as it was drawn last, to place queries on.
struct DrawnMap {
  let request: MapRequest
  /// The rows of the collection that are points.
  let rows: [Int]
  let components: PrincipalComponents
  let positions: DrawnPositions
}

/// Where the points of a map are now: the thread that lays them out moves them while queries are placed among them.
final class DrawnPositions: Sendable {
  /// Positions, `[points, 2]`, and the method that they are of.
  private let drawn: Mutex<(layout: Matrix, method: MapMethod)>

  init(_ layout: Matrix, _ method: MapMethod) { drawn = Mutex((layout, method)) }

  var latest: (layout: Matrix, method: MapMethod) { drawn.withLock(\.self) }

  func move(to layout: Matrix, _ method: MapMethod) { drawn.withLock { $0 = (layout, method) } }
}

extension Engine {
  /// Collections with more texts are drawn by a sample.
  private static let pointLimit = 20_000
  /// Partial layouts come at this distance at least.
  private static let partialPause = Duration.milliseconds(120)
  /// True neighbours that are linked, and that trust looks at.
  private static let linkCount = 10
  private static let trustSample = 4000
  private static let labelLength = 80
  private static let fieldLimit = 8

  /// The collection as points: by principal components at once, then by the method asked for.
  func map(_ request: MapRequest, _ report: @escaping ReportProgress) async throws -> TextMap {
    let recipe = request.recipe
    let vectors = try await readOut(recipe)
    let rows = mappedRows(vectors)
    let matrix = try await vectors.vectors(rows, priority: .bulk)
    let kernels = settings.kernels
    let components = try await settings.team.perform(.bulk) { work in
      try PrincipalComponents(matrix, count: 2, kernels: kernels, work: work)
    }
    var layout = components.project(matrix).planar
    var map = TextMap(
      rows: rows, vectors.collection, layout, shares: components.varianceShares,
      labelLength: Self.labelLength, fieldLimit: Self.fieldLimit)
    let positions = DrawnPositions(layout, .pca)
    corpus?.map = DrawnMap(request: request, rows: rows, components: components, positions: positions)
    report(ViewProgress(done: 0, total: 1, partial: .map(map)))
    let graph = try await graph(matrix, request)
    map.take(graph, count: Self.linkCount)
    report(ViewProgress(done: 0, total: 1, partial: .map(map)))
    if request.method != .pca {
      layout = try await lay(out: graph, from: layout, request, map, positions, report)
      map.take(layout, request.method)
      positions.move(to: layout, request.method)
    }
    let final = layout
    let trust = try await settings.team.perform(.bulk) { work in
      try Trust(
        matrix, layout: final, neighbours: Self.linkCount, metric: recipe.metric, sample: Self.trustSample,
        seed: request.seed, kernels: kernels, work: work)
    }
    map.take(trust)
    return map
  }

  /// Texts by their first passages; a sample of them where there are very many.
  private func mappedRows(_ vectors: CollectionVectors) -> [Int] {
    let arrived = Set(vectors.pooled.arrivals(after: 0))
    let firsts = vectors.collection.texts.indices.map { vectors.collection.passages(of: $0).lowerBound }
      .filter(arrived.contains)
    return Background.draw(Self.pointLimit, of: firsts.count, seed: 1).map { firsts[$0] }
  }

  private func graph(_ matrix: Matrix, _ request: MapRequest) async throws -> NeighbourGraph {
    let wanted =
      switch request.method {
      case .pca: Self.linkCount
      case .umap: UMAPOptions().neighbours
      case .tsne: TSNEOptions().graphNeighbours
      }
    let (metric, kernels) = (request.recipe.metric, settings.kernels)
    return try await settings.team.perform(.bulk) { work in
      try NeighbourGraph(
        matrix, neighbours: max(wanted, Self.linkCount), metric: metric, kernels: kernels, work: work)
    }
  }

  /// Lays points out step by step, on a thread apart: it takes seconds, and no other work shall wait for it.
  private func lay(
    out graph: NeighbourGraph, from start: Matrix, _ request: MapRequest, _ map: TextMap,
    _ drawn: DrawnPositions, _ report: @escaping ReportProgress
  ) async throws -> Matrix {
    try await layoutTeam.perform(.bulk) { work in
      var map = map
      var last = ContinuousClock.now
      let step: (Int, Int, Matrix) throws -> Void = { done, total, positions in
        try work.checkCancellation()
        guard ContinuousClock.now - last >= Self.partialPause else { return }
        last = .now
        map.take(positions, request.method)
        drawn.move(to: positions, request.method)
        report(ViewProgress(done: done, total: total, partial: .map(map)))
      }
      switch request.method {
      case .pca: return start
      case .umap:
        var options = UMAPOptions()
        options.seed = request.seed
        return try umapLayout(graph, initial: start, options, work: work, step: step)
      case .tsne:
        var options = TSNEOptions()
        options.seed = request.seed
        return try tsneLayout(graph, initial: start, options, work: work, step: step)
      }
    }
  }

  /// Where the query belongs on the map that was drawn last.
  func placement(_ request: PlacementRequest) async throws -> Placement {
    guard let map = corpus?.map, map.request == request.map else { throw EngineError.noMap }
    // A map does not depend on the queries' prompt; its own recipe has the documents'.
    var recipe = request.map.recipe
    recipe.queries = request.queries
    let vectors = try await readOut(recipe)
    let query = try await queryVector(request.query, recipe)
    let points = Dictionary(zip(map.rows, map.rows.indices), uniquingKeysWith: { first, _ in first })
    let found = try await vectors.nearest(to: query, top: 4 * Self.linkCount, priority: .interactive).found
    let nearest = found.compactMap { hit in
      points[hit.row].map { Neighbour(row: $0, score: hit.score) }
    }.prefix(Self.linkCount)
    let (layout, method) = map.positions.latest
    if method == .pca {
      let place = map.components.project(Matrix(rows: 1, columns: query.count, values: query)).row(0)
      return Placement(x: place[0], y: place.count > 1 ? place[1] : 0, nearest: nearest.map(\.row))
    }
    guard let place = place(Array(nearest), in: layout) else { throw EngineError.noMap }
    return Placement(x: place.x, y: place.y, nearest: nearest.map(\.row))
  }
}

extension Matrix {
  /// Two columns: of a single one the second is zero.
  fileprivate var planar: Matrix {
    if columns == 2 { return self }
    let result = Matrix(rows: rows, columns: 2)
    for row in 0..<rows {
      let values = self.row(row)
      result.setRow(row, [values.first ?? 0, values.count > 1 ? values[1] : 0])
    }
    return result
  }
}

extension TextMap {
  fileprivate init(
    rows: [Int], _ collection: TextCollection, _ layout: Matrix, shares: [Float], labelLength: Int,
    fieldLimit: Int
  ) {
    let texts = rows.map { collection.texts[collection.passages[$0].parent] }
    self.init(
      method: .pca, ids: texts.map(\.id), labels: texts.map { String($0.embeddedText.prefix(labelLength)) },
      x: [], y: [], fields: Self.fields(of: texts, limit: fieldLimit), varianceShares: shares,
      total: collection.texts.count)
    take(layout, .pca)
  }

  fileprivate mutating func take(_ layout: Matrix, _ method: MapMethod) {
    self.method = method
    layout.withUnsafeValues { values in
      x = stride(from: 0, to: values.count, by: 2).map { values[$0] }
      y = stride(from: 1, to: values.count, by: 2).map { values[$0] }
    }
    trustworthiness = nil
    trust = []
  }

  fileprivate mutating func take(_ graph: NeighbourGraph, count: Int) {
    neighbourCount = min(count, graph.neighbours)
    neighbours = (0..<graph.count).flatMap { row in
      graph.rows[row * graph.neighbours..<row * graph.neighbours + neighbourCount]
    }
  }

  /// Points that were not judged have no trust: NaN.
  fileprivate mutating func take(_ trust: Trust) {
    trustworthiness = trust.overall
    self.trust = [Float](repeating: .nan, count: ids.count)
    for (row, value) in zip(trust.rows, trust.byRow) { self.trust[Int(row)] = value }
  }

  private static let fewGroups = 4

  /// The fields that sort texts into few groups; a field with a value for every text says nothing in colours.
  private static func fields(of texts: [CorpusText], limit: Int) -> [Field] {
    var names: [String] = []
    for text in texts {
      for field in text.fields where !names.contains(field.name) && names.count < 64 {
        names.append(field.name)
      }
    }
    var fields: [Field] = []
    for name in names {
      let values = texts.map { $0.field(name) }
      let counts = Dictionary(grouping: values.compactMap(\.self), by: \.self).mapValues(\.count)
      guard counts.count > 1, counts.count <= max(12, texts.count / 3) else { continue }
      let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      let places = Dictionary(zip(sorted, sorted.indices), uniquingKeysWith: { first, _ in first })
      fields.append(
        Field(name: name, values: sorted, indices: values.map { $0.flatMap { places[$0] } ?? -1 }))
    }
    // A field of few groups, such as a length, and one that most texts lack say least: they come last.
    func tells(_ field: Field) -> Bool {
      field.values.count >= fewGroups && field.indices.count(where: { $0 >= 0 }) * 2 > texts.count
    }
    return Array((fields.filter(tells) + fields.filter { !tells($0) }).prefix(limit))
  }
}
