internal import Checkpoints
internal import Kernels

/// Attention of the tokens of a text to each other.
struct SelfAttention {
  private let projections: Linear
  /// The norms of each head's queries and keys.
  private let headNorms: (query: [Float], key: [Float])?
  private let rotation: Rotation?
  private let shape: AttentionShape
  private let hasBias: Bool
  private let epsilon: Float
  private let output: Linear

  init(
    _ layer: Int, _ names: AttentionNames, _ name: (String) -> String, _ shape: TransformerConfiguration,
    _ reader: TensorReader
  ) throws(EncoderError) {
    let (width, heads, shared) = (shape.headWidth, shape.heads, shape.keyValueHeads)
    let hasBias = shape.biases.projections
    switch names.projections {
    case .separate(let query, let key, let value):
      projections = try reader.linear(
        [(name(query), heads * width), (name(key), shared * width), (name(value), shared * width)],
        inputs: shape.hidden, hasBias: hasBias)
    case .fused(let all):
      projections = try reader.linear(
        [(name(all), (heads + 2 * shared) * width)], inputs: shape.hidden, hasBias: hasBias)
    case .fusedByHead(let all):
      projections = try reader.linear(
        [(name(all), 3 * heads * width)], inputs: shape.hidden, hasBias: hasBias,
        moves: ColumnMove.fromHeads(heads, width: width))
    }
    output = try reader.linear(
      [(name(names.output), shape.hidden)], inputs: heads * width, hasBias: shape.biases.attentionOutput)
    headNorms =
      shape.hasHeadNorms
      ? (
        try reader.norm(name(names.queryNorm), shape.norm, width: width, epsilon: 0).weight,
        try reader.norm(name(names.keyNorm), shape.norm, width: width, epsilon: 0).weight
      ) : nil
    rotation = shape.attention[layer].rotation
    self.hasBias = shape.relativeBias != nil
    epsilon = shape.normEpsilon
    self.shape = AttentionShape(
      heads: heads, keyValueHeads: shared, headWidth: width, scale: shape.attentionScale,
      window: .init(shape.attention[layer].window),
      slopes: shape.hasSlopes ? AttentionSlopes.slopes(heads: heads) : [])
  }

  /// Writes what the tokens of some texts gather from each other to `mixed`, and fills `probabilities` unless it is empty.
  func apply(
    _ input: Matrix, into mixed: Matrix, lengths: [Int], probabilities: [Matrix], _ space: Workspace,
    _ pass: Pass
  ) {
    projections.apply(input, into: space.projected, pass)
    let queries = 0..<shape.heads * shape.headWidth
    let keys = queries.upperBound..<queries.upperBound + shape.keyValueHeads * shape.headWidth
    if let headNorms {
      for (columns, weight) in [(queries, headNorms.query), (keys, headNorms.key)] {
        pass.kernels.normalizeHeads(
          space.projected, columns: columns, width: shape.headWidth, weight: weight, epsilon: epsilon,
          work: pass.work)
      }
    }
    if let rotation, let table = pass.positions.rotations[rotation] {
      pass.kernels.rotate(
        space.projected, columns: queries.lowerBound..<keys.upperBound, headWidth: shape.headWidth,
        lengths: lengths, table: table, work: pass.work)
    }
    var shape = shape
    if hasBias { shape.bias = pass.positions.bias }
    pass.kernels.attention(
      space.projected, lengths: lengths, shape, into: space.context, probabilities: probabilities,
      precision: pass.precision, work: pass.work)
    output.apply(space.context, into: mixed, pass)
  }
}

/// The feed-forward half of a layer.
struct FeedForward {
  private let up: Linear
  private let down: Linear
  private let activation: Activation
  private let isGated: Bool

  init(
    _ names: FeedForwardNames, _ name: (String) -> String, _ shape: TransformerConfiguration,
    _ reader: TensorReader
  ) throws(EncoderError) {
    let (width, hasBias) = (shape.intermediate, shape.biases.feedForward)
    let parts: [(String, Int)] =
      switch names.up {
      case .plain(let up): [(name(up), width)]
      case .gated(let gate, let up): [(name(gate), width), (name(up), width)]
      case .fusedGate(let both): [(name(both), 2 * width)]
      }
    up = try reader.linear(parts, inputs: shape.hidden, hasBias: hasBias)
    down = try reader.linear([(name(names.down), shape.hidden)], inputs: width, hasBias: hasBias)
    activation = Activation(shape.activation)
    isGated = shape.isGated
  }

  func apply(_ input: Matrix, into mixed: Matrix, _ space: Workspace, _ pass: Pass) {
    guard isGated else {
      up.apply(input, activation, inner: space.wide, then: down, into: mixed, pass)
      return
    }
    up.apply(input, into: space.wide, pass)
    pass.kernels.gate(space.wide, activation: activation, into: space.gated, work: pass.work)
    down.apply(space.gated, into: mixed, pass)
  }
}

/// A layer: attention and a feed-forward part, each added to its input, with norms where the family has them.
struct TransformerLayer {
  private let attention: SelfAttention
  private let feedForward: FeedForward
  private let placement: NormPlacement
  private let beforeAttention: Norm?
  private let afterAttention: Norm?
  private let beforeFeedForward: Norm?
  private let afterFeedForward: Norm?

  init(
    _ index: Int, of architecture: Architecture, _ shape: TransformerConfiguration, _ reader: TensorReader
  ) throws(EncoderError) {
    func name(_ part: String) -> String { "\(architecture.layers)\(index).\(part)" }
    func norm(_ part: String) throws(EncoderError) -> Norm? {
      guard !part.isEmpty else { return nil }
      return try reader.norm(name(part), shape.norm, width: shape.hidden, epsilon: shape.normEpsilon)
    }
    attention = try SelfAttention(index, architecture.attention, name, shape, reader)
    feedForward = try FeedForward(architecture.feedForward, name, shape, reader)
    placement = shape.placement
    let skipsNorm = index == 0 && shape.skipsFirstNorm
    beforeAttention = skipsNorm ? nil : try norm(architecture.norms.beforeAttention)
    afterAttention = try norm(architecture.norms.afterAttention)
    beforeFeedForward = try norm(architecture.norms.beforeFeedForward)
    afterFeedForward = try norm(architecture.norms.afterFeedForward)
  }

  /// Replaces `space.states` by the states after this layer, and fills `probabilities` unless it is empty.
  func apply(_ space: Workspace, lengths: [Int], probabilities: [Matrix], _ pass: Pass) {
    var input = normalized(space.states, beforeAttention, space, pass)
    attention.apply(
      input, into: space.mixed, lengths: lengths, probabilities: probabilities, space, pass)
    add(space.mixed, to: space.states, afterAttention, pass)
    // Parts side by side read the same normalised states.
    if placement != .parallel { input = normalized(space.states, beforeFeedForward, space, pass) }
    feedForward.apply(input, into: space.mixed, space, pass)
    add(space.mixed, to: space.states, afterFeedForward, pass)
  }

  private func normalized(_ states: Matrix, _ norm: Norm?, _ space: Workspace, _ pass: Pass) -> Matrix {
    guard let norm else { return states }
    norm.apply(states, into: space.normed, pass)
    return space.normed
  }

  /// states + part, with the norm of the sum or of the part.
  private func add(_ part: Matrix, to states: Matrix, _ norm: Norm?, _ pass: Pass) {
    if let norm, placement == .post {
      norm.apply(part, residual: states, into: states, pass)
    } else {
      norm?.apply(part, into: part, pass)
      pass.kernels.add(part, to: states, work: pass.work)
    }
  }
}

/// The matrices that a forward pass writes, for the tokens of one group.
struct Workspace {
  /// The states between layers, `[tokens, hidden]`.
  let states: Matrix
  /// Normalised states, where norms stand before the parts, `[tokens, hidden]`.
  let normed: Matrix
  /// Queries, keys and values, `[tokens, (heads + 2 · keyValueHeads) · headWidth]`.
  let projected: Matrix
  /// What attention mixed, by head, `[tokens, heads · headWidth]`.
  let context: Matrix
  /// The output of half a layer before it is added, `[tokens, hidden]`.
  let mixed: Matrix
  /// The feed-forward part's inner states, `[tokens, intermediate]`, twice as wide with a gate.
  let wide: Matrix
  /// The gated inner states, `[tokens, intermediate]`.
  let gated: Matrix
  /// For the inputs of products that are not of f32.
  let operands: OperandSpace

  /// The most tokens that there is room for.
  var tokens: Int { states.rows }
  /// What the largest parts take.
  var floats: Int { tokens * (wide.columns + projected.columns) }

  init(tokens: Int, _ shape: TransformerConfiguration) {
    let normsFirst = shape.placement != .post || shape.hasFinalNorm
    states = Matrix(rows: tokens, columns: shape.hidden)
    normed = Matrix(rows: normsFirst ? tokens : 0, columns: shape.hidden)
    projected = Matrix(
      rows: tokens, columns: (shape.heads + 2 * shape.keyValueHeads) * shape.headWidth)
    context = Matrix(rows: tokens, columns: shape.heads * shape.headWidth)
    mixed = Matrix(rows: tokens, columns: shape.hidden)
    wide = Matrix(rows: tokens, columns: shape.isGated ? 2 * shape.intermediate : shape.intermediate)
    gated = Matrix(rows: shape.isGated ? tokens : 0, columns: shape.intermediate)
    operands = OperandSpace(
      rows: tokens, columns: max(shape.hidden, shape.heads * shape.headWidth, shape.intermediate))
  }

  /// The same memory for fewer tokens.
  init(_ other: Workspace, tokens: Int) {
    func part(_ matrix: Matrix) -> Matrix { matrix.leadingRows(min(tokens, matrix.rows)) }
    states = part(other.states)
    normed = part(other.normed)
    projected = part(other.projected)
    context = part(other.context)
    mixed = part(other.mixed)
    wide = part(other.wide)
    gated = part(other.gated)
    operands = other.operands
  }
}
