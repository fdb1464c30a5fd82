public import Kernels
public import Recipes
import Synchronization

/// Rows held as bytes, searched exactly with the help of their f32 vectors.
///
/// The vectors themselves are not held: `shortlist` reads the codes of all rows, a quarter of what the vectors take, and
/// names the few rows whose vectors decide. What it finds in the end is what a search by f32 finds: the same rows, scores and
/// order (see `CodeBounds` for why).
///
/// A value, as `VectorSpace` is: rows that are added later do not show in a copy taken before.
public struct CodedSpace: Sendable {
  public let dimensions: Int
  public let metric: Metric
  public let kernels: KernelSet
  /// The rows that are present, by number.
  public private(set) var rows = RowSet()
  /// The codes, in stretches that can be stored: `CodedRows.write(to:)`.
  public private(set) var segments: [CodedRows] = []
  let scanKernels: ScanKernels
  /// What is subtracted from the rows that are coded here.
  private var center: [Float]?

  /// Segments are joined up to this many rows, so that adding a row costs little whatever is there.
  public static let segmentLimit = 1 << 16
  /// A center is the mean of so many rows or more.
  private static let centerRows = 64

  /// A space without rows.
  public init(dimensions: Int, metric: Metric, kernels: KernelSet = .best) {
    self.init(dimensions: dimensions, metric: metric, kernels: kernels, scan: ScanKernels(kernels))
  }

  /// A space whose codes are searched by certain kernels.
  public init(dimensions: Int, metric: Metric, kernels: KernelSet, scan: ScanKernels) {
    self.dimensions = dimensions
    self.metric = metric
    self.kernels = kernels
    scanKernels = scan
  }

  /// How many rows are present.
  public var count: Int { rows.count }

  /// Whether a row is present.
  public func contains(row: Int) -> Bool { rows.contains(row) }

  /// Codes rows and adds them: `vectors[i]`, `[rows, dimensions]`, becomes row `rows[i]`, in any order, each once.
  ///
  /// - Complexity: O(rows added · log(segment limit)) on average.
  public mutating func add(_ vectors: Matrix, rows numbers: [Int], work: Work? = nil) {
    insert(vectors, numbers, work ?? .inline)
  }

  /// Adds rows, and gives how many of the last segments, the new one included, are now one.
  @discardableResult
  mutating func insert(_ vectors: Matrix, _ numbers: [Int], _ work: Work) -> Int {
    precondition(vectors.columns == dimensions, "rows of \(vectors.columns) in a space of \(dimensions)")
    precondition(vectors.rows == numbers.count, "\(numbers.count) row numbers for \(vectors.rows) vectors")
    guard !numbers.isEmpty else { return 0 }
    for row in numbers { precondition(rows.insert(row), "row \(row) is already present") }
    return append(coded(vectors, numbers, work))
  }

  /// Adds rows that were coded before, stored for instance.
  ///
  /// - Throws: `CodedRows.Damage` where they do not belong here: another metric, other dimensions, or a row that
  ///   is already present. Nothing is added then.
  public mutating func add(_ codes: CodedRows) throws(CodedRows.Damage) {
    guard codes.geometry == metric.geometry, codes.dimensions == dimensions else {
      throw CodedRows.Damage(
        reason: """
          it holds rows of \(codes.dimensions) for \(codes.geometry), \
          and rows of \(dimensions) for \(metric.geometry) are wanted
          """)
    }
    var joined = rows
    if let run = codes.run {
      guard !joined.intersects(run) else {
        throw CodedRows.Damage(reason: "some of rows \(run) are already present")
      }
      joined.formUnion(run)
    } else {
      for row in codes.numbers where !joined.insert(row) {
        throw CodedRows.Damage(reason: "row \(row) is already present")
      }
    }
    guard codes.count > 0 else { return }
    rows = joined
    if codes.count >= Self.centerRows, center == nil { center = codes.center }
    append(codes)
  }

  /// The codes of the rows that were added at some places in the order of adding, as one, and the segments that hold them.
  ///
  /// - Returns: nil where other rows are in the same segments, or the segments cannot be joined.
  public func codes(added places: Range<Int>) -> (segments: Range<Int>, codes: CodedRows)? {
    var (first, start) = (0, 0)
    while first < segments.count, start < places.lowerBound {
      start += segments[first].count
      first += 1
    }
    var (end, upper) = (first, start)
    while end < segments.count, upper < places.upperBound {
      upper += segments[end].count
      end += 1
    }
    let parts = Array(segments[first..<end])
    guard start == places.lowerBound, upper == places.upperBound, let form = parts.first,
      parts.allSatisfy({ $0.hasSameForm(as: form) })
    else { return nil }
    return (first..<end, parts.count == 1 ? form : CodedRows(joining: parts))
  }

  /// Puts the codes of the same rows in the place of some segments, such as stored ones for those in memory.
  public mutating func replace(segments range: Range<Int>, by codes: CodedRows) {
    precondition(
      segments[range].reduce(0) { $0 + $1.count } == codes.count
        && range.allSatisfy { segments[$0].hasSameForm(as: codes) },
      "codes of \(codes.count) rows for segments \(range)")
    segments.replaceSubrange(range, with: [codes])
  }

  /// Whether all codes can be read: nobody has cut their files.
  public var isWhole: Bool { segments.allSatisfy(\.isWhole) }

  /// Appends a segment, and joins small ones so that each is larger than the next one; gives how many became one.
  @discardableResult
  private mutating func append(_ segment: CodedRows) -> Int {
    segments.append(segment)
    var (joined, size) = (1, segment.count)
    while let previous = segments.dropLast(joined).last, size >= previous.count,
      size + previous.count <= Self.segmentLimit, segment.hasSameForm(as: previous)
    {
      joined += 1
      size += previous.count
    }
    if joined > 1 {
      let parts = Array(segments.suffix(joined))
      segments.removeLast(joined)
      segments.append(CodedRows(joining: parts))
    }
    return joined
  }

  private mutating func coded(_ vectors: Matrix, _ numbers: [Int], _ work: Work) -> CodedRows {
    if center == nil, vectors.rows >= Self.centerRows { center = mean(vectors) }
    return CodedRows(
      vectors, numbers: numbers, center: center ?? [Float](repeating: 0, count: dimensions),
      geometry: metric.geometry, kernels: scanKernels, work: work)
  }

  /// The mean of some rows, spread over all, that are finite; zeros where most of them are nearer to zero.
  ///
  /// The nearer the rows are to it, the less their codes leave.
  private func mean(_ vectors: Matrix) -> [Float] {
    let some = stride(from: 0, to: vectors.rows, by: max(1, vectors.rows / 1024)).compactMap { row in
      let values = vectors.row(row).map { Double($0) }
      let norm = metric == .cosine ? values.norm : 1
      let isUsual = norm > 0 && values.allSatisfy { $0.magnitude <= Double(CodedRows.centerLimit) }
      return isUsual ? values.map { $0 / norm } : nil
    }
    var mean = [Double](repeating: 0, count: dimensions)
    for values in some { for column in mean.indices { mean[column] += values[column] / Double(some.count) } }
    let nearer = some.count { values in zip(values, mean).map { $0 - $1 }.norm < values.norm }
    return nearer > some.count / 2 ? mean.map { Float($0) } : [Float](repeating: 0, count: dimensions)
  }
}

extension CodedSpace {
  /// Reads the codes for a vector.
  ///
  /// - Parameters:
  ///   - query: `[dimensions]`.
  ///   - top: how many neighbours are sought.
  ///   - filter: the rows among which they are sought; nil: all.
  ///   - work: reads blocks of codes.
  /// - Returns: The rows that can be among the nearest; their vectors decide.
  /// - Complexity: O(rows · dimensions), of bytes.
  public func shortlist(
    nearestTo query: [Float], top: Int, where filter: RowSet? = nil, work: Work? = nil
  ) -> Shortlist {
    precondition(query.count == dimensions, "a query of \(query.count) in a space of \(dimensions)")
    let scorer = Scorer(query, metric: metric, kernels: kernels)
    guard top > 0, count > 0 else { return Shortlist([], top: max(0, top), scorer: scorer) }
    // Where most rows are wanted there is nothing to rule out.
    guard top <= count / 4, let bounds = bounds(query) else {
      return Shortlist(everyRow(filter), top: top, scorer: scorer)
    }
    let scan = CodeScan(space: self, bounds: bounds, top: top, filter: filter)
    return Shortlist(scan.candidates(work ?? .inline), top: top, scorer: scorer)
  }

  /// The bounds for each segment; nil where the query has no code.
  func bounds(_ query: [Float]) -> [CodeBounds]? {
    var known: [(segment: CodedRows, levels: [UInt8], bounds: CodeBounds)] = []
    var all: [CodeBounds] = []
    for segment in segments {
      let levels = segment.levels
      if let same = known.first(where: { $0.levels == levels && $0.segment.hasSameForm(as: segment) }) {
        all.append(same.bounds)
        continue
      }
      guard let bounds = CodeBounds(query, metric: metric, center: segment.center, levels: levels) else {
        return nil
      }
      known.append((segment, levels, bounds))
      all.append(bounds)
    }
    return all
  }

  private func everyRow(_ filter: RowSet?) -> [Shortlist.Candidate] {
    segments.enumerated().flatMap { place, segment in
      (0..<segment.count).compactMap { index in
        let row = segment.number(index)
        guard filter?.contains(row) ?? true else { return nil }
        return Shortlist.Candidate(row: row, segment: place, index: index, best: .infinity)
      }
    }
  }
}

extension Metric {
  /// What of a row is coded for the metric.
  var geometry: CodedRows.Geometry {
    switch self {
    case .dot: .plain
    case .cosine: .normalized
    case .euclidean: .squared
    case .manhattan: .magnitudes
    }
  }
}
