public import Checkpoints
public import Kernels

/// A model's encoder, loaded and packed for one set of kernels: token ids in, hidden states out.
///
/// The states of a text have the same bits alone and in any batch, and for any number of threads.
public final class Encoder: Sendable {
  /// Tokens that go through all layers together: enough to keep every thread busy, few enough that the states
  /// between two layers stay in the cache.
  private static let groupTokens = 1024

  private let shape: TransformerConfiguration
  private let kernels: KernelSet
  private let embeddings: Embeddings
  private let stack: [TransformerLayer]

  /// The number of layers after the embeddings.
  public var layers: Int { stack.count }
  /// The width of a state.
  public var hidden: Int { shape.hidden }
  public var heads: Int { shape.heads }
  /// The largest number of tokens that a text may have.
  public var positions: Int { shape.positions }

  /// Loads the encoder of a model folder and packs its weights.
  ///
  /// - Throws: `unusableWeights` where a tensor is missing or does not have the shape that the configuration implies, and
  ///   `ambiguousWeights`. Tensors that the architecture does not name are left alone.
  public init(_ folder: ModelFolder, kernels: KernelSet = .best) throws(EncoderError) {
    shape = folder.configuration
    self.kernels = kernels
    let architecture = Architecture(shape.family)
    let reader = try TensorReader(folder.weights, anchor: architecture.embeddings.words, kernels: kernels)
    embeddings = try Embeddings(architecture.embeddings, shape, reader)
    var stack: [TransformerLayer] = []
    for index in 0..<shape.layers {
      stack.append(try TransformerLayer(index, of: architecture, shape, reader))
    }
    self.stack = stack
  }

  /// Computes the states of a batch up to the highest layer asked for.
  ///
  /// - Parameters:
  ///   - batch: the token ids, special tokens included.
  ///   - layers: the layers whose states to keep, from 0 (embeddings) to `self.layers`.
  ///   - attention: whether to keep the attention of every layer that is computed.
  ///   - work: what to compute with; asked between layers whether anyone still waits.
  /// - Returns: the states, and the attention if asked for.
  /// - Throws: `EncoderError` for ids, lengths and layers that the model does not have; `CancellationError`.
  public func forward(
    _ batch: TokenBatch, layers: Set<Int>, attention: Bool = false, work: Work
  ) throws -> EncoderOutput {
    try check(batch, layers)
    let last = layers.max() ?? 0
    var output = EncoderOutput(
      hiddenStates: .init(
        uniqueKeysWithValues: layers.map { ($0, Matrix(rows: batch.ids.count, columns: hidden)) }),
      attentions: attention ? batch.lengths.map { attentions(tokens: $0, layers: last) } : [])
    let groups = batch.groups(ofAtMost: Self.groupTokens)
    let space = Workspace(tokens: groups.map(\.tokens.count).max() ?? 0, shape)
    for group in groups {
      try forward(batch, group, last, &output, Workspace(space, tokens: group.tokens.count), work)
    }
    return output
  }

  private func forward(
    _ batch: TokenBatch, _ group: TokenGroup, _ last: Int, _ output: inout EncoderOutput, _ space: Workspace,
    _ work: Work
  ) throws {
    let pass = Pass(kernels: kernels, work: work)
    let lengths = batch.lengths[group.texts]
    try work.checkCancellation()
    embeddings.apply(batch.ids[group.tokens], lengths: lengths, space, pass)
    keep(space.states, of: group, layer: 0, in: output)
    for index in 0..<last {
      try work.checkCancellation()
      let probabilities = output.attentions.isEmpty ? [] : output.attentions[group.texts].map { $0[index] }
      stack[index].apply(space, lengths: Array(lengths), probabilities: probabilities, pass)
      keep(space.states, of: group, layer: index + 1, in: output)
    }
  }

  private func keep(_ states: Matrix, of group: TokenGroup, layer: Int, in output: EncoderOutput) {
    guard let kept = output.hiddenStates[layer] else { return }
    for row in 0..<states.rows { kept.copyRow(row, of: states, to: group.tokens.lowerBound + row) }
  }

  private func attentions(tokens: Int, layers: Int) -> [Matrix] {
    (0..<layers).map { _ in Matrix(rows: heads * tokens, columns: tokens) }
  }

  private func check(_ batch: TokenBatch, _ layers: Set<Int>) throws(EncoderError) {
    precondition(
      batch.lengths.allSatisfy { $0 >= 0 } && batch.lengths.reduce(0, +) == batch.ids.count,
      "\(batch.ids.count) ids for texts of \(batch.lengths) tokens")
    if let layer = layers.first(where: { !(0...self.layers ~= $0) }) {
      throw .noSuchLayer(layer: layer, last: self.layers)
    }
    var first = 0
    for (text, length) in batch.lengths.enumerated() {
      guard length <= positions else {
        throw .textTooLong(text: text, tokens: length, positions: positions)
      }
      for (position, id) in batch.ids[first..<first + length].enumerated()
      where !(0..<shape.vocabulary ~= Int(id)) {
        throw .unknownToken(id: id, text: text, position: position, vocabulary: shape.vocabulary)
      }
      first += length
    }
  }
}
