public import Kernels
public import Recipes

/// The vectors of all poolings of some texts at one layer, before head and normalisation.
///
/// One forward pass gives them, so that another pooling, head, dimension or metric needs no encoder.
public struct PooledVectors: Sendable {
  /// Where the row of a text is.
  public struct Place: Sendable, Hashable {
    /// Which of the parts has it; negative for none: such a row is zero.
    public var part: Int32
    /// Its row there.
    public var row: Int32

    public init(part: Int32, row: Int32) {
      self.part = part
      self.row = row
    }

    public static let none = Place(part: -1, row: 0)
  }

  /// What a row holds.
  public let layout: PooledLayout
  /// By part and plane `[rows, hidden]`; a plane that no pooling asks for is never read.
  private let parts: [[Matrix]]
  /// By text; nil where all are in the first part, in order.
  private let places: [Place]?
  private let counts: [Int32]

  /// Texts whose rows are in one matrix `[texts, hidden]` for each of the layout's planes.
  public init(planes: [Matrix], tokenCounts: [Int], layout: PooledLayout) {
    precondition(
      planes.count == layout.planeCount
        && planes.allSatisfy { $0.columns == layout.hidden && $0.rows == tokenCounts.count },
      "planes of \(planes.map { [$0.rows, $0.columns] }), expected \(layout.planeCount) × [\(tokenCounts.count), \(layout.hidden)]"
    )
    self.init(parts: [planes], places: nil, tokenCounts: tokenCounts.map { Int32($0) }, layout: layout)
  }

  /// Texts whose rows stand in several parts, such as a mapped file and what has come since.
  public init(parts: [[Matrix]], places: [Place]?, tokenCounts: [Int32], layout: PooledLayout) {
    self.parts = parts
    self.places = places
    counts = tokenCounts
    self.layout = layout
  }

  /// The number of texts.
  public var count: Int { counts.count }

  /// The number of tokens of each text.
  public var tokenCounts: [Int] { counts.map { Int($0) } }

  /// The number of tokens of one text.
  public func tokenCount(of text: Int) -> Int { Int(counts[text]) }

  /// The planes of some texts, copied: `[rows, hidden]` each.
  public func planes(rows: Range<Int>) -> [Matrix] {
    (0..<layout.planeCount).map { plane in
      let result = Matrix(rows: rows.count, columns: layout.hidden)
      for (place, row) in rows.enumerated() { copy(plane, ofText: row, to: place, of: result, column: 0) }
      return result
    }
  }

  /// Pools the states of one text in every way, as sentence-transformers' `Pooling` module does.
  ///
  /// `states` is `[tokens of the batch, hidden]`, and `rows` are the text's; `decoded` is the decoder's first
  /// output, empty without a decoder. The result is the text's rows in all planes, one after another.
  static func pool(
    _ states: Matrix, rows: Range<Int>, decoded: [Float], layout: PooledLayout, kernels: KernelSet
  ) -> [Float] {
    var row = poolings(states, rows: rows, skipping: 0, kernels: kernels)
    if layout.promptLength > 0 {
      row += poolings(states, rows: rows, skipping: min(layout.promptLength, rows.count), kernels: kernels)
    }
    return row + decoded
  }

  /// The kept poolings of the rows after the first `skipping`; zeros where none is left.
  ///
  /// Weights of the weighted mean count from the first row of the text, prompt or not.
  private static func poolings(
    _ states: Matrix,
    rows: Range<Int>,
    skipping: Int,
    kernels: KernelSet
  ) -> [Float] {
    let pooled = (rows.lowerBound + skipping)..<rows.upperBound
    guard let first = pooled.first, let last = pooled.last else {
      return [Float](repeating: 0, count: states.columns * PooledLayout.kept.count)
    }
    let count = Float(pooled.count)
    let weights = Pooling.sumOfWeights(tokens: rows.count, skipping: skipping)
    let sum = kernels.sum(states, rows: pooled)
    let weighted = kernels.weightedSum(states, rows: pooled, firstWeight: skipping + 1)
    return states.row(first) + kernels.maximum(states, rows: pooled) + sum.map { $0 / count }
      + weighted.map { $0 / weights } + states.row(last)
  }

  /// One pooling, or several concatenated, of every text.
  ///
  /// - Returns: `[texts, hidden · poolings]`.
  public func pooled(_ poolings: [Pooling], poolsPrompt: Bool) throws(EmbeddingError) -> Matrix {
    try pooled(poolings, poolsPrompt: poolsPrompt, rows: Array(0..<count))
  }

  /// One pooling, or several concatenated, of some texts; what other poolings keep is not touched.
  ///
  /// - Returns: `[rows, hidden · poolings]`.
  public func pooled(
    _ poolings: [Pooling],
    poolsPrompt: Bool,
    rows: [Int]
  ) throws(EmbeddingError) -> Matrix {
    let hidden = layout.hidden
    let result = Matrix(rows: rows.count, columns: hidden * poolings.count)
    for (position, pooling) in poolings.enumerated() {
      guard let plane = layout.plane(of: pooling, poolsPrompt: poolsPrompt) else {
        throw .poolingUnavailable(pooling)
      }
      for (place, row) in rows.enumerated() {
        let factor = pooling == .meanSqrtLen ? Float(pooledCount(row, poolsPrompt)).squareRoot() : 1
        copy(plane, ofText: row, scaledBy: factor, to: place, of: result, column: position * hidden)
      }
    }
    return result
  }

  private func copy(
    _ plane: Int, ofText text: Int, scaledBy factor: Float = 1, to row: Int, of result: Matrix, column: Int
  ) {
    let place = places.map { $0[text] } ?? Place(part: 0, row: Int32(text))
    guard place.part >= 0 else { return }
    result.copy(
      0..<layout.hidden, ofRow: Int(place.row), in: parts[Int(place.part)][plane], scaledBy: factor, to: row,
      column: column)
  }

  private func pooledCount(_ text: Int, _ poolsPrompt: Bool) -> Int {
    poolsPrompt ? tokenCount(of: text) : max(0, tokenCount(of: text) - layout.promptLength)
  }
}
