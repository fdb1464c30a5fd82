public import Kernels
public import Recipes
import Tokenization

/// The vector of a text as a sum: a part for each token, and what the head adds to every text.
public struct VectorParts: Sendable {
  /// `[tokens, dimensions]`; zeros for a token that is not pooled.
  public let tokens: Matrix
  /// `[dimensions]`: the head's biases.
  public let bias: [Float]
}

extension TextEmbedder {
  /// One forward pass that keeps what a readout needs and nothing else.
  ///
  /// - Throws: As `trace`.
  public func trace(
    _ text: PromptedText,
    precision: Precision = .f32,
    for readout: Readout,
    priority: WorkerTeam.Priority = .interactive
  ) async throws -> Trace {
    let layer = try encoderLayer(readout, route: text.route)
    return try await trace(text, precision: precision, TraceRequest(layers: [layer]), priority: priority)
  }

  /// The layer of a route's encoder that a readout reads; at 0 no token's state has seen another token.
  public func encoderLayer(_ readout: Readout, route: String? = nil) throws(EmbeddingError) -> Int {
    try pipeline(route).layer(readout.layer, last: description.layers)
  }

  /// Why the vectors of a readout are not sums over tokens, in words; nil where they are.
  ///
  /// Lengths by which vectors are divided count as fixed, so that normalisation does not stand in the way.
  public func nonlinearity(_ readout: Readout, route: String? = nil) -> String? {
    let tail = tail(readout, route: route)
    return tail.pooling.lazy.compactMap(\.nonlinearity).first ?? tail.head?.nonlinearity
  }

  /// Which tokens' own states a readout pools.
  public func pooledTokens(_ text: PromptedText, _ readout: Readout) -> [Bool] {
    let tokens = text.tokens.ids.count
    let taken = tail(readout, route: text.route).pooling.map {
      $0.takes(tokens: tokens, skipping: skipped(text, readout))
    }
    return (0..<tokens).map { token in taken.contains { $0[token] } }
  }

  /// The vector of a traced text, taken apart by tokens.
  ///
  /// Parts and bias add up to the vector that `vectors` gives, to rounding error.
  ///
  /// - Returns: nil for a readout that has a `nonlinearity`, and when the trace does not hold its layer.
  public func parts(
    _ trace: Trace, _ readout: Readout, priority: WorkerTeam.Priority = .interactive
  ) async throws -> VectorParts? {
    let text = trace.text
    let tail = tail(readout, route: text.route)
    guard nonlinearity(readout, route: text.route) == nil, let states = try states(trace, readout),
      let pooled = try pooledVectors(trace, layer: readout.layer)
    else { return nil }
    let (tokens, hidden) = (states.rows, states.columns)
    // The parts, the bias (none yet), the whole.
    var sum = Matrix(rows: tokens + 2, columns: hidden * tail.pooling.count)
    for (position, pooling) in tail.pooling.enumerated() {
      let weights = pooling.weights(tokens: tokens, skipping: skipped(text, readout)) ?? []
      for (token, weight) in weights.enumerated() where weight != 0 {
        sum.copy(
          0..<hidden, ofRow: token, in: states, scaledBy: weight, to: token, column: position * hidden)
      }
    }
    sum.copyRow(0, of: try pooled.pooled(tail.pooling, poolsPrompt: readout.poolsPrompt), to: tokens + 1)
    if let head = tail.head {
      sum = try await team.perform(priority) { [sum] work in head.apply(toParts: sum, work: work) }
    }
    if let dimensions = readout.dimensions, dimensions < sum.columns {
      sum = sum.leadingColumns(dimensions)
    }
    if tail.normalizes { kernels.normalizeRows(sum, by: tokens + 1) }
    // A text without tokens has the zero vector, whatever the head adds to others.
    let bias = tokens == 0 ? [Float](repeating: 0, count: sum.columns) : sum.row(tokens)
    return VectorParts(tokens: sum.rows(0..<tokens), bias: bias)
  }

  /// The vectors that a readout would make of the states of a text's first tokens, each pooled alone.
  ///
  /// Every pooling takes a single state as it is; where the decoder's output is pooled, the state stands for it.
  ///
  /// - Returns: `[min(tokens, limit), dimensions]`; nil when the trace does not hold the readout's layer.
  /// - Throws: As `vectors`, with the token's place for the text's.
  public func tokenVectors(
    _ trace: Trace, _ readout: Readout, limit: Int, priority: WorkerTeam.Priority = .interactive
  ) async throws -> Matrix? {
    guard let states = try states(trace, readout) else { return nil }
    let layout = PooledLayout(hidden: states.columns, hasDecoder: true, route: trace.text.route)
    let tokens = min(states.rows, limit)
    let planes = [Matrix](repeating: states.leadingRows(tokens), count: layout.planeCount)
    return try await vectors(
      PooledVectors(planes: planes, tokenCounts: [Int](repeating: 1, count: tokens), layout: layout), readout,
      priority: priority)
  }

  /// The states that a readout pools; nil when the trace does not hold its layer.
  private func states(_ trace: Trace, _ readout: Readout) throws(EmbeddingError) -> Matrix? {
    trace.hiddenStates[try encoderLayer(readout, route: trace.text.route)]
  }

  /// How many leading tokens of a text a readout leaves out of pooling.
  private func skipped(_ text: PromptedText, _ readout: Readout) -> Int {
    readout.poolsPrompt ? 0 : min(text.promptLength, text.tokens.ids.count)
  }
}
