public import Checkpoints
public import Kernels
public import Recipes
internal import Synchronization

/// A model's encoder, loaded for one set of kernels: token ids in, hidden states out.
///
/// The states of a text have the same bits alone and in any batch, and for any number of threads.
public final class Encoder: Sendable {
  /// Tokens that go through all layers together on all threads.
  private static let groupTokens = 1024
  /// Tokens that go through all layers on one thread: few enough that its states stay in the thread's own cache, enough
  /// that the weights are read seldom.
  private static let taskTokens = 112
  /// With fewer tasks for each thread the last ones would leave threads idle.
  private static let leastTasks = 4

  /// The arithmetic of the matrix products.
  public let precision: Precision
  private let shape: TransformerConfiguration
  private let kernels: KernelSet
  private let weights: WeightStore
  private let packed: PackedWeights?
  private let embeddings: Embeddings
  private let positionTables: PositionTables
  private let stack: [TransformerLayer]
  private let finalNorm: Norm?
  private let decoder: DecoderStep?
  private let spaces = Workspaces()

  /// The number of layers after the embeddings; 0 for a table of word vectors.
  public var layers: Int { stack.count }
  /// The width of a state.
  public var hidden: Int { shape.hidden }
  /// The heads of attention; 0 for a table of word vectors.
  public var heads: Int { shape.heads }
  /// The largest number of tokens that a text may have; nil where nothing limits it.
  public var positions: Int? { shape.positions }
  /// Whether the checkpoint has a decoder, whose first step `forward` can take.
  public var hasDecoder: Bool { decoder != nil }

  /// Loads the encoder of a model folder.
  ///
  /// - Parameters:
  ///   - folder: the model.
  ///   - kernels: what to compute with.
  ///   - precision: the arithmetic of the matrix products; everything else is f32.
  ///   - cacheFolder: where packed weights are kept, so that the next start maps them; nil keeps none.
  ///   - size: how many bytes of weights in half precision make a checkpoint that is used where it is mapped, in f32. It
  ///     opens without being read and takes no memory of its own; a smaller one is widened and packed, which computes
  ///     faster. In another precision every checkpoint is packed.
  /// - Throws: `unusableWeights` where a tensor is missing or does not have the shape that the configuration implies, and
  ///   `ambiguousWeights`. Tensors that the architecture does not name are left alone.
  public init(
    _ folder: ModelFolder, kernels: KernelSet = .best, precision: Precision = .f32,
    cacheFolder: String? = nil,
    mappedFrom size: Int = 64 << 20
  ) throws(EncoderError) {
    shape = folder.configuration
    self.kernels = kernels
    self.precision = precision
    weights = folder.weights
    let architecture = Architecture(shape)
    packed = cacheFolder.map {
      PackedWeights(
        folder: $0, model: folder.description.identity, parameters: folder.description.parameters,
        precision: precision, kernels: kernels)
    }
    let reader = try TensorReader(
      folder.weights, anchors: architecture.embeddings.words, isTransposed: architecture.isTransposed,
      packing: Packing(kernels: kernels, precision: precision, cache: packed), mappedFrom: size)
    embeddings = try Embeddings(architecture.embeddings, shape, reader)
    positionTables = try PositionTables(shape, architecture.attention, reader)
    var stack: [TransformerLayer] = []
    for index in 0..<shape.layers {
      stack.append(try TransformerLayer(index, of: architecture, shape, reader))
    }
    self.stack = stack
    finalNorm =
      shape.hasFinalNorm
      ? try reader.norm(
        architecture.finalNorm, shape.norm, width: shape.hidden, epsilon: shape.normEpsilon) : nil
    decoder = try DecoderStep(shape, reader)
    packed?.keep()
    // What was packed is not needed here again; the little that is comes back.
    weights.releasePages()
  }

  /// Computes the states of a batch up to the highest layer asked for.
  ///
  /// - Parameters:
  ///   - batch: the token ids, special tokens included.
  ///   - layers: the layers whose states to keep, from 0 (embeddings) to `self.layers` (after the final norm).
  ///   - attention: whether to keep the attention of every layer that is computed.
  ///   - decoder: whether to take the decoder's first step over the last layer's states.
  ///   - work: what to compute with; asked between layers whether anyone still waits.
  /// - Returns: the states, and the attention and the decoder's output if asked for.
  /// - Throws: `EncoderError` for ids, lengths and layers that the model does not have, for a decoder where there is none,
  ///   and for a file of weights that was cut meanwhile; `CancellationError`.
  public func forward(
    _ batch: TokenBatch, layers: Set<Int>, attention: Bool = false, decoder: Bool = false, work: Work
  ) throws -> EncoderOutput {
    try check(batch, layers, decoder)
    let last = decoder ? self.layers : layers.max() ?? 0
    let output = EncoderOutput(
      hiddenStates: .init(
        uniqueKeysWithValues: layers.map { ($0, Matrix(rows: batch.ids.count, columns: hidden)) }),
      attentions: attention ? batch.lengths.map { attentions(tokens: $0, layers: last) } : [],
      decoderFirst: decoder ? Matrix(rows: batch.lengths.count, columns: hidden) : nil)
    let request = Request(
      batch: batch, layers: layers, attentions: output.attentions, decoder: decoder,
      positions: tables(for: batch))
    try forward(request, work) { output.keep($0) }
    return output
  }

  /// Computes the states of a batch and hands them out, some texts at a time, while they are in the cache.
  ///
  /// As `forward(_:layers:attention:decoder:work:)`, without memory for all states. `body` is called once for each text and
  /// layer asked for, by several threads at once.
  ///
  /// - Throws: as that does.
  public func forward(
    _ batch: TokenBatch, layers: Set<Int>, decoder: Bool = false, work: Work, _ body: (LayerStates) -> Void
  ) throws {
    try check(batch, layers, decoder)
    let request = Request(
      batch: batch, layers: layers, attentions: [], decoder: decoder, positions: tables(for: batch))
    try forward(request, work, body)
  }

  /// What is computed of a batch.
  private struct Request {
    var batch: TokenBatch
    var layers: Set<Int>
    /// To be filled, by text and layer; empty for none.
    var attentions: [[Matrix]]
    var decoder: Bool
    var positions: PositionTables.Tables
  }

  private func forward(_ request: Request, _ work: Work, _ body: (LayerStates) -> Void) throws {
    let tasks = request.batch.groups(ofAtMost: Self.taskTokens)
    guard work.threads == 1 || tasks.count >= Self.leastTasks * work.threads else {
      for group in request.batch.groups(ofAtMost: Self.groupTokens) {
        try forward(request, group, work, body)
      }
      return
    }
    let failure = Mutex<(any Error)?>(nil)
    work.forEachTask(tasks.count) { index, work in
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        try forward(request, tasks[index], work, body)
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func forward(
    _ request: Request, _ group: TokenGroup, _ work: Work, _ body: (LayerStates) -> Void
  ) throws {
    let whole = spaces.take(tokens: group.tokens.count, shape)
    defer { spaces.put(whole) }
    let space = Workspace(whole, tokens: group.tokens.count)
    let pass = Pass(
      kernels: kernels, work: work, positions: request.positions, precision: precision,
      operands: space.operands)
    let lengths = Array(request.batch.lengths[group.texts])
    try checkReady(work)
    embeddings.apply(request.batch.ids[group.tokens], lengths: lengths[...], space, pass)
    handOut(space, of: group, layer: 0, request, pass, body)
    for index in 0..<(request.decoder ? layers : request.layers.max() ?? 0) {
      try checkReady(work)
      let probabilities = request.attentions.isEmpty ? [] : request.attentions[group.texts].map { $0[index] }
      stack[index].apply(space, lengths: lengths, probabilities: probabilities, pass)
      handOut(space, of: group, layer: index + 1, request, pass, body)
    }
  }

  /// Whether anyone still waits, and whether mapped weights can still be read.
  private func checkReady(_ work: Work) throws {
    try work.checkCancellation()
    do {
      try weights.checkUnchanged()
    } catch {
      throw EncoderError.unusableWeights(error)
    }
    if let packed { try packed.checkUnchanged() }
  }

  private func handOut(
    _ space: Workspace, of group: TokenGroup, layer: Int, _ request: Request, _ pass: Pass,
    _ body: (LayerStates) -> Void
  ) {
    let step = layer == layers && request.decoder ? decoder : nil
    guard request.layers.contains(layer) || step != nil else { return }
    var states = space.states
    if layer == layers, let finalNorm {
      finalNorm.apply(space.states, into: space.normed, pass)
      states = space.normed
    }
    let lengths = request.batch.lengths[group.texts]
    body(
      LayerStates(
        layer: layer, texts: group.texts, tokens: group.tokens, states: states,
        decoderFirst: step?.apply(states, lengths: Array(lengths), embeddings, pass)))
  }

  private func tables(for batch: TokenBatch) -> PositionTables.Tables {
    positionTables.tables(for: batch.lengths.max() ?? 0)
  }

  private func attentions(tokens: Int, layers: Int) -> [Matrix] {
    (0..<layers).map { _ in Matrix(rows: heads * tokens, columns: tokens) }
  }

  private func check(_ batch: TokenBatch, _ layers: Set<Int>, _ decoder: Bool) throws(EncoderError) {
    guard !decoder || hasDecoder else { throw .noDecoder(file: weights.file) }
    precondition(
      batch.lengths.allSatisfy { $0 >= 0 } && batch.lengths.reduce(0, +) == batch.ids.count,
      "\(batch.ids.count) ids for texts of \(batch.lengths) tokens")
    if let layer = layers.first(where: { !(0...self.layers ~= $0) }) {
      throw .noSuchLayer(layer: layer, last: self.layers)
    }
    var first = 0
    for (text, length) in batch.lengths.enumerated() {
      if let positions, length > positions {
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
