import Corpora
import Embedding
import Explorer
import Indexing
import Kernels
import Recipes
import Retrieval

extension Engine {
  /// How many texts are shown at each end of an axis.
  private static let endCount = 5

  /// The texts nearest to a weighted sum of vectors, and where they are on an axis.
  func combination(_ request: CombinationRequest) async throws -> Combination {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.queries)
    let vectors = try await readOut(recipe)
    var terms: [[Float]] = []
    for term in request.terms { terms.append(try await queryVector(term.text, recipe)) }
    let matrix = Matrix(stacking: terms.map { Matrix(rows: 1, columns: $0.count, values: $0) })
    var sum = weightedSum(matrix, weights: request.terms.map(\.weight))
    let norm = Self.norm(sum)
    if recipe.readout.normalizes, norm > 0 { sum = sum.map { $0 / norm } }
    let list = try await list(nearestTo: sum, recipe, in: vectors, top: request.top)
    let scores = similarities(
      Matrix(rows: 1, columns: sum.count, values: sum), matrix, metric: recipe.metric,
      kernels: embedder.kernels
    ).row(0)
    var combination = Combination(
      list: list, termNorms: terms.map(Self.norm), termScores: scores, norm: norm)
    if let from = request.from, let to = request.to {
      try await addAxis(from, to, recipe, vectors, to: &combination)
    }
    return combination
  }

  private func addAxis(
    _ from: String, _ to: String, _ recipe: Recipe, _ vectors: CollectionVectors,
    to combination: inout Combination
  ) async throws {
    let (start, end) = (try await queryVector(from, recipe), try await queryVector(to, recipe))
    let rows = vectors.pooled.arrivals(after: 0)
    let all = try await vectors.vectors(rows, priority: .bulk)
    guard let positions = axisPositions(all, from: start, to: end) else { return }
    // Each text by its first passage.
    var byText: [Int: (row: Int, position: Float)] = [:]
    for (row, position) in zip(rows, positions).sorted(by: { $0.0 < $1.0 }) where position.isFinite {
      let text = vectors.collection.passages[row].parent
      if byText[text] == nil { byText[text] = (row, position) }
    }
    let places = Dictionary(
      byText.map { (vectors.collection.texts[$0.key].id, $0.value.position) },
      uniquingKeysWith: { first, _ in first })
    combination.positions = combination.list.neighbours.map { places[$0.id] ?? .nan }
    let sorted = byText.values.sorted { ($0.position, $0.row) < ($1.position, $1.row) }
    func ends(_ part: some Sequence<(row: Int, position: Float)>) -> [NeighbourList.Neighbour] {
      part.map { neighbour($0.row, $0.position, recipe, in: vectors) }
    }
    combination.lowest = ends(sorted.prefix(Self.endCount))
    combination.highest = ends(sorted.suffix(Self.endCount))
  }

  static func norm(_ vector: [Float]) -> Float {
    Float(vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
  }
}
