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
