/// What a precision loses against f32: how near the vectors of some texts are to those that f32 gives.
public struct PrecisionLoss: Hashable, Sendable {
  /// The least and the mean cosine of a text's two vectors.
  public var minimum: Float
  public var mean: Float
  /// The texts that were compared.
  public var texts: Int

  public init(minimum: Float, mean: Float, texts: Int) {
    self.minimum = minimum
    self.mean = mean
    self.texts = texts
  }
}
