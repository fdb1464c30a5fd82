public import Kernels

/// What one forward pass gave for one text.
public struct Trace: Sendable {
  public var text: PromptedText
  /// Layer → `[tokens, hidden]`; 0 is the embedding output, the last comes after the final norm.
  public var hiddenStates: [Int: Matrix]
  /// Layer by layer `[heads · tokens, tokens]`; empty unless asked for.
  public var attentions: [Matrix]
  public var heads: Int
  /// The decoder's first output, `[hidden]`; nil for a model without a decoder.
  public var decoderFirst: [Float]?
}

/// What a trace shall hold, and how large it may become.
public struct TraceRequest: Equatable, Sendable {
  /// nil for all.
  public var layers: Set<Int>?
  public var attention: Bool
  public var limitBytes: Int

  public init(layers: Set<Int>? = nil, attention: Bool = false, limitBytes: Int = 1 << 30) {
    self.layers = layers
    self.attention = attention
    self.limitBytes = limitBytes
  }

  /// The bytes that the states and maps of a text take.
  func neededBytes(tokens: Int, layers: Int, hidden: Int, heads: Int) -> Int {
    let states = (self.layers?.count ?? layers + 1) * tokens * hidden
    let maps = attention ? layers * heads * tokens * tokens : 0
    return (states + maps) * MemoryLayout<Float>.size
  }
}
