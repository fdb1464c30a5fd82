public import Kernels
public import Recipes

/// What storing vectors as bytes or as bits would cost, beside whole f32 vectors.
///
/// As sentence-transformers searches quantised vectors: queries are quantised like documents; the nearest
/// `rescoreMultiplier` · k by codes can be put in the order of the f32 query against the vectors that the codes stand
/// for. No f32 document is looked at again.
public struct QuantizationPreview: Equatable, Sendable {
  /// How a value is stored.
  public enum Form: String, CaseIterable, Sendable {
    /// A byte a value, by ranges calibrated on the documents (`ByteRanges`).
    case int8
    /// A bit a value, its sign (`signBits`); compared by Hamming distance.
    case binary
  }

  /// What is found with one form, against whole f32 vectors.
  public struct Point: Equatable, Sendable {
    public let form: Form
    public let isRescored: Bool
    /// Of one vector, in bytes.
    public let byteCount: Int
    public let agreement: RankAgreement
  }

  /// `int8`, `int8` rescored, `binary`, `binary` rescored.
  public let points: [Point]

  /// Searches with whole f32 vectors and with codes.
  ///
  /// Queries (`[queries, dimensions]`) and documents (`[rows, dimensions]`) come whole. Both are cut to `size`
  /// dimensions, where given, before they are quantised; `normalizes` says whether cut vectors are normalised.
  /// - Throws: `CancellationError` where nobody waits for the work any more.
  /// - Complexity: O(queries · rows · dimensions).
  public init(
    queries: Matrix, documents: Matrix, size: Int? = nil, k: Int = 10, metric: Metric, normalizes: Bool,
    rescoreMultiplier: Int = 2, kernels: KernelSet = .best, work: Work? = nil
  ) throws(CancellationError) {
    precondition(rescoreMultiplier > 0, "\(rescoreMultiplier) candidates for each one wanted")
    let search = CutSearch(
      queries: queries, documents: documents, metric: metric, normalizes: normalizes, kernels: kernels)
    let size = size ?? queries.columns
    let depth = min(max(0, k), documents.rows)
    let run = Run(
      search: search, size: size, depth: depth,
      candidates: min(depth.saturating(times: rescoreMultiplier), documents.rows),
      whole: try search.nearest(size: queries.columns, top: depth, work: work), work: work)
    let ranges = try Self.ranges(search.cut(documents, size: size), work: work)
    points =
      try run.points(.int8, ByteQuantizer(ranges: ranges, metric: metric))
      + run.points(.binary, SignQuantizer(dimensions: size))
  }

  private static func ranges(_ rows: CutRows, work: Work?) throws(CancellationError) -> ByteRanges {
    var extents = Extents(Matrix(rows: 0, columns: rows.size))
    try rows.forEachBlock(work: work) {
      Extents(rows.rows($0))
    } merge: {
      extents.formUnion($0)
    }
    return ByteRanges(extents)
  }

  /// One preview under way.
  private struct Run {
    let search: CutSearch
    let size: Int
    let depth: Int
    let candidates: Int
    let whole: [[Int]]
    let work: Work?

    func points(_ form: Form, _ quantizer: some Quantizer) throws(CancellationError) -> [Point] {
      let rows = search.cut(search.documents, size: size)
      var (found, rescored): ([[Int]], [[Int]]) = ([], [])
      for part in search.parts(size: size) {
        let nearest = try quantizer.nearest(to: part, in: rows, top: candidates, work: work)
        for (query, candidates) in zip(part, nearest) {
          if work?.isCancelled == true { throw CancellationError() }
          found.append(candidates.map(\.row))
          rescored.append(quantizer.rescored(candidates, query, in: rows, metric: search.metric).map(\.row))
        }
      }
      return [(false, found), (true, rescored)].map { isRescored, rankings in
        Point(
          form: form, isRescored: isRescored, byteCount: quantizer.byteCount,
          agreement: RankAgreement(whole, rankings.map { Array($0.prefix(depth)) }, depth: depth))
      }
    }
  }
}

extension Int {
  fileprivate func saturating(times factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
