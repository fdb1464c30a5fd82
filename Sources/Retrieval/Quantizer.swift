import Kernels
import Recipes

/// Makes small codes of vectors and compares them.
///
/// A vector without a code (it is not finite) scores NaN with every other.
protocol Quantizer: Sendable {
  associatedtype Code: Sendable

  func code(_ vector: [Float]) -> Code?
  /// Higher is nearer.
  func score(_ query: Code, _ document: Code) -> Float
  /// The vector that a code stands for.
  func values(_ code: Code) -> [Float]
  /// What a code takes, without the ranges that all share.
  var byteCount: Int { get }
}

extension Quantizer {
  /// Making a row's code takes about as long as comparing it with this many queries.
  private static var codingCost: Int { 2 }

  /// For each query the rows whose codes are nearest, best first.
  func nearest(
    to queries: [[Float]], in rows: CutRows, top: Int, work: Work?
  ) throws(CancellationError) -> [[Neighbour]] {
    let queryCodes = queries.map { code($0) }
    return try rows.nearest(queries: queries.count + Self.codingCost, top: top, work: work) { _, block in
      let codes = (0..<block.rows).map { code(block.row($0)) }
      return queryCodes.map { query in
        guard let query else { return [Float](repeating: .nan, count: codes.count) }
        return codes.map { $0.map { score(query, $0) } ?? .nan }
      }
    }
  }

  /// Candidates in the order of the metric between the f32 query and the vectors that their codes stand for.
  func rescored(_ candidates: [Neighbour], _ query: [Float], in rows: CutRows, metric: Metric) -> [Neighbour]
  {
    let vectors = Matrix(rows: candidates.count, columns: rows.size)
    for (index, candidate) in candidates.enumerated() {
      let vector = rows.rows(candidate.row..<(candidate.row + 1)).row(0)
      vectors.setRow(index, code(vector).map(values) ?? [Float](repeating: .nan, count: rows.size))
    }
    let norms = metric == .cosine ? rows.kernels.norms(vectors) : []
    let scores = Scorer(query, metric: metric, kernels: rows.kernels)
      .scores(vectors, 0..<vectors.rows, norms: norms)
    return zip(candidates, scores).map { Neighbour(row: $0.row, score: $1) }.sorted(by: Neighbour.precedes)
  }
}

/// Bytes by ranges, compared as whole numbers.
struct ByteQuantizer: Quantizer {
  let ranges: ByteRanges
  let metric: Metric

  var byteCount: Int { ranges.starts.count }

  func code(_ vector: [Float]) -> [Int8]? { ranges.bytes(vector) }

  func values(_ code: [Int8]) -> [Float] { ranges.values(code) }

  /// The inner product, also for cosine, as sentence-transformers searches `int8`; or the negated distance.
  ///
  /// Exact while it is below 2²⁴, as all are that have up to 1024 dimensions.
  func score(_ query: [Int8], _ document: [Int8]) -> Float {
    switch metric {
    case .cosine, .dot: Float(sum(query, document) { $0 &* $1 })
    case .euclidean: -Float(sum(query, document) { ($0 &- $1) &* ($0 &- $1) }).squareRoot()
    case .manhattan: -Float(sum(query, document) { abs($0 &- $1) })
    }
  }

  @inline(__always)
  private func sum(_ a: [Int8], _ b: [Int8], _ term: (Int32, Int32) -> Int32) -> Int {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sum = 0
        // 255² · 2¹⁴ is within i32.
        for start in stride(from: 0, to: a.count, by: 1 << 14) {
          var part: Int32 = 0
          for index in start..<min(start + 1 << 14, a.count) {
            part &+= term(Int32(a[index]), Int32(b[index]))
          }
          sum += Int(part)
        }
        return sum
      }
    }
  }
}

/// Sign bits, compared by how many differ (Hamming).
struct SignQuantizer: Quantizer {
  let dimensions: Int

  var byteCount: Int { (dimensions + 7) / 8 }

  /// 64 signs a word.
  func code(_ vector: [Float]) -> [UInt64]? {
    guard !vector.contains(where: \.isNaN) else { return nil }
    return stride(from: 0, to: vector.count, by: 64).map { start in
      var word: UInt64 = 0
      for index in start..<min(start + 64, vector.count) where vector[index] > 0 {
        word |= 1 << UInt64(index - start)
      }
      return word
    }
  }

  /// 1 for a set bit and −1 for another, which orders rows by the dot product as 1 and 0 do.
  func values(_ code: [UInt64]) -> [Float] {
    (0..<dimensions).map { code[$0 / 64] >> UInt64($0 % 64) & 1 == 1 ? 1 : -1 }
  }

  func score(_ query: [UInt64], _ document: [UInt64]) -> Float {
    -Float(zip(query, document).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount })
  }
}
