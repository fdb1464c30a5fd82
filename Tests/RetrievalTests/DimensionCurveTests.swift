import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct DimensionCurveTests {
  /// The rows nearest to a vector in f64; equal scores in the order of rows, NaN last.
  static func nearest(_ query: [Float], _ rows: [[Float]], _ metric: Metric, top: Int) -> [Int] {
    let scores = rows.map { VectorSpaceTests.reference(query, $0, metric).score }
    let order = rows.indices.sorted {
      if scores[$0].isNaN || scores[$1].isNaN {
        return scores[$0].isNaN == scores[$1].isNaN ? $0 < $1 : scores[$1].isNaN
      }
      return scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
    }
    return Array(order.prefix(top))
  }

  static func cut(_ vector: [Float], _ size: Int, normalizes: Bool) -> [Float] {
    let cut = Array(vector.prefix(size))
    let norm = cut.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return normalizes && size < vector.count ? cut.map { Float(Double($0) / norm) } : cut
  }

  @Test(arguments: Metric.allCases, [false, true])
  func agreesWithTheDefinition(metric: Metric, normalizes: Bool) throws {
    // More queries than share a pass, and more rows than a block has.
    let queries = SeededGenerator.matrix(70, 20, seed: 1)
    let documents = SeededGenerator.matrix(600, 20, seed: 2)
    let sizes = [5, 2, 20, 13]
    let curve = try DimensionCurve(
      queries: queries, documents: documents, sizes: sizes, k: 7, metric: metric, normalizes: normalizes)
    #expect(curve.points.map(\.size) == sizes)
    for point in curve.points {
      let rows = documents.allRows.map { Self.cut($0, point.size, normalizes: normalizes) }
      for index in [0, 40, 69] {
        let query = queries.row(index)
        let whole = Self.nearest(query, documents.allRows, metric, top: 7)
        let found = Self.nearest(Self.cut(query, point.size, normalizes: normalizes), rows, metric, top: 7)
        let expected = RankComparison(whole, found, depth: 7)
        #expect(point.agreement.overlaps[index] == expected.overlap, "size \(point.size) query \(index)")
        #expect(point.agreement.kendallTaus[index] == expected.kendallTau)
      }
    }
    #expect(curve.points[2].agreement.overlap == 1 && curve.points[2].agreement.kendallTau == 1)
  }

  @Test(arguments: Metric.allCases)
  func isWhatSearchesOfCutMatricesGive(metric: Metric) throws {
    let queries = SeededGenerator.matrix(3, 64, seed: 3)
    let documents = SeededGenerator.matrix(900, 64, seed: 4)
    documents.setRow(7, [Float](repeating: .nan, count: 64))
    documents.setRow(8, [Float](repeating: 0, count: 64))
    let curve = try DimensionCurve(
      queries: queries, documents: documents, sizes: [24], metric: metric, normalizes: true)
    let (cutQueries, cutRows) = (queries.leadingColumns(24), documents.leadingColumns(24))
    KernelSet.best.normalizeRows(cutQueries)
    KernelSet.best.normalizeRows(cutRows)
    let whole = VectorSpace(documents, metric: metric)
    let cut = VectorSpace(cutRows, metric: metric)
    for query in 0..<3 {
      let expected = RankComparison(
        whole.nearest(to: queries.row(query), top: 10).map(\.row),
        cut.nearest(to: cutQueries.row(query), top: 10).map(\.row), depth: 10)
      #expect(curve.points[0].agreement.overlaps[query] == expected.overlap)
      #expect(curve.points[0].agreement.kendallTaus[query] == expected.kendallTau)
    }
  }

  @Test func meansLeaveOutWhatIsNotThere() throws {
    // By the first dimension alone the second query finds nothing that it should.
    let documents = Matrix(rows: 4, columns: 2, values: [9, 0, 8, 0, 1, 9, 0, 8])
    let queries = Matrix(rows: 2, columns: 2, values: [1, 0, 0.001, 1])
    let curve = try DimensionCurve(
      queries: queries, documents: documents, sizes: [1], k: 2, metric: .dot, normalizes: false)
    let agreement = curve.points[0].agreement
    #expect(agreement.overlaps == [1, 0] && agreement.overlap == 0.5)
    #expect(agreement.kendallTaus == [1, nil] && agreement.kendallTau == 1)
  }

  @Test func threadsGiveTheSameResult() async throws {
    let queries = SeededGenerator.matrix(5, 48, seed: 5)
    let documents = SeededGenerator.matrix(3000, 48, seed: 6)
    @Sendable func curve(_ work: Work?) throws -> DimensionCurve {
      try DimensionCurve(
        queries: queries, documents: documents, sizes: [8, 16, 48], metric: .cosine, normalizes: true,
        work: work)
    }
    let alone = try curve(nil)
    for threads in [1, 2, 3] {
      #expect(try await WorkerTeam(threads: threads).perform(.bulk, curve) == alone)
    }
  }

  @Test func fewRowsAndNoneAreFine() throws {
    for (queries, rows, k) in [(0, 5, 3), (2, 0, 3), (1, 1, 10), (2, 5, 0)] {
      let curve = try DimensionCurve(
        queries: SeededGenerator.matrix(queries, 4, seed: 7),
        documents: SeededGenerator.matrix(rows, 4, seed: 8),
        sizes: [2, 4], k: k, metric: .cosine, normalizes: true)
      #expect(curve.points.allSatisfy { $0.agreement.overlap == (queries == 0 ? nil : 1) })
      #expect(curve.points.allSatisfy { $0.agreement.kendallTau == nil })
    }
    let none = try DimensionCurve(
      queries: Matrix(rows: 1, columns: 0), documents: Matrix(rows: 2, columns: 0), sizes: [], metric: .dot,
      normalizes: false)
    #expect(none.points.isEmpty)
  }

  @Test func stopsWhenNobodyWaits() async throws {
    let rows = SeededGenerator.matrix(4, 4, seed: 1)
    #expect(
      try await givesUpWhenCancelled {
        _ = try DimensionCurve(
          queries: rows, documents: rows, sizes: [2], metric: .dot, normalizes: false, work: $0)
      })
    #expect(
      try await givesUpWhenCancelled {
        _ = try QuantizationPreview(queries: rows, documents: rows, metric: .dot, normalizes: false, work: $0)
      })
    #expect(
      try await givesUpWhenCancelled {
        _ = try MetricComparison(query: rows.row(0), documents: rows, work: $0)
      })
  }

  @Test func refusesSizesOutOfRange() async {
    await #expect(processExitsWith: .failure) {
      let rows = Matrix(rows: 1, columns: 4)
      _ = try DimensionCurve(queries: rows, documents: rows, sizes: [5], metric: .dot, normalizes: false)
    }
    await #expect(processExitsWith: .failure) {
      let rows = Matrix(rows: 1, columns: 4)
      _ = try DimensionCurve(queries: rows, documents: rows, sizes: [0], metric: .dot, normalizes: false)
    }
  }
}
