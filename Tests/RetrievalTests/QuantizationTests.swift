import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

// Codes and overlaps made with sentence-transformers 6.2 and numpy 2.4 from the same numbers: quantize_embeddings with
// ranges of the documents; candidates by the inner product of codes or by Hamming distance, 2 · k of them, rescored as
// its searches do.
struct QuantizationTests {
  @Test func bytesAreThoseOfSentenceTransformers() {
    let documents = SeededGenerator.matrix(5, 9, seed: 31)
    for row in 0..<5 {
      var values = documents.row(row)
      values[4] = 0.25
      documents.setRow(row, values)
    }
    let ranges = ByteRanges(calibratedOn: documents)
    let expected: [[Int8]] = [
      [100, 55, 70, 30, -128, -128, -55, 30, -128], [77, 74, -32, 64, -128, -119, -128, -128, -97],
      [127, -128, -99, 127, -128, 126, -34, -64, -17], [-128, 126, -128, -63, -128, -126, 127, 127, -16],
      [71, 34, 126, -128, -128, 109, -42, 25, 126],
    ]
    #expect(documents.allRows.map { ranges.bytes($0) } == expected)
    let query = SeededGenerator.matrix(1, 9, seed: 32, scale: 3).row(0)
    #expect(ranges.bytes(query) == [127, 70, -128, 127, -128, 127, 22, -110, 127])
    let bits: [[UInt8]] = [[249, 0], [216, 0], [156, 128], [75, 128], [237, 128]]
    #expect(documents.allRows.map { signBits($0) } == bits)
  }

  @Test func manyCodesAreThoseOfSentenceTransformers() throws {
    let documents = SeededGenerator.matrix(300, 50, seed: 33)
    let ranges = ByteRanges(calibratedOn: documents)
    let bytes = try documents.allRows.flatMap { try #require(ranges.bytes($0)) }
    #expect(bytes.enumerated().reduce(0) { $0 + $1.offset % 997 * Int($1.element) } == -8_398_429)
    let bits = try documents.allRows.flatMap { try #require(signBits($0)) }
    #expect(bits.enumerated().reduce(0) { $0 + $1.offset % 997 * Int($1.element) } == 123_909_119)
  }

  @Test func searchesFindWhatThoseOfSentenceTransformersFind() throws {
    let preview = try QuantizationPreview(
      queries: SeededGenerator.matrix(20, 50, seed: 34, scale: 1.2),
      documents: SeededGenerator.matrix(300, 50, seed: 33), metric: .dot, normalizes: false)
    #expect(preview.points.map(\.form) == [.int8, .int8, .binary, .binary])
    #expect(preview.points.map(\.isRescored) == [false, true, false, true])
    #expect(preview.points.map(\.byteCount) == [50, 50, 7, 7])
    let expected: [[Double]] = [
      [
        1, 1, 0.9, 1, 0.9, 0.9, 1, 0.9, 0.9, 1, 0.9, 1, 0.9, 1, 0.9, 1, 0.9, 0.9, 0.9, 0.9,
      ],
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.9, 1],
      [
        0.3, 0.5, 0.3, 0.4, 0.4, 0.4, 0.4, 0.2, 0.6, 0.4, 0.3, 0.3, 0.5, 0.5, 0.4, 0.5, 0.2, 0.3, 0.5, 0.3,
      ],
      [
        0.4, 0.6, 0.3, 0.3, 0.4, 0.6, 0.5, 0.5, 0.4, 0.6, 0.4, 0.2, 0.5, 0.4, 0.5, 0.7, 0.4, 0.3, 0.4, 0.4,
      ],
    ]
    #expect(preview.points.map(\.agreement.overlaps) == expected)
  }

  /// The order of rows by a score of codes, brute force.
  static func order(_ scores: [Double], top: Int) -> [Int] {
    Array(scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }.prefix(top))
  }

  @Test(arguments: Metric.allCases, [nil, 12])
  func agreesWithTheDefinition(metric: Metric, size: Int?) throws {
    let queries = SeededGenerator.matrix(6, 24, seed: 1)
    let documents = SeededGenerator.matrix(700, 24, seed: 2)
    let preview = try QuantizationPreview(
      queries: queries, documents: documents, size: size, k: 5, metric: metric, normalizes: false,
      rescoreMultiplier: 3)
    let cut = documents.leadingColumns(size ?? 24)
    let ranges = ByteRanges(calibratedOn: cut)
    let codes = cut.allRows.map { ranges.bytes($0) ?? [] }
    for (index, query) in queries.allRows.enumerated() {
      let whole = DimensionCurveTests.nearest(query, documents.allRows, metric, top: 5)
      let short = Array(query.prefix(size ?? 24))
      let code = (ranges.bytes(short) ?? []).map { Float($0) }
      let scores = codes.map {
        VectorSpaceTests.reference(code, $0.map { Float($0) }, metric == .cosine ? .dot : metric).score
      }
      let candidates = Self.order(scores, top: 15)
      let values = candidates.map { ranges.values(codes[$0]) }
      let rescored = DimensionCurveTests.nearest(short, values, metric, top: 5).map { candidates[$0] }
      let found = RankComparison(whole, Array(candidates.prefix(5)), depth: 5)
      #expect(preview.points[0].agreement.overlaps[index] == found.overlap)
      #expect(preview.points[0].agreement.kendallTaus[index] == found.kendallTau)
      let better = RankComparison(whole, rescored, depth: 5)
      #expect(preview.points[1].agreement.overlaps[index] == better.overlap)
      #expect(preview.points[1].agreement.kendallTaus[index] == better.kendallTau)
      let signs = Self.order(
        cut.allRows.map { row in -Double(zip(short, row).filter { ($0 > 0) != ($1 > 0) }.count) }, top: 5)
      #expect(preview.points[2].agreement.overlaps[index] == RankComparison(whole, signs, depth: 5).overlap)
    }
  }

  @Test func valuesAreWithinAStepOfWhatWasCoded() throws {
    let documents = SeededGenerator.matrix(50, 16, seed: 3)
    let ranges = ByteRanges(calibratedOn: documents)
    for row in documents.allRows {
      let values = ranges.values(try #require(ranges.bytes(row)))
      for column in 0..<16 { #expect(abs(values[column] - row[column]) <= ranges.steps[column] * 1.0001) }
    }
  }

  @Test func whatIsNotFiniteHasNoCodeAndNoPartInRanges() throws {
    let rows = Matrix(rows: 4, columns: 2, values: [0, 1, .nan, 50, 255, .infinity, 255, 1])
    let ranges = ByteRanges(calibratedOn: rows)
    #expect(ranges.starts == [0, 1] && ranges.steps == [1, 1])
    #expect(ranges.bytes([.nan, 0]) == nil && ranges.bytes([0, -.infinity]) == nil)
    #expect(ranges.bytes([254.5, 9]) == [126, -120])
    #expect(signBits([.nan]) == nil && signBits([.infinity, -.infinity, 0, -0.0]) == [128])
    let none = ByteRanges(calibratedOn: Matrix(rows: 1, columns: 1, values: [.nan]))
    #expect(none.starts == [0] && none.steps == [1] && none.bytes([3]) == [-125])
    // The range itself is too wide for f32.
    let wide = Matrix(rows: 2, columns: 1, values: [-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    #expect(ByteRanges(calibratedOn: wide).bytes([0])?.count == 1)
    let preview = try QuantizationPreview(
      queries: rows, documents: rows, k: 3, metric: .euclidean, normalizes: false)
    #expect(preview.points.allSatisfy { $0.agreement.overlaps.count == 4 })
    #expect(preview.points[0].agreement.overlaps[1] == 1)  // NaN everywhere: rows in their order.
  }

  @Test func fewRowsAndNoneAreFine() throws {
    for (queries, rows, k) in [(0, 5, 3), (2, 0, 3), (1, 1, 10), (2, 5, 0), (1, 3, .max)] {
      let preview = try QuantizationPreview(
        queries: SeededGenerator.matrix(queries, 4, seed: 7),
        documents: SeededGenerator.matrix(rows, 4, seed: 8),
        k: k, metric: .cosine, normalizes: true, rescoreMultiplier: .max)
      #expect(preview.points.allSatisfy { $0.agreement.overlap == (queries == 0 ? nil : 1) })
    }
  }

  @Test func threadsGiveTheSameResult() async throws {
    let queries = SeededGenerator.matrix(5, 40, seed: 5)
    let documents = SeededGenerator.matrix(3000, 40, seed: 6)
    @Sendable func preview(_ work: Work?) throws -> QuantizationPreview {
      try QuantizationPreview(
        queries: queries, documents: documents, size: 32, metric: .cosine, normalizes: true, work: work)
    }
    let alone = try preview(nil)
    for threads in [1, 2, 3] {
      #expect(try await WorkerTeam(threads: threads).perform(.bulk, preview) == alone)
    }
  }
}
