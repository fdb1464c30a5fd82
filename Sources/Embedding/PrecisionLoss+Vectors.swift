public import Kernels
public import Recipes

extension PrecisionLoss {
  /// Compares the vectors of some texts, `[texts, dimensions]`, with those of f32; nil without texts.
  ///
  /// Two vectors of zeros (texts without tokens) agree.
  public init?(_ vectors: Matrix, exact: Matrix, kernels: KernelSet) {
    precondition(
      vectors.rows == exact.rows && vectors.columns == exact.columns,
      "[\(vectors.rows), \(vectors.columns)] and [\(exact.rows), \(exact.columns)] differ")
    guard vectors.rows > 0 else { return nil }
    let rows = 0..<vectors.rows
    let lengths = zip(
      kernels.squaredNorms(vectors, rows: rows), kernels.squaredNorms(exact, rows: rows)
    ).map { (Double($0) * Double($1)).squareRoot() }
    let cosines = rows.map { row in
      lengths[row] == 0 ? 1 : Double(kernels.dot(vectors.row(row), exact.row(row))) / lengths[row]
    }
    self.init(
      minimum: Float(cosines.min() ?? 1), mean: Float(cosines.reduce(0, +) / Double(cosines.count)),
      texts: vectors.rows)
  }
}

extension TextEmbedder {
  /// Encodes texts in f32 and says what the encoding's precision loses; nil without texts and for f32 itself.
  public func loss(
    of texts: [String], _ encoding: Encoding, _ readout: Readout, priority: WorkerTeam.Priority = .bulk
  ) async throws -> PrecisionLoss? {
    guard encoding.precision != .f32 else { return nil }
    var exact = encoding
    exact.precision = .f32
    return PrecisionLoss(
      try await embed(texts, encoding, readout, priority: priority).vectors,
      exact: try await embed(texts, exact, readout, priority: priority).vectors, kernels: kernels)
  }
}
