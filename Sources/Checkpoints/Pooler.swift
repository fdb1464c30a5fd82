/// The encoder's own pooler: a dense layer and tanh that were trained with the encoder.
///
/// BERT has it (Devlin et al. 2019), and the families that came from it.
enum Pooler {
  private static let module = "pooler.dense"

  /// Whether the checkpoint has one.
  static func isPresent(in weights: WeightStore, hidden: Int) -> Bool {
    guard let name = name(in: weights) else { return false }
    return weights.shape(of: name + ".weight") == [hidden, hidden]
      && weights.shape(of: name + ".bias") == [hidden]
  }

  static func read(_ weights: WeightStore, hidden: Int) throws(CheckpointError) -> DenseLayer {
    let name = name(in: weights) ?? module
    return DenseLayer(
      folder: "", inputs: hidden, outputs: hidden,
      weights: try weights.floats(name + ".weight", shape: [hidden, hidden]),
      bias: try weights.floats(name + ".bias", shape: [hidden]), activation: .tanh)
  }

  private static func name(in weights: WeightStore) -> String? {
    let names = weights.names(endingWith: module + ".weight")
    return names.count == 1 ? names.first.map { String($0.dropLast(".weight".count)) } : nil
  }
}
