import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

/// That a search by codes finds what a search by f32 finds.
struct CodedSpaceTests {
  /// Unit-free rows of several kinds.
  enum Kind: CaseIterable, Sendable {
    case uniform, clustered, nearTies, oneSided, sparse, sizes, wild

    func rows(_ count: Int, _ dimensions: Int, seed: UInt64) -> [[Float]] {
      var random = SeededGenerator(seed: seed)
      func value() -> Float { Float.random(in: -1...1, using: &random) }
      func vector() -> [Float] { (0..<dimensions).map { _ in value() } }
      let centers = (0..<5).map { _ in vector() }
      return (0..<count).map { row in
        let noise = vector()
        switch self {
        case .uniform: return noise
        case .clustered: return zip(centers[row % 5], noise).map { $0 + 0.2 * $1 }
        case .nearTies: return zip(centers[row % 5], noise).map { $0 + 1e-4 * $1 }
        case .oneSided: return noise.map { 3 + 0.1 * $0 }
        case .sparse: return noise.map { abs($0) > 0.9 ? $0 : 0 }
        case .sizes: return noise.map { $0 * Float(1 << (row % 20)) }
        case .wild: return Self.wild(noise, row)
        }
      }
    }

    /// Every few rows one that has no code, or nearly none.
    private static func wild(_ values: [Float], _ row: Int) -> [Float] {
      switch row % 11 {
      case 0: [Float](repeating: 0, count: values.count)
      case 1: values.map { $0 * 1e30 }
      case 2: values.map { $0 * 1e-30 }
      case 3: values.map { $0 * 1000 * .leastNonzeroMagnitude }
      case 4: [.nan] + values.dropFirst()
      case 5: [.infinity] + values.dropFirst()
      case 6: values.map { $0 * 3e38 }
      case 7: [1e20] + values.dropFirst()
      default: values
      }
    }
  }

  static func space(
    _ rows: [[Float]], _ metric: Metric, _ kernels: KernelSet = .best, _ scan: ScanKernels? = nil
  ) -> CodedSpace {
    var space = CodedSpace(
      dimensions: rows[0].count, metric: metric, kernels: kernels, scan: scan ?? ScanKernels(kernels))
    space.add(VectorSpaceTests.matrix(rows, dimensions: rows[0].count), rows: Array(rows.indices))
    return space
  }

  /// What the codes and the vectors of what they ask for give, and how many were asked for.
  static func nearest(
    _ space: CodedSpace, _ rows: [[Float]], to query: [Float], top: Int, where filter: RowSet? = nil,
    work: Work? = nil
  ) -> (found: [Neighbour], scored: Int) {
    var shortlist = space.shortlist(nearestTo: query, top: top, where: filter, work: work)
    while !shortlist.wanted.isEmpty {
      shortlist.score(
        VectorSpaceTests.matrix(shortlist.wanted.map { rows[$0] }, dimensions: space.dimensions), work: work)
    }
    return (shortlist.neighbours, shortlist.scoredCount)
  }

  /// Bits and rows, since a NaN is not equal to itself.
  static func comparable(_ neighbours: [Neighbour]) -> [[UInt32]] {
    neighbours.map { [UInt32($0.row), $0.score.isNaN ? Float.nan.bitPattern : $0.score.bitPattern] }
  }

  @Test(arguments: Kind.allCases, Metric.allCases)
  func findsWhatASearchOfAllVectorsFinds(kind: Kind, metric: Metric) {
    for dimensions in [1, 7, 130] {
      let rows = kind.rows(420, dimensions, seed: UInt64(dimensions))
      let queries = kind.rows(3, dimensions, seed: 99) + [rows[3], rows[8]]
      for scan in ScanKernels.supported {
        let space = Self.space(rows, metric, .best, scan)
        let reference = VectorSpace(VectorSpaceTests.matrix(rows, dimensions: dimensions), metric: metric)
        for query in queries {
          for top in [1, 10, 100] {
            let found = Self.nearest(space, rows, to: query, top: top).found
            let expected = reference.nearestByVectors(to: query, top: top)
            #expect(Self.comparable(found) == Self.comparable(expected), "\(scan) \(dimensions) top \(top)")
            #expect(
              Self.comparable(reference.nearest(to: query, top: top)) == Self.comparable(expected),
              "\(dimensions) top \(top)")
          }
        }
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func fewRowsNeedTheirVectors(metric: Metric) {
    for kind in [Kind.uniform, .clustered, .sizes] {
      let rows = kind.rows(4000, 96, seed: 5)
      let query = kind.rows(1, 96, seed: 6)[0]
      #expect(Self.nearest(Self.space(rows, metric), rows, to: query, top: 10).scored <= 200, "\(kind)")
    }
  }

  @Test(arguments: Metric.allCases)
  func equalScoresComeInTheOrderOfRows(metric: Metric) {
    let few = Kind.uniform.rows(3, 20, seed: 1)
    let rows = (0..<3000).map { few[$0 * 7 % 3] }
    let space = Self.space(rows, metric)
    let reference = VectorSpace(VectorSpaceTests.matrix(rows, dimensions: 20), metric: metric)
    for query in few + Kind.uniform.rows(3, 20, seed: 2) {
      for top in [1, 5, 700] {
        let found = Self.nearest(space, rows, to: query, top: top).found
        #expect(found == reference.nearestByVectors(to: query, top: top))
      }
    }
  }

  @Test(arguments: Metric.allCases, [1, 2, 3])
  func threadsGiveTheSameResult(metric: Metric, threads: Int) async throws {
    let rows = Kind.clustered.rows(9000, 64, seed: 3)
    let queries = Kind.clustered.rows(4, 64, seed: 4)
    let space = Self.space(rows, metric)
    let team = WorkerTeam(threads: threads)
    for query in queries {
      let alone = Self.nearest(space, rows, to: query, top: 20)
      let candidates = space.shortlist(nearestTo: query, top: 20).candidateCount
      for _ in 0..<3 {
        let found = try await team.perform(.interactive) {
          Self.nearest(space, rows, to: query, top: 20, work: $0)
        }
        #expect(found.found == alone.found && found.scored == alone.scored)
        let again = try await team.perform(.bulk) {
          space.shortlist(nearestTo: query, top: 20, work: $0).candidateCount
        }
        #expect(again == candidates)
      }
    }
  }

  @Test(arguments: Metric.allCases, [Kind.clustered, .wild])
  func filtersAreExact(metric: Metric, kind: Kind) {
    let rows = kind.rows(3000, 40, seed: 8)
    let query = Kind.clustered.rows(1, 40, seed: 9)[0]
    let space = Self.space(rows, metric)
    let reference = VectorSpace(VectorSpaceTests.matrix(rows, dimensions: 40), metric: metric)
    let all = reference.nearestByVectors(to: query, top: 3000)
    let filters: [RowSet] = [
      [], [7], RowSet(0..<3000), RowSet(100..<180), RowSet(stride(from: 0, to: 3000, by: 7)),
      RowSet(2990..<4000),
    ]
    for filter in filters {
      for top in [1, 10, 400] {
        let expected = Self.comparable(Array(all.filter { filter.contains($0.row) }.prefix(top)))
        #expect(
          Self.comparable(Self.nearest(space, rows, to: query, top: top, where: filter).found) == expected)
        #expect(Self.comparable(reference.nearest(to: query, top: top, where: filter)) == expected)
        #expect(Self.comparable(reference.nearestByVectors(to: query, top: top, where: filter)) == expected)
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func growsRowByRow(metric: Metric) {
    let rows = Kind.clustered.rows(900, 33, seed: 10)
    let query = Kind.clustered.rows(1, 33, seed: 11)[0]
    var random = SeededGenerator(seed: 12)
    var order = Array(rows.indices).shuffled(using: &random)
    var space = CodedSpace(dimensions: 33, metric: metric)
    var vectors = VectorSpace(dimensions: 33, metric: metric)
    var seen = RowSet()
    let whole = VectorSpace(VectorSpaceTests.matrix(rows, dimensions: 33), metric: metric)
    let all = whole.nearestByVectors(to: query, top: 900)
    while !order.isEmpty {
      let batch = Array(order.prefix(Int.random(in: 1...120, using: &random)))
      order.removeFirst(batch.count)
      let before = space
      space.add(VectorSpaceTests.matrix(batch.map { rows[$0] }, dimensions: 33), rows: batch)
      vectors.add(VectorSpaceTests.matrix(batch.map { rows[$0] }, dimensions: 33), rows: batch)
      #expect(before.count == seen.count && batch.allSatisfy { !before.contains(row: $0) })
      for row in batch { seen.insert(row) }
      let expected = Array(all.filter { seen.contains($0.row) }.prefix(9))
      #expect(Self.nearest(space, rows, to: query, top: 9).found == expected)
      #expect(vectors.nearest(to: query, top: 9) == expected)
    }
    #expect(space.count == 900 && space.segments.count <= 12)
  }

  @Test func aQueryThatHasNoCodeIsComparedWithAllVectors() {
    let rows = Kind.wild.rows(300, 12, seed: 1)
    let one = [Float](repeating: 1, count: 11)
    let queries: [[Float]] =
      [0, .nan, .infinity, 1e30, 3e38, 1e-30, .leastNonzeroMagnitude].map { [$0] + one }
      + [
        [Float](repeating: 0, count: 12), [Float](repeating: 1000 * .leastNonzeroMagnitude, count: 12),
        [Float](repeating: 2e38, count: 12),
      ]
    for metric in Metric.allCases {
      let space = Self.space(rows, metric)
      let reference = VectorSpace(VectorSpaceTests.matrix(rows, dimensions: 12), metric: metric)
      for query in queries {
        #expect(
          Self.comparable(Self.nearest(space, rows, to: query, top: 30).found)
            == Self.comparable(reference.nearestByVectors(to: query, top: 30)), "\(metric) \(query[0])")
      }
    }
  }

  @Test(arguments: Metric.allCases)
  func storedCodesAreSearchedWhereTheyAre(metric: Metric) throws {
    let folder = try TemporaryFolder()
    let rows = Kind.clustered.rows(500, 30, seed: 13)
    let query = Kind.clustered.rows(1, 30, seed: 14)[0]
    var space = CodedSpace(dimensions: 30, metric: metric)
    for range in [0..<300, 300..<420, 420..<500] {
      let part = Self.space(rows, metric)
      var batch = CodedSpace(dimensions: 30, metric: metric)
      batch.add(VectorSpaceTests.matrix(Array(rows[range]), dimensions: 30), rows: Array(range))
      let path = folder.path + "/\(range)"
      try batch.segments[0].write(to: path)
      try space.add(CodedRows(FileMapping(path: path)))
      #expect(part.count == 500 && space.count == range.upperBound)
    }
    space.add(VectorSpaceTests.matrix([rows[0]], dimensions: 30), rows: [900])
    let reference = Self.space(rows + [rows[0]], metric)
    let expected = Self.nearest(reference, rows + [rows[0]], to: query, top: 20).found.map {
      Neighbour(row: $0.row == 500 ? 900 : $0.row, score: $0.score)
    }
    let all = rows + (500...900).map { _ in rows[0] }
    #expect(Self.nearest(space, all, to: query, top: 20).found == expected)
  }

  @Test func codesThatDoNotBelongAreRefused() throws {
    let rows = Kind.uniform.rows(100, 8, seed: 1)
    var space = Self.space(rows, .dot)
    let codes = space.segments[0]
    #expect(throws: CodedRows.Damage.self) { try space.add(codes) }
    #expect(throws: CodedRows.Damage.self) { try space.add(Self.space(rows, .cosine).segments[0]) }
    let narrow = rows.map { Array($0.prefix(7)) }
    #expect(throws: CodedRows.Damage.self) { try space.add(Self.space(narrow, .dot).segments[0]) }
    var listed = CodedSpace(dimensions: 8, metric: .dot)
    listed.add(VectorSpaceTests.matrix(Array(rows.prefix(3)), dimensions: 8), rows: [500, 7, 501])
    #expect(throws: CodedRows.Damage.self) { try space.add(listed.segments[0]) }
    #expect(space.count == 100 && !space.contains(row: 500))
  }
}
