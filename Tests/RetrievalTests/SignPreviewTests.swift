import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct SignPreviewTests {
  /// The nearest by what the codes stand for.
  private static func decoded(_ space: CodedSpace) -> [Int: [Float]] {
    var rows: [Int: [Float]] = [:]
    for segment in space.segments {
      for index in 0..<segment.count where segment.facts(index).residual.isFinite {
        let scale = segment.facts(index).scale
        rows[segment.number(index)] = zip(segment.center, segment.code(index)).map { $0 + scale * Float($1) }
      }
    }
    return rows
  }

  @Test(arguments: Metric.allCases, [CodedSpaceTests.Kind.uniform, .clustered, .wild])
  func aSearchByCodesFindsWhatTheCodesStandFor(metric: Metric, kind: CodedSpaceTests.Kind) {
    let rows = kind.rows(600, 40, seed: 1)
    let space = CodedSpaceTests.space(rows, metric)
    let decoded = Self.decoded(space)
    for query in CodedSpaceTests.Kind.clustered.rows(3, 40, seed: 2) {
      let found = space.nearestByCodes(to: query, top: 12)
      // By cosine codes stand for rows that are divided by their norms already.
      let norm = metric == .cosine ? Float(query.reduce(0) { $0 + $1 * $1 }.squareRoot()) : 1
      let direction = query.map { $0 / norm }
      let scores = decoded.mapValues {
        Float(VectorSpaceTests.reference(direction, $0, metric == .cosine ? .dot : metric).score)
      }
      let expected = scores.values.sorted(by: >).prefix(12)
      // Euclidean distances count the true length of a row, manhattan ones a query in whole numbers.
      let share: Float = metric == .dot || metric == .cosine ? 2e-4 : 0.01
      #expect(found.comparedCount == 600 && found.neighbours.count == 12)
      for (neighbour, score) in zip(found.neighbours, expected) {
        #expect(abs(neighbour.score - score) <= share * max(1, abs(score)), "\(metric)")
        #expect(abs(scores[neighbour.row, default: .nan] - neighbour.score) <= share * max(1, abs(score)))
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func aFirstLookFindsMostOfThem(metric: Metric) async throws {
    let rows = CodedSpaceTests.Kind.uniform.rows(5000, 128, seed: 3)
    let space = CodedSpaceTests.space(rows, metric)
    let preview = SignPreview(space)
    let team = WorkerTeam(threads: 3)
    var shared = 0
    for query in CodedSpaceTests.Kind.uniform.rows(10, 128, seed: 4) {
      let exact = space.nearestByCodes(to: query, top: 10)
      let near = preview.nearest(to: query, top: 10, oversampling: 30)
      #expect(near.comparedCount == 300)
      let scores = Dictionary(
        uniqueKeysWithValues: space.nearestByCodes(to: query, top: 1000).neighbours.map { ($0.row, $0.score) }
      )
      #expect(near.neighbours.allSatisfy { scores[$0.row] == $0.score })
      shared += Set(exact.neighbours.map(\.row)).intersection(near.neighbours.map(\.row)).count
      let again = try await team.perform(.interactive) {
        preview.nearest(to: query, top: 10, oversampling: 30, work: $0)
      }
      #expect(again.neighbours.map(\.score) == near.neighbours.map(\.score))
    }
    #expect(shared >= 80, "\(shared) of 100")
  }

  @Test func withoutAnyCodeThereIsNothingToShow() {
    let space = CodedSpace(dimensions: 3, metric: .dot)
    #expect(space.nearestByCodes(to: [1, 2, 3], top: 3).neighbours.isEmpty)
    #expect(SignPreview(space).nearest(to: [1, 2, 3], top: 3).neighbours.isEmpty)
    let rows = CodedSpaceTests.Kind.uniform.rows(9, 3, seed: 1)
    let some = CodedSpaceTests.space(rows, .dot)
    #expect(some.nearestByCodes(to: [.nan, 2, 3], top: 3).neighbours.isEmpty)
    #expect(SignPreview(some).nearest(to: [1, 2, 3], top: 20).neighbours.count == 9)
  }
}
