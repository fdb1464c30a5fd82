import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

struct ClusterTreeTests {
  /// A symmetric matrix of random scores with ones on the diagonal.
  static func scores(_ count: Int, seed: UInt64, steps: Float? = nil) -> [Float] {
    var scores = SeededGenerator.fractions(count * count, seed: seed)
    for row in 0..<count {
      for column in row..<count {
        var score = column == row ? 1 : scores[column * count + row]
        if let steps { score = (score * steps).rounded() / steps }
        scores[row * count + column] = score
        scores[column * count + row] = score
      }
    }
    return scores
  }

  /// The sum of the distances, 1 − score, between rows that stand side by side.
  static func length(_ order: [Int], _ scores: [Float]) -> Double {
    zip(order, order.dropFirst()).reduce(0) { $0 + 1 - Double(scores[$1.0 * order.count + $1.1]) }
  }

  // The tree made with scipy 1.17, linkage(squareform(1 - scores), "average") of the same scores in f64; the length of
  // its best order by an exhaustive program in Python, checked against all orders for up to 10 rows. (The orders of
  // scipy's optimal_leaf_ordering are longer from 10 rows on: 2.2038, 2.7754, 5.3268, 10.1531, 17.1392.)
  @Test(arguments: [
    (3, 0.9761357307434082), (10, 1.5653175711631775), (20, 1.9276862144470215), (50, 3.0328249335289),
    (80, 4.448740303516388), (200, 7.476491332054138),
  ])
  func noOrderOfScipysTreeIsShorter(count: Int, length: Double) throws {
    let scores = Self.scores(count, seed: UInt64(count))
    let order = try seriation(scores, count: count)
    #expect(order.sorted() == Array(0..<count))
    #expect(abs(Self.length(order, scores) - length) < 1e-6)
  }

  // The same, of the cosines of random points in three dimensions.
  @Test(arguments: [(40, 3.8221845030784607), (60, 4.2688522934913635)])
  func noOrderOfPointsIsShorter(count: Int, length: Double) throws {
    let points = SeededGenerator.matrix(count, 3, seed: UInt64(1000 + count))
    let scores = similarities(points, points, metric: .cosine).values
    let order = try seriation(scores, count: count)
    #expect(abs(Self.length(order, scores) - length) < 1e-5)
  }

  // Made with scipy 1.17: cut_tree of the same tree, numbered by first appearance in the order.
  @Test func clustersAreScipys() throws {
    let scores = Self.scores(20, seed: 20)
    let tree = try ClusterTree(scores, count: 20)
    #expect(tree.order == [1, 17, 5, 13, 2, 6, 4, 16, 3, 19, 7, 11, 14, 0, 8, 18, 10, 12, 9, 15])
    #expect(tree.clusters(2) == [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0])
    #expect(tree.clusters(4) == [2, 0, 0, 1, 1, 0, 1, 2, 2, 3, 3, 2, 3, 0, 2, 3, 1, 0, 2, 1])
    #expect(tree.clusters(7) == [4, 0, 2, 3, 3, 2, 3, 4, 4, 6, 5, 4, 5, 2, 4, 6, 3, 1, 4, 3])
    #expect(try clusters(scores, count: 20, clusters: 7) == tree.clusters(7))
    for all in [20, 21, .max] {
      #expect(tree.clusters(all).enumerated().allSatisfy { tree.order[$1] == $0 })
    }
    for one in [1, 0, -3] { #expect(tree.clusters(one) == [Int](repeating: 0, count: 20)) }
  }

  /// All orders that turning clusters round can give, after merging the nearest clusters one by one.
  static func orders(_ scores: [Float], count: Int) -> [[Int]] {
    var clusters = (0..<count).map { (members: [$0], orders: [[$0]]) }
    func distance(_ a: [Int], _ b: [Int]) -> Double {
      let all = a.flatMap { row in b.map { 1 - Double(scores[row * count + $0]) } }
      return all.reduce(0, +) / Double(all.count)
    }
    while clusters.count > 1 {
      let pairs = clusters.indices.flatMap { i in clusters.indices.filter { $0 > i }.map { (i, $0) } }
      guard
        let (i, j) = pairs.min(by: {
          distance(clusters[$0.0].members, clusters[$0.1].members)
            < distance(clusters[$1.0].members, clusters[$1.1].members)
        })
      else { break }
      let (a, b) = (clusters[i], clusters.remove(at: j))
      let joined = a.orders.flatMap { first in b.orders.flatMap { [first + $0, $0 + first] } }
      clusters[i] = (a.members + b.members, joined)
    }
    return clusters.first?.orders ?? [[]]
  }

  @Test func noOrderOfTheTreeIsShorter() throws {
    for seed in 0..<60 {
      let count = 2 + seed % 7
      let scores = Self.scores(count, seed: UInt64(seed))
      let order = try seriation(scores, count: count)
      let orders = Self.orders(scores, count: count)
      #expect(orders.contains(order))
      let shortest = orders.map { Self.length($0, scores) }.min() ?? .nan
      #expect(abs(Self.length(order, scores) - shortest) < 1e-12, "seed \(seed)")
    }
  }

  @Test func fewRowsStayInTheirOrder() throws {
    #expect(try seriation([], count: 0) == [] && clusters([], count: 0, clusters: 3) == [])
    #expect(try seriation([1], count: 1) == [0] && clusters([.nan], count: 1, clusters: 3) == [0])
    #expect(try seriation([1, 0.2, 0.2, 1], count: 2) == [0, 1])
    #expect(try clusters([1, 0.2, 0.2, 1], count: 2, clusters: 2) == [0, 1])
  }

  @Test func plantedGroupsComeTogether() throws {
    var groups = (0..<60).map { $0 % 4 }
    var random = SeededGenerator(seed: 3)
    groups.shuffle(using: &random)
    let noise = Self.scores(60, seed: 4)
    let scores = noise.indices.map {
      groups[$0 / 60] == groups[$0 % 60] ? 0.9 + noise[$0] / 20 : noise[$0] / 20
    }
    let tree = try ClusterTree(scores, count: 60)
    #expect(zip(tree.order, tree.order.dropFirst()).filter { groups[$0] != groups[$1] }.count == 3)
    let clusters = tree.clusters(4)
    #expect(Set(zip(clusters, groups).map { [$0, $1] }).count == 4)
  }

  @Test func equalScoresGiveOneOrder() throws {
    for (count, steps) in [(30, 3), (64, 1), (100, 8)] as [(Int, Float)] {
      let scores = Self.scores(count, seed: 5, steps: steps)
      let order = try seriation(scores, count: count)
      #expect(order.sorted() == Array(0..<count))
      #expect(try seriation(scores, count: count) == order)
    }
    #expect(try seriation([Float](repeating: 0.5, count: 400), count: 20).sorted() == Array(0..<20))
  }

  @Test func theSameUpToAnOffsetAndTheDiagonal() throws {
    var scores = Self.scores(25, seed: 6).map { ($0 * 1024).rounded() }
    let order = try seriation(scores, count: 25)
    #expect(try seriation(scores.map { $0 - 4096 }, count: 25) == order)
    for row in 0..<25 { scores[row * 26] = [.nan, -1e9, 1e9][row % 3] }
    #expect(try seriation(scores, count: 25) == order)
  }

  @Test func rowsWithoutScoresStandAtTheEnds() throws {
    for (lost, value) in [([3], Float.nan), ([0, 7], -.infinity), ([2], .nan)] {
      var scores = Self.scores(12, seed: 7)
      for row in lost {
        for other in 0..<12 {
          scores[row * 12 + other] = value
          scores[other * 12 + row] = value
        }
      }
      let order = try seriation(scores, count: 12)
      #expect(order.sorted() == Array(0..<12))
      let inner = order.dropFirst(lost.count).dropLast(lost.count)
      #expect(lost.allSatisfy { !inner.contains($0) })
      #expect(
        Set(lost.map { try? clusters(scores, count: 12, clusters: 1 + lost.count)[$0] }).count == lost.count)
    }
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      #expect(
        try seriation([Float](repeating: value, count: 81), count: 9).sorted() == Array(0..<9))
    }
  }

  @Test func rowsOnALineStandInItsOrder() throws {
    let count = 300
    let scores = (0..<(count * count)).map { -Float(abs($0 / count - $0 % count)) }
    #expect(try seriation(scores, count: count) == Array(0..<count))
  }

  @Test func stopsWhenNobodyWaits() async throws {
    let scores = Self.scores(9, seed: 1)
    #expect(try await givesUpWhenCancelled { _ = try seriation(scores, count: 9, work: $0) })
    #expect(try await givesUpWhenCancelled { _ = try clusters(scores, count: 9, clusters: 2, work: $0) })
  }

  @Test func refusesAMatrixThatIsNotSquare() async {
    await #expect(processExitsWith: .failure) { _ = try seriation([1, 2, 3], count: 2) }
  }
}
