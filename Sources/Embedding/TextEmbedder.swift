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
  public let kernels: KernelSet
  public let team: WorkerTeam
  /// By route; nil is the only key of a model that has one encoder for all texts.
  private let pipelines: [String?: Pipeline]
  private let main: Pipeline
  private let forwardPasses = Atomic<Int>(0)

  /// Loads tokenizer, weights and head.
  ///
  /// The weights are packed for `precision`; those of other precisions follow when they are first asked for. Parsed
  /// tokenizers and packed weights are kept in `cacheFolder` for the next start; nil keeps none.
  ///
  /// - Throws: `CheckpointError`, `TokenizationError`, `EncoderError` or `EmbeddingError`.
  public init(
    _ folder: ModelFolder, kernels: KernelSet = .best, precision: Precision = .f32, team: WorkerTeam,
    cacheFolder: String? = nil
  ) throws {
    self.kernels = kernels
    self.team = team
    var pipelines: [String?: Pipeline] = [:]
    for route in folder.routes {
      pipelines[route.name] = try Pipeline(
        route.folder, kernels: kernels, precision: precision, cacheFolder: cacheFolder)
    }
    main =
      try folder.routes.first.flatMap { pipelines[$0.name] }
      ?? Pipeline(folder, kernels: kernels, precision: precision, cacheFolder: cacheFolder)
    pipelines[nil] = main
    self.pipelines = pipelines
    var description = folder.description
    description.closesTexts = pipelines.values.allSatisfy(\.closesTexts)
    self.description = description
  }

  /// The tokenizer that texts of an encoding go through.
  public func tokenizer(_ encoding: Encoding) -> Tokenizer { pipeline(encoding.route).tokenizer }

  /// The pipeline of a route; recipes name only routes that the model has.
  func pipeline(_ route: String?) -> Pipeline { pipelines[route] ?? main }

  /// How many texts have gone through the encoder since the model was loaded.
  public var encodedTexts: Int { forwardPasses.load(ordering: .relaxed) }

  /// The tokens that the model sees of a text under an encoding.
  ///
  /// `truncates: false` gives all tokens, whatever the encoding's length.
  public func prepare(_ text: String, _ encoding: Encoding, truncates: Bool = true) -> PromptedText {
    let string = encoding.string(of: text)
    let pipeline = pipeline(encoding.route)
    let tokens = pipeline.tokens(string, encoding, truncates: truncates)
    return PromptedText(
      string: string, tokens: tokens, promptLength: min(pipeline.promptLength(encoding), tokens.ids.count),
      limit: encoding.maximumLength, route: encoding.route)
  }

  /// What a row of pooled vectors holds under an encoding, at one of the model's layers.
  public func layout(_ encoding: Encoding, layer: Int) -> PooledLayout {
    let pipeline = pipeline(encoding.route)
    return PooledLayout(
      hidden: pipeline.encoder.hidden, promptLength: pipeline.promptLength(encoding),
      hasDecoder: pipeline.encoder.hasDecoder && layer == description.layers, route: encoding.route)
  }

  /// One forward pass of one text, with all that the request asks for.
  ///
  /// - Throws: `EmbeddingError.traceTooLarge` before anything is allocated, `nonFiniteVector` for states with NaN or
  ///   infinity; `CancellationError`.
  public func trace(
    _ text: PromptedText,
    precision: Precision = .f32,
    _ request: TraceRequest = TraceRequest(),
    priority: WorkerTeam.Priority = .interactive
  ) async throws -> Trace {
    let tokens = text.tokens.ids.count
    let encoder = pipeline(text.route).encoder
    let needed = request.neededBytes(
      tokens: tokens, layers: encoder.layers, hidden: encoder.hidden, heads: encoder.heads)
    guard needed <= request.limitBytes else {
      throw EmbeddingError.traceTooLarge(neededBytes: needed, limitBytes: request.limitBytes, tokens: tokens)
    }
    let layers = request.layers ?? Set(0...encoder.layers)
    let output = try await forward([text], precision, priority) { encoder, batch, work in
      try encoder.forward(
        batch, layers: layers, attention: request.attention,
        decoder: encoder.hasDecoder && layers.contains(encoder.layers), work: work)
    }
    for states in output.hiddenStates.values {
      guard kernels.squaredNorms(states, rows: 0..<states.rows).allSatisfy(\.isFinite) else {
        throw EmbeddingError.nonFiniteVector(model: description.name, textIndex: 0)
      }
    }
    return Trace(
      text: text, hiddenStates: output.hiddenStates, attentions: output.attentions.first ?? [],
      heads: encoder.heads,
      decoderFirst: output.decoderFirst?.row(0))
  }

  /// The pooled vectors of a traced text at one of its layers, without a forward pass.
  ///
  /// - Returns: nil when the trace does not hold the layer.
  public func pooledVectors(_ trace: Trace, layer: Int) throws(EmbeddingError) -> PooledVectors? {
    let pipeline = pipeline(trace.text.route)
    guard let states = trace.hiddenStates[try pipeline.layer(layer, last: description.layers)] else {
      return nil
    }
    let decoded = layer == description.layers ? trace.decoderFirst : nil
    let layout = PooledLayout(
      hidden: states.columns, promptLength: trace.text.promptLength, hasDecoder: decoded != nil,
      route: trace.text.route)
    let row = PooledVectors.pool(
      states, rows: 0..<states.rows, decoded: decoded ?? [], layout: layout, kernels: kernels)
    let planes = (0..<layout.planeCount).map { plane in
      Matrix(rows: 1, columns: layout.hidden, values: Array(row[layout.columns(of: plane)]))
    }
    return PooledVectors(planes: planes, tokenCounts: [states.rows], layout: layout)
  }

  /// Encodes texts and pools the states of one layer in every way.
  ///
  /// Texts are grouped by length so that nothing is padded; the result is in the order given, and no
  /// text's vectors depend on the others. `progress` is called with the number of texts done, on any thread.
  public func pooledVectors(
    _ texts: [PromptedText],
    _ encoding: Encoding,
    layer: Int,
    priority: WorkerTeam.Priority = .bulk,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> PooledVectors {
    let pooled = try await pooledVectors(
      texts, encoding, layers: [layer], priority: priority, progress: progress)
    return pooled[0]
  }

  /// Encodes texts once and pools the states of several layers in every way.
  ///
  /// As `pooledVectors(_:_:layer:priority:progress:)`; the result is in the order of the layers asked for.
  /// `batchTokens` is how many tokens go through the encoder together, about; it changes the speed alone.
  public func pooledVectors(
    _ texts: [PromptedText],
    _ encoding: Encoding,
    layers: [Int],
    batchTokens: Int? = nil,
    priority: WorkerTeam.Priority = .bulk,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [PooledVectors] {
    let layouts = layers.map { layout(encoding, layer: $0) }
    let own = try layers.map { layer throws(EmbeddingError) in
      try pipeline(encoding.route).layer(layer, last: description.layers)
    }
    let values = layouts.map { layout in
      (0..<layout.planeCount).map { _ in Matrix(rows: texts.count, columns: layout.hidden) }
    }
    let pooling = BatchPooling(layers: own, layouts: layouts, values: values, kernels: kernels)
    let done = Mutex(0)
    for batch in Batches(lengths: texts.map(\.tokens.ids.count), budget: batchTokens) {
      try await forward(batch.map { texts[$0] }, encoding.precision, priority) { encoder, tokens, work in
        try encoder.forward(tokens, layers: Set(own), decoder: pooling.decodes, work: work) { part in
          pooling.pool(part, of: tokens, rows: batch)
          guard let progress, part.layer == own.max() else { return }
          done.withLock {
            $0 += part.texts.count
            progress($0)
          }
        }
      }
    }
    let counts = texts.map(\.tokens.ids.count)
    return zip(values, layouts).map { PooledVectors(planes: $0, tokenCounts: counts, layout: $1) }
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
    let rows = rows ?? Array(0..<pooled.count)
    let tail = tail(readout, route: pooled.layout.route)
    var vectors = try pooled.pooled(tail.pooling, poolsPrompt: readout.poolsPrompt, rows: rows)
    if let head = tail.head {
      vectors = try await team.perform(priority) { [vectors] work in head.apply(to: vectors, work: work) }
    }
    if let dimensions = readout.dimensions, dimensions < vectors.columns {
      vectors = vectors.leadingColumns(dimensions)
    }
    if tail.normalizes { kernels.normalizeRows(vectors) }
    for (index, row) in rows.enumerated() where pooled.tokenCount(of: row) == 0 {
      vectors.setRow(index, [Float](repeating: 0, count: vectors.columns))
    }
    let norms = kernels.squaredNorms(vectors, rows: 0..<vectors.rows)
    if let index = norms.firstIndex(where: { !$0.isFinite }) {
      throw EmbeddingError.nonFiniteVector(model: description.name, textIndex: rows[index])
    }
    return vectors
  }

  /// What a readout means for the texts of a route.
  ///
  /// The encoders of one model may pool, project and normalise in different ways, as each declares.
  func tail(_ readout: Readout, route: String?) -> (pooling: [Pooling], head: Head?, normalizes: Bool) {
    let pipeline = pipeline(route)
    let (declared, own) = (description, pipeline.description)
    let head = readout.head == declared.declaredHead ? own.declaredHead : readout.head
    return (
      pooling: readout.pooling == declared.pooling.value ? own.pooling.value : readout.pooling,
      head: pipeline.head(head),
      normalizes: readout.normalizes == declared.normalizes.value ? own.normalizes.value : readout.normalizes
    )
  }

  /// Runs the encoder of some texts' route on the lane of the priority.
  private func forward<Result: Sendable>(
    _ texts: [PromptedText],
    _ precision: Precision,
    _ priority: WorkerTeam.Priority,
    _ body: @escaping @Sendable (Encoder, TokenBatch, Work) throws -> Result
  ) async throws -> Result {
    let batch = TokenBatch(ids: texts.flatMap(\.tokens.ids), lengths: texts.map(\.tokens.ids.count))
    forwardPasses.add(texts.count, ordering: .relaxed)
    let pipeline = pipeline(texts.first?.route)
    return try await team.perform(priority) { work in try body(try pipeline.encoder(precision), batch, work) }
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
  /// `batchTokens` is how many tokens go through the encoder together, about; nil is the best choice known.
  /// `progress` is called with the number of texts done.
  public func embed(
    _ texts: [String],
    _ encoding: Encoding,
    _ readout: Readout,
    batchTokens: Int? = nil,
    priority: WorkerTeam.Priority = .bulk,
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> Embeddings {
    let prepared = texts.map { prepare($0, encoding) }
    let pooled = try await pooledVectors(
      prepared, encoding, layers: [readout.layer], batchTokens: batchTokens, priority: priority,
      progress: progress)[0]
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
