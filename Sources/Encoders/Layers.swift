internal import Checkpoints
internal import Kernels

/// What the layers of one forward pass compute with.
struct Pass {
  let kernels: KernelSet
  let work: Work
}

/// x·Wᵀ + b.
struct Linear {
  var weights: PackedMatrix
  var bias: [Float]

  func apply(_ input: Matrix, _ activation: Activation = .identity, into output: Matrix, _ pass: Pass) {
    pass.kernels.linear(input, weights, bias: bias, activation: activation, into: output, work: pass.work)
  }
}

/// Layer normalisation of a part's output added to its input.
struct Norm {
  var weight: [Float]
  var bias: [Float]
  var epsilon: Float

  func apply(_ input: Matrix, residual: Matrix, into output: Matrix, _ pass: Pass) {
    pass.kernels.layerNorm(
      input, residual: residual, weight: weight, bias: bias, epsilon: epsilon, into: output, work: pass.work)
  }
}

/// A token's word, position and type, added up and normalised.
struct Embeddings {
  private let words: Matrix
  /// With the first token type's row added to each.
  private let positions: Matrix
  private let norm: Norm

  init(_ names: EmbeddingNames, _ shape: TransformerConfiguration, _ reader: TensorReader)
    throws(EncoderError)
  {
    words = try reader.table(names.words, rows: shape.vocabulary, columns: shape.hidden)
    positions = try reader.table(names.positions, rows: shape.positions, columns: shape.hidden)
    let type = try reader.table(names.tokenTypes, rows: shape.tokenTypes, columns: shape.hidden).row(0)
    for index in 0..<positions.rows {
      positions.setRow(index, zip(positions.row(index), type).map { $0 + $1 })
    }
    norm = try reader.norm(names.norm, width: shape.hidden, epsilon: shape.normEpsilon)
  }

  /// Writes the first states of some texts to `space.states`.
  func apply(_ ids: ArraySlice<Int32>, lengths: ArraySlice<Int>, _ space: Workspace, _ pass: Pass) {
    for (row, id) in ids.enumerated() { space.states.copyRow(Int(id), of: words, to: row) }
    var row = 0
    for length in lengths {
      for position in 0..<length { space.mixed.copyRow(position, of: positions, to: row + position) }
      row += length
    }
    norm.apply(space.states, residual: space.mixed, into: space.states, pass)
  }
}

/// A layer with its norms after attention and after the feed-forward part.
struct TransformerLayer {
  private let heads: Int
  private let projections: Linear  // Queries, keys and values at once.
  private let attentionOutput: Linear
  private let attentionNorm: Norm
  private let activation: Activation
  private let up: Linear
  private let down: Linear
  private let outputNorm: Norm

  init(
    _ index: Int, of architecture: Architecture, _ shape: TransformerConfiguration, _ reader: TensorReader
  ) throws(EncoderError) {
    func name(_ part: String) -> String { "\(architecture.layers)\(index).\(part)" }
    let (attention, feedForward) = (architecture.attention, architecture.feedForward)
    let hidden = shape.hidden
    heads = shape.heads
    activation = Activation(shape.activation)
    projections = try reader.linear(
      [name(attention.query), name(attention.key), name(attention.value)], inputs: hidden, outputs: hidden)
    attentionOutput = try reader.linear([name(attention.output)], inputs: hidden, outputs: hidden)
    attentionNorm = try reader.norm(name(attention.norm), width: hidden, epsilon: shape.normEpsilon)
    up = try reader.linear([name(feedForward.up)], inputs: hidden, outputs: shape.intermediate)
    down = try reader.linear([name(feedForward.down)], inputs: shape.intermediate, outputs: hidden)
    outputNorm = try reader.norm(name(feedForward.norm), width: hidden, epsilon: shape.normEpsilon)
  }

  /// Replaces `space.states` by the states after this layer, and fills `probabilities` unless it is empty.
  func apply(_ space: Workspace, lengths: [Int], probabilities: [Matrix], _ pass: Pass) {
    projections.apply(space.states, into: space.projected, pass)
    let headWidth = space.states.columns / heads
    pass.kernels.attention(
      space.projected, lengths: lengths, AttentionShape(heads: heads, headWidth: headWidth),
      into: space.context, probabilities: probabilities, work: pass.work)
    attentionOutput.apply(space.context, into: space.mixed, pass)
    attentionNorm.apply(space.mixed, residual: space.states, into: space.states, pass)
    up.apply(space.states, activation, into: space.wide, pass)
    down.apply(space.wide, into: space.mixed, pass)
    outputNorm.apply(space.mixed, residual: space.states, into: space.states, pass)
  }
}

/// The matrices that a forward pass writes, for the tokens of one group.
struct Workspace {
  /// The states between layers, `[tokens, hidden]`.
  let states: Matrix
  /// Queries, keys and values, `[tokens, 3 · hidden]`.
  let projected: Matrix
  /// What attention mixed, by head, `[tokens, hidden]`.
  let context: Matrix
  /// The output of half a layer before its norm, `[tokens, hidden]`.
  let mixed: Matrix
  /// The feed-forward part's inner states, `[tokens, intermediate]`.
  let wide: Matrix

  init(tokens: Int, _ shape: TransformerConfiguration) {
    states = Matrix(rows: tokens, columns: shape.hidden)
    projected = Matrix(rows: tokens, columns: 3 * shape.hidden)
    context = Matrix(rows: tokens, columns: shape.hidden)
    mixed = Matrix(rows: tokens, columns: shape.hidden)
    wide = Matrix(rows: tokens, columns: shape.intermediate)
  }

  /// The same memory for fewer tokens.
  init(_ other: Workspace, tokens: Int) {
    states = other.states.leadingRows(tokens)
    projected = other.projected.leadingRows(tokens)
    context = other.context.leadingRows(tokens)
    mixed = other.mixed.leadingRows(tokens)
    wide = other.wide.leadingRows(tokens)
  }
}
