public import Checkpoints
import Encoders
public import Kernels
public import Recipes
import Synchronization
public import Tokenization

/// A loaded model: text → tokens → states → pooled vectors → vector.
///
/// Follows sentence-transformers 6: prompt + text are tokenized once, truncation counts the special
/// tokens, pooling may leave out the prompt's tokens, the head follows pooling, a vector is cut before
/// it is normalised.
public final class TextEmbedder: Sendable {
  public let description: ModelDescription
  public let tokenizer: Tokenizer
  public let kernels: KernelSet
  public let team: WorkerTeam
  private let encoder: Encoder
  private let head: Head
  private let forwardPasses = Atomic<Int>(0)

  /// Loads tokenizer, weights and head.
  ///
  /// - Throws: `CheckpointError`, `TokenizationError`, `EncoderError` or `EmbeddingError`.
  public init(_ folder: ModelFolder, kernels: KernelSet = .best, team: WorkerTeam) throws {
    description = folder.description
    tokenizer = try Tokenizer(folder: folder.tokenizerPath, lowercasesFirst: folder.lowercasesFirst)
    encoder = try Encoder(folder, kernels: kernels)
    head = Head(folder.head, kernels: kernels)
    self.kernels = kernels
    self.team = team
    guard tokenizer.vocabularySize <= description.vocabulary else {
      throw EmbeddingError.vocabularyMismatch(
        model: description.name, tokenizer: tokenizer.vocabularySize, weights: description.vocabulary)
    }
  }

  /// How many texts have gone through the encoder since the model was loaded.
  public var encodedTexts: Int { forwardPasses.load(ordering: .relaxed) }

  /// The tokens that the model sees of a text under an encoding.
  ///
  /// `truncates: false` gives all tokens, whatever the encoding's length.
  public func prepare(_ text: String, _ encoding: Encoding, truncates: Bool = true) -> PromptedText {
    let string = encoding.string(of: text)
    let tokens = tokenizer.encode(string, maximumLength: truncates ? encoding.maximumLength : nil)
    return PromptedText(
      string: string, tokens: tokens,
      promptLength: min(promptLength(encoding), tokens.ids.count), limit: encoding.maximumLength)
  }

  /// The tokens of the prompt alone, less a closing special token; 0 without a prompt.
  public func promptLength(_ encoding: Encoding) -> Int {
    guard !encoding.prompt.isEmpty else { return 0 }
    let prompt = tokenizer.encode(encoding.prompt, maximumLength: encoding.maximumLength)
    return prompt.special.last == true ? prompt.ids.count - 1 : prompt.ids.count
  }

  /// One forward pass of one text, with all that the request asks for.
  ///
  /// - Throws: `EmbeddingError.traceTooLarge` before anything is allocated; `CancellationError`.
  public func trace(
    _ text: PromptedText,
    precision: Precision = .f32,
    _ request: TraceRequest = TraceRequest(),
    priority: WorkerTeam.Priority = .interactive
  ) async throws -> Trace {
    try check(precision)
    let tokens = text.tokens.ids.count
    let needed = request.neededBytes(
      tokens: tokens, layers: description.layers, hidden: description.hidden, heads: description.heads)
    guard needed <= request.limitBytes else {
      throw EmbeddingError.traceTooLarge(neededBytes: needed, limitBytes: request.limitBytes, tokens: tokens)
    }
    let layers = request.layers ?? Set(0...description.layers)
    let output = try await forward([text], layers: layers, attention: request.attention, priority) {
      output, _ in output
    }
    return Trace(text: text, hiddenStates: output.hiddenStates, attentions: output.attentions.first ?? [])
  }

  /// The pooled vectors of a traced text at one of its layers, without a forward pass.
  ///
  /// - Returns: nil when the trace does not hold the layer.
  public func pooledVectors(_ trace: Trace, layer: Int) -> PooledVectors? {
    guard let states = trace.hiddenStates[layer] else { return nil }
    let promptLength = trace.text.promptLength
    let row = PooledVectors.pool(
      states, rows: 0..<states.rows, promptLength: promptLength, kernels: kernels)
    return PooledVectors(
      values: Matrix(rows: 1, columns: row.count, values: row), tokenCounts: [states.rows],
      promptLength: promptLength, hidden: description.hidden)
  }

  /// Encodes texts and pools the states of one layer in every way.
  ///
  /// Texts are grouped by length so that nothing is padded; the result is in the order given, and no
  /// text's vectors depend on the others. `progress` is called with the number of texts done.
  public func pooledVectors(
    _ texts: [PromptedText],
    precision: Precision = .f32,
    layer: Int,
    priority: WorkerTeam.Priority = .bulk,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> PooledVectors {
    try check(precision)
    let promptLength = texts.lazy.map(\.promptLength).max() ?? 0
    let hidden = description.hidden
    let values = Matrix(
      rows: texts.count, columns: PooledVectors.width(hidden: hidden, hasPrompt: promptLength > 0))
    var done = 0
    for batch in Batches(lengths: texts.map(\.tokens.ids.count)) {
      let selected = batch.map { texts[$0] }
      let rows = try await forward(selected, layers: [layer], priority) { [kernels] output, _ in
        guard let states = output.hiddenStates[layer] else { return [[Float]]() }
        return Self.pool(states, of: selected, promptLength: promptLength, kernels: kernels)
      }
      for (index, row) in zip(batch, rows) { values.setRow(index, row) }
      done += batch.count
      progress?(done)
    }
    return PooledVectors(
      values: values, tokenCounts: texts.map(\.tokens.ids.count), promptLength: promptLength, hidden: hidden)
  }

  /// Turns pooled vectors into vectors: pooling, head, cut, normalisation.
  ///
  /// No forward pass is needed. `rows` are the texts that are asked for; nil is all.
  ///
  /// - Returns: `[texts, dimensions]`; a text without tokens has the zero vector.
  /// - Throws: `EmbeddingError.nonFiniteVector` rather than hiding a NaN.
  public func vectors(
    _ pooled: PooledVectors,
    _ readout: Readout,
    rows: [Int]? = nil,
    priority: WorkerTeam.Priority = .bulk
  ) async throws -> Matrix {
    let rows = rows ?? Array(0..<pooled.values.rows)
    var vectors = try pooled.pooled(readout.pooling, poolsPrompt: readout.poolsPrompt, rows: rows)
    if readout.appliesHead {
      vectors = try await team.perform(priority) { [head, vectors] work in
        head.apply(to: vectors, work: work)
      }
    }
    if let dimensions = readout.dimensions, dimensions < vectors.columns {
      vectors = vectors.leadingColumns(dimensions)
    }
    if readout.normalizes { kernels.normalizeRows(vectors) }
    for (index, row) in rows.enumerated() where pooled.tokenCounts[row] == 0 {
      vectors.setRow(index, [Float](repeating: 0, count: vectors.columns))
    }
    let norms = kernels.squaredNorms(vectors, rows: 0..<vectors.rows)
    if let index = norms.firstIndex(where: { !$0.isFinite }) {
      throw EmbeddingError.nonFiniteVector(model: description.name, textIndex: rows[index])
    }
    return vectors
  }

  private func check(_ precision: Precision) throws(EmbeddingError) {
    guard precision == .f32 else { throw .precisionUnavailable(precision) }
  }

  /// Runs the encoder and what follows it on the lane of the priority.
  private func forward<Result: Sendable>(
    _ texts: [PromptedText],
    layers: Set<Int>,
    attention: Bool = false,
    _ priority: WorkerTeam.Priority,
    _ body: @escaping @Sendable (EncoderOutput, Work) throws -> Result
  ) async throws -> Result {
    let batch = TokenBatch(ids: texts.flatMap(\.tokens.ids), lengths: texts.map(\.tokens.ids.count))
    forwardPasses.add(texts.count, ordering: .relaxed)
    return try await team.perform(priority) { [encoder] work in
      let output = try encoder.forward(batch, layers: layers, attention: attention, work: work)
      return try body(output, work)
    }
  }

  private static func pool(
    _ states: Matrix,
    of texts: [PromptedText],
    promptLength: Int,
    kernels: KernelSet
  ) -> [[Float]] {
    var start = 0
    var ranges: [Range<Int>] = []
    for text in texts {
      ranges.append(start..<(start + text.tokens.ids.count))
      start += text.tokens.ids.count
    }
    return ranges.map { rows in
      PooledVectors.pool(states, rows: rows, promptLength: promptLength, kernels: kernels)
    }
  }
}

/// The vectors of some texts, in the order given.
public struct Embeddings: Sendable {
  /// `[texts, dimensions]`.
  public let vectors: Matrix
  public let tokenCounts: [Int]
  public let truncated: [Bool]
}

extension TextEmbedder {
  /// The whole way of some texts: tokens, states, pooling, head, normalisation.
  ///
  /// `progress` is called with the number of texts done.
  public func embed(
    _ texts: [String],
    _ encoding: Encoding,
    _ readout: Readout,
    priority: WorkerTeam.Priority = .bulk,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> Embeddings {
    let prepared = texts.map { prepare($0, encoding) }
    let pooled = try await pooledVectors(
      prepared, precision: encoding.precision, layer: readout.layer, priority: priority, progress: progress)
    return Embeddings(
      vectors: try await vectors(pooled, readout, priority: priority), tokenCounts: pooled.tokenCounts,
      truncated: prepared.map(\.tokens.isTruncated))
  }
}

extension Embeddings {
  /// Puts parts together again: row `i` of a part stands at `rows[i]`.
  public init(joining parts: [(rows: [Int], result: Embeddings)], count: Int) {
    let vectors = Matrix(rows: count, columns: parts.first?.result.vectors.columns ?? 0)
    var tokenCounts = [Int](repeating: 0, count: count)
    var truncated = [Bool](repeating: false, count: count)
    for part in parts {
      for (index, row) in part.rows.enumerated() {
        vectors.setRow(row, part.result.vectors.row(index))
        tokenCounts[row] = part.result.tokenCounts[index]
        truncated[row] = part.result.truncated[index]
      }
    }
    self.init(vectors: vectors, tokenCounts: tokenCounts, truncated: truncated)
  }
}
