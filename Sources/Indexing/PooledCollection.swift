import Corpora
public import Embedding
import Kernels
public import Recipes
import Synchronization

/// The pooled vectors of a collection's passages at one layer, as far as they are there.
///
/// One writer fills it, row by row in any order; readers see the rows that have arrived. A row is written
/// before its arrival is announced and never changes after.
public final class PooledCollection: Sendable {
  /// The number of passages, arrived or not.
  public let count: Int
  private let layout: PooledLayout
  /// `[passages, width]`.
  private let values: Matrix
  private let arrivals: Mutex<Arrivals>

  private struct Arrivals {
    /// Rows in the order of their arrival.
    var rows: [Int]
    var tokenCounts: [Int]
    var truncatedCount = 0
  }

  /// A collection of which some rows were stored earlier.
  init(_ stored: StoredVectors, layout: PooledLayout) {
    count = stored.matrix.rows
    self.layout = layout
    values = stored.matrix
    let rows = stored.isPresent.indices.filter { stored.isPresent[$0] }
    arrivals = Mutex(
      Arrivals(
        rows: rows, tokenCounts: stored.tokens, truncatedCount: rows.count(where: { stored.isTruncated[$0] }))
    )
  }

  /// A collection without rows.
  public init(count: Int, layout: PooledLayout) {
    self.count = count
    self.layout = layout
    values = Matrix(rows: count, columns: layout.width)
    arrivals = Mutex(Arrivals(rows: [], tokenCounts: [Int](repeating: 0, count: count)))
  }

  /// How many rows have arrived.
  public var arrivedCount: Int { arrivals.withLock { $0.rows.count } }

  /// How many of them are longer than the encoding allows: only their beginnings were encoded.
  public var truncatedCount: Int { arrivals.withLock(\.truncatedCount) }

  public var isComplete: Bool { arrivedCount == count }

  /// The memory that the vectors take.
  public var byteCount: Int { count * layout.width * MemoryLayout<Float>.size }

  /// The bytes of one passage.
  public var bytesPerRow: Int { layout.width * MemoryLayout<Float>.size }

  /// How many tokens the model saw of a passage; 0 before it has arrived.
  public func tokenCount(of row: Int) -> Int { arrivals.withLock { $0.tokenCounts[row] } }

  /// How many tokens the model saw of each passage; 0 for one that has not arrived.
  public var tokenCounts: [Int] { arrivals.withLock(\.tokenCounts) }

  /// The rows that arrived after the first `known`, in the order of arrival.
  public func arrivals(after known: Int) -> [Int] {
    arrivals.withLock { Array($0.rows.dropFirst(known)) }
  }

  /// The rows that have not arrived, in order.
  var missing: [Int] {
    let arrived = Set(arrivals(after: 0))
    return (0..<count).filter { !arrived.contains($0) }
  }

  /// Puts vectors in their rows, each in one or more, and announces them.
  func store(_ pooled: PooledVectors, at rows: [[Int]], truncated: [Bool]) {
    for (index, same) in rows.enumerated() {
      for row in same { values.copyRow(index, of: pooled.values, to: row) }
    }
    arrivals.withLock { arrivals in
      for (same, count) in zip(rows, pooled.tokenCounts) {
        for row in same { arrivals.tokenCounts[row] = count }
        arrivals.rows += same
      }
      for (same, isTruncated) in zip(rows, truncated) where isTruncated {
        arrivals.truncatedCount += same.count
      }
    }
  }

  /// Says how many texts are longer than an encoding allows; nil where none is.
  public func truncation(_ encoding: Encoding) -> String? {
    let truncated = truncatedCount
    guard truncated > 0 else { return nil }
    return "\(truncated) of \(count) texts are longer than \(encoding.maximumLength) tokens: "
      + "only their beginnings are compared"
  }

  /// The pooled vectors as they are now: what has not arrived is zero.
  ///
  /// The numbers are shared, not copied.
  public var pooledVectors: PooledVectors {
    PooledVectors(values: values, tokenCounts: arrivals.withLock(\.tokenCounts), layout: layout)
  }
}
