public import Kernels

/// What one forward pass of a batch gave.
public struct EncoderOutput: Sendable {
  /// The states after each layer that was asked for, `[tokens of the batch, hidden]`.
  ///
  /// Layer 0 is the output of the embeddings, after their norm if they have one; the last one is what the model returns,
  /// after the final norm; those between are raw.
  public var hiddenStates: [Int: Matrix]

  /// The attention of each text in each layer that was computed, `[heads · tokens, tokens]`; empty unless asked for.
  ///
  /// The first index is the text, the second the layer, from 0; row h · tokens + q is query q in head h,
  /// with zeros where it may not look.
  public var attentions: [[Matrix]]

  /// The decoder's first output for each text, `[texts, hidden]`; nil unless asked for.
  public var decoderFirst: Matrix?
}

extension EncoderOutput {
  /// Takes the states of some texts.
  func keep(_ part: LayerStates) {
    if let kept = hiddenStates[part.layer] {
      for row in 0..<part.states.rows { kept.copyRow(row, of: part.states, to: part.tokens.lowerBound + row) }
    }
    guard let first = part.decoderFirst, let kept = decoderFirst else { return }
    for row in 0..<first.rows { kept.copyRow(row, of: first, to: part.texts.lowerBound + row) }
  }
}

/// The states of some texts of a batch after a layer, for the time of the call that hands them out.
public struct LayerStates {
  public let layer: Int
  /// The texts, of those of the batch.
  public let texts: Range<Int>
  /// Their tokens, of those of the batch.
  public let tokens: Range<Int>
  /// `[tokens, hidden]`; written again after the call.
  public let states: Matrix
  /// The decoder's first output for each of the texts, `[texts, hidden]`; after the last layer, if asked for.
  public let decoderFirst: Matrix?
}
