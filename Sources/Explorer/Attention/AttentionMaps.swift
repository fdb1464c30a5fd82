public import Recipes

/// The wish for the attention of every head on one text.
public struct AttentionRequest: Equatable, Sendable {
  public var text: String
  public var encoding: Encoding

  public init(text: String, encoding: Encoding) {
    self.text = text
    self.encoding = encoding
  }
}

/// The attention of every head on one text.
public struct AttentionMaps: Equatable, Sendable {
  public var tokens: [QueryTokens.Token]
  public var layers: Int
  public var heads: Int
  /// `[layers, heads, tokens, tokens]`: how much a token (row) looks at each other (column); rows sum to 1.
  public var values: [Float]

  public init(tokens: [QueryTokens.Token], layers: Int, heads: Int, values: [Float]) {
    precondition(
      values.count == layers * heads * tokens.count * tokens.count, "\(values.count) attention values")
    self.tokens = tokens
    self.layers = layers
    self.heads = heads
    self.values = values
  }

  /// The map of one head, `[tokens, tokens]`.
  public func map(layer: Int, head: Int) -> ArraySlice<Float> {
    let size = tokens.count * tokens.count
    let start = (layer * heads + head) * size
    return values[start..<start + size]
  }
}
