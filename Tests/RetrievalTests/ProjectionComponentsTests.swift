import Kernels
import Retrieval
import TestSupport
import Testing

struct ProjectionComponentsTests {
  @Test(arguments: KernelSet.supported)
  func agreeWithScikitLearn(kernels: KernelSet) throws {
    let set = ProjectionSets.clusters
    let found = try PrincipalComponents(set, count: 3, kernels: kernels)
    expectClose(found.variances, [1.612059, 1.395956, 1.09296], within: 1e-5, stage: "variances")
    expectClose(found.varianceShares, [0.2241839, 0.1941312, 0.1519945], within: 1e-5, stage: "shares")
    let first: [Float] = [
      0.19629, -0.0803202, 0.08616966, 0.01599973, 0.1167571, -0.5267501, 0.05681319, 0.2062432, 0.006911154,
      0.02061107, -0.2348712, 0.1576755, 0.5382566, 0.1650457, 0.2917767, -0.3576078,
    ]
    expectClose(found.components.row(0), first, within: 1e-5, stage: "first component")
    let third: [Float] = [
      0.2200286, 0.0736205, -0.1720585, 0.1786802, 0.06521809, 0.07860822, -0.1778665, 0.1049725, 0.3817117,
      0.5127082, -0.2361057, -0.3872404, -0.04973046, -0.4073517, 0.01534089, -0.2205219,
    ]
    expectClose(found.components.row(2), third, within: 1e-5, stage: "third component")
    let places = found.project(set)
    expectClose(places.row(0), [2.002783, 1.151129, -1.263583], within: 1e-5, stage: "row 0")
    expectClose(places.row(299), [-0.2399851, -1.574193, -0.6165868], within: 1e-5, stage: "row 299")
  }

  @Test func ofFewerRowsThanDimensionsAgreeWithScikitLearn() throws {
    let found = try PrincipalComponents(ProjectionSets.clusters.rows(0..<12), count: 3)
    expectClose(found.variances, [2.720269, 2.211005, 1.575926], within: 1e-5, stage: "variances")
    // scikit-learn's has the other sign: here the largest entry is positive.
    let first: [Float] = [
      -0.2188457, -0.03180944, -0.08571158, -0.151259, 0.1199665, 0.5157365, 0.09526795, -0.2345607,
      -0.1492031,
      -0.191838, 0.2878716, 0.07010665, -0.4767542, -0.08483868, -0.2411132, 0.3700298,
    ]
    expectClose(found.components.row(0), first, within: 1e-5, stage: "first component")
  }

  /// More than 48 dimensions take the iteration, whose answer must satisfy what defines it.
  @Test(arguments: [(100, 70), (70, 100), (130, 130)])
  func areEigenvectorsOfTheCovariance(rows: Int, columns: Int) throws {
    let set = ProjectionSets.random(rows, columns)
    let found = try PrincipalComponents(set, count: 3)
    let mean = (0..<columns).map { column in
      (0..<rows).reduce(0) { $0 + Double(set.row($1)[column]) } / Double(rows)
    }
    let centred = (0..<rows).map { row in zip(set.row(row), mean).map { Double($0) - $1 } }
    for index in 0..<3 {
      let component = found.components.row(index).map { Double($0) }
      let places = centred.map { zip($0, component).reduce(0) { $0 + $1.0 * $1.1 } }
      var image = [Double](repeating: 0, count: columns)
      for (row, place) in zip(centred, places) {
        for column in image.indices { image[column] += row[column] * place / Double(rows - 1) }
      }
      let variance = Double(found.variances[index])
      expectClose(
        image.map { Float($0) }, component.map { Float(variance * $0) }, within: 2e-6,
        stage: "component \(index)")
    }
    #expect(found.variances == found.variances.sorted(by: >))
  }

  @Test func findEveryDirectionOfEqualVariance() throws {
    // Ten axes with the same variance, beside ninety with less: ± each unit vector.
    let rows = (0..<200).map { row in
      (0..<100).map { $0 == row / 2 ? (row % 2 == 0 ? 1 : -1) * (row < 20 ? 3 : 1) : Float(0) }
    }
    let found = try PrincipalComponents(ProjectionSets.rows(rows), count: 11)
    for index in 0..<10 {
      #expect(abs(found.variances[index] - 18.0 / 199) < 1e-6)
      for other in 0..<index {
        let inner = zip(found.components.row(index), found.components.row(other)).reduce(0) {
          $0 + $1.0 * $1.1
        }
        #expect(abs(inner) < 1e-6)
      }
    }
    #expect(abs(found.variances[10] - 2.0 / 199) < 1e-6)
  }

  @Test(arguments: [
    [[Float]](repeating: [0.1, 0.7, -3e7], count: 5), [[1, 2, 3]], [[0, 0], [0, 0]], [[], []], [],
  ])
  func ofRowsWithoutVarianceAreZeros(rows: [[Float]]) throws {
    let set = ProjectionSets.rows(rows)
    let found = try PrincipalComponents(set, count: 2)
    #expect(found.variances == [0, 0] && found.varianceShares == [0, 0])
    #expect(found.components.values.allSatisfy { $0 == 0 })
    #expect(found.project(set).values == [Float](repeating: 0, count: 2 * rows.count))
  }

  @Test func ofALineAreOneDirectionAndZeros() throws {
    let rows = (0..<7).map { [Float($0), 2 * Float($0), 0] }
    let found = try PrincipalComponents(ProjectionSets.rows(rows), count: 5)
    expectClose(found.components.row(0), [0.4472136, 0.8944272, 0], within: 1e-6, stage: "direction")
    #expect(found.variances[1...].allSatisfy { $0 == 0 } && abs(found.varianceShares[0] - 1) < 1e-6)
    #expect(found.components.rows == 5 && found.components.row(1) == [0, 0, 0])
  }

  @Test func standHugeAndTinyValues() throws {
    let rows: [[Float]] = [[1, 0], [2, 1], [3, 5]]
    let plain = try PrincipalComponents(ProjectionSets.rows(rows), count: 1)
    for factor: Float in [0x1p100, 0x1p-120] {
      let scaled = try PrincipalComponents(ProjectionSets.rows(rows.map { $0.map { $0 * factor } }), count: 1)
      #expect(scaled.components.bits == plain.components.bits)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func areRefusedForWhatIsNoNumber(value: Float) {
    let set = ProjectionSets.rows([[1, 2], [3, 4], [5, value]])
    #expect(throws: ProjectionError.notFinite(row: 2)) { try PrincipalComponents(set, count: 2) }
  }

  @Test func doNotDependOnTheThreads() async throws {
    let set = ProjectionSets.random(140, 150)
    let alone = try PrincipalComponents(set, count: 2)
    let team = WorkerTeam(threads: 3)
    let shared = try await team.perform(.bulk) { try PrincipalComponents(set, count: 2, work: $0) }
    #expect(alone.components.bits == shared.components.bits && alone.variances == shared.variances)
  }
}
