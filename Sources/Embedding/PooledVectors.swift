public import Kernels
public import Recipes

/// The vectors of all poolings of some texts at one layer, before head and normalisation.
///
/// One forward pass gives them, so that another pooling, head, dimension or metric needs no encoder.
public struct PooledVectors: Sendable {
  /// `[texts, layout.width]`.
  public let values: Matrix
  /// The number of tokens of each text.
  public let tokenCounts: [Int]
  /// What a row holds.
  public let layout: PooledLayout

  public init(values: Matrix, tokenCounts: [Int], layout: PooledLayout) {
    precondition(
      values.columns == layout.width && values.rows == tokenCounts.count,
      "pooled vectors are [\(values.rows), \(values.columns)], expected [\(tokenCounts.count), \(layout.width)]"
    )
    self.values = values
    self.tokenCounts = tokenCounts
    self.layout = layout
  }

  /// Pools the states of one text in every way, as sentence-transformers' `Pooling` module does.
  ///
  /// `states` is `[tokens of the batch, hidden]`, and `rows` are the text's; `decoded` is the decoder's first
  /// output, empty without a decoder. The result is one row of `values`.
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
    try pooled(poolings, poolsPrompt: poolsPrompt, rows: Array(0..<values.rows))
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
      guard let columns = layout.columns(of: pooling, poolsPrompt: poolsPrompt) else {
        throw .poolingUnavailable(pooling)
      }
      for (place, row) in rows.enumerated() {
        let factor = pooling == .meanSqrtLen ? Float(pooledCount(row, poolsPrompt)).squareRoot() : 1
        result.copy(columns, ofRow: row, in: values, scaledBy: factor, to: place, column: position * hidden)
      }
    }
    return result
  }

  private func pooledCount(_ text: Int, _ poolsPrompt: Bool) -> Int {
    poolsPrompt ? tokenCounts[text] : max(0, tokenCounts[text] - layout.promptLength)
  }
}
