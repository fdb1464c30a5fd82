internal import Checkpoints
internal import Kernels

/// The first step of a decoder that attends to an encoder's states, as in T5.
///
/// Its output is the vector that Sentence-T5 calls encoder-decoder-first (Ni and others, 2021).
/// One token, the start, is decoded for each text. It sees itself alone, so that self-attention is its own value and
/// distances do not matter.
struct DecoderStep {
  private struct Layer {
    var selfNorm: Norm
    var selfValue: Linear
    var selfOutput: Linear
    var crossNorm: Norm
    var crossQuery: Linear
    /// Keys and values of the encoder's states.
    var crossProjections: Linear
    var crossOutput: Linear
    var feedForwardNorm: Norm
    var feedForward: FeedForward
  }

  private let layers: [Layer]
  private let finalNorm: Norm
  private let startTokenID: Int
  private let configuration: TransformerConfiguration
  private let shape: AttentionShape

  /// Nil where the checkpoint has no decoder.
  init?(_ shape: TransformerConfiguration, _ reader: TensorReader) throws(EncoderError) {
    guard let facts = shape.decoder, reader.contains("decoder.final_layer_norm.weight") else { return nil }
    var layers: [Layer] = []
    for index in 0..<facts.layers {
      layers.append(try Self.layer("decoder.block.\(index).", shape, reader))
    }
    self.layers = layers
    finalNorm = try reader.norm(
      "decoder.final_layer_norm", shape.norm, width: shape.hidden, epsilon: shape.normEpsilon)
    startTokenID = facts.startTokenID
    configuration = shape
    self.shape = AttentionShape(
      heads: shape.heads, keyValueHeads: shape.keyValueHeads, headWidth: shape.headWidth,
      scale: shape.attentionScale)
  }

  private static func layer(
    _ prefix: String, _ shape: TransformerConfiguration, _ reader: TensorReader
  ) throws(EncoderError) -> Layer {
    let inner = shape.heads * shape.headWidth
    func linear(_ names: [String], to outputs: Int, from inputs: Int) throws(EncoderError) -> Linear {
      try reader.linear(names.map { (prefix + $0, outputs) }, inputs: inputs, hasBias: false)
    }
    func norm(_ name: String) throws(EncoderError) -> Norm {
      try reader.norm(prefix + name, shape.norm, width: shape.hidden, epsilon: shape.normEpsilon)
    }
    let (own, cross) = ("layer.0.SelfAttention.", "layer.1.EncDecAttention.")
    return Layer(
      selfNorm: try norm("layer.0.layer_norm"),
      selfValue: try linear([own + "v"], to: inner, from: shape.hidden),
      selfOutput: try linear([own + "o"], to: shape.hidden, from: inner),
      crossNorm: try norm("layer.1.layer_norm"),
      crossQuery: try linear([cross + "q"], to: inner, from: shape.hidden),
      crossProjections: try linear([cross + "k", cross + "v"], to: inner, from: shape.hidden),
      crossOutput: try linear([cross + "o"], to: shape.hidden, from: inner),
      feedForwardNorm: try norm("layer.2.layer_norm"),
      feedForward: try FeedForward(
        Architecture.t5FeedForward("layer.2.DenseReluDense.", isGated: shape.isGated), { prefix + $0 },
        shape, reader))
  }

  /// The decoder's first output for each text, `[texts, hidden]`, over the encoder's states after the final norm.
  func apply(_ encoded: Matrix, lengths: [Int], _ embeddings: Embeddings, _ pass: Pass) -> Matrix {
    let space = Workspace(tokens: lengths.count, configuration)
    let inner = shape.heads * shape.headWidth
    let keysAndValues = Matrix(rows: encoded.rows, columns: 2 * inner)
    let query = Matrix(rows: lengths.count, columns: inner)
    for row in lengths.indices { embeddings.copyWord(startTokenID, to: row, of: space.states) }
    for layer in layers {
      layer.selfNorm.apply(space.states, into: space.normed, pass)
      layer.selfValue.apply(space.normed, into: space.context, pass)
      layer.selfOutput.apply(space.context, into: space.mixed, pass)
      pass.kernels.add(space.mixed, to: space.states, work: pass.work)
      layer.crossNorm.apply(space.states, into: space.normed, pass)
      layer.crossQuery.apply(space.normed, into: query, pass)
      layer.crossProjections.apply(encoded, into: keysAndValues, pass)
      pass.kernels.crossAttention(
        query: query, keysAndValues: keysAndValues, lengths: lengths, shape, into: space.context,
        work: pass.work)
      layer.crossOutput.apply(space.context, into: space.mixed, pass)
      pass.kernels.add(space.mixed, to: space.states, work: pass.work)
      layer.feedForwardNorm.apply(space.states, into: space.normed, pass)
      layer.feedForward.apply(space.normed, into: space.mixed, space, pass)
      pass.kernels.add(space.mixed, to: space.states, work: pass.work)
    }
    finalNorm.apply(space.states, into: space.states, pass)
    return space.states
  }
}
