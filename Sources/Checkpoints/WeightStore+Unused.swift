extension WeightStore {
  /// The tensors that nothing has read and that no encoder needs, sorted: a sign that something is left out.
  ///
  /// What training leaves beside every encoder (heads over words, classifiers, stored positions and masks, a decoder, the
  /// encoder's own pooler) does not count. `read` are the names that were read.
  public func unusedTensors(read: Set<String>) -> [String] {
    names.filter { !read.contains($0) && !Self.isIgnorable($0) }
  }

  /// Path components of modules beside the encoder.
  private static let ignorableModules: Set<Substring> = [
    "cls", "lm_head", "pooler", "decoder", "classifier", "qa_outputs", "predictions", "vocab_transform",
    "vocab_layer_norm", "vocab_projector", "score", "head",
  ]

  /// Tables that are computed from the configuration.
  private static let ignorableTables = [
    "position_ids", "token_type_ids", "attn.bias", "attn.masked_bias", "attention.bias",
    "attention.masked_bias",
    "inv_freq",
  ]

  private static func isIgnorable(_ name: String) -> Bool {
    // A module beside the encoder stands at the start, behind at most three wrappers.
    if name.split(separator: ".").prefix(4).contains(where: ignorableModules.contains) { return true }
    return ignorableTables.contains { name == $0 || name.hasSuffix("." + $0) }
  }
}
