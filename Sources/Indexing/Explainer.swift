public import Embedding
public import Kernels
public import Recipes
import Retrieval
import Tokenization

/// Explains scores by tokens.
///
/// Where the score is a sum over tokens (a mean, a head without activation, cosine or dot) it is taken apart exactly; else
/// each token is left out in turn.
public struct Explainer: Sendable {
  /// How much is computed for long texts; what is left out is in `Explanation.notes`.
  public struct Limits: Equatable, Sendable {
    /// The tokens of a side that are left out one by one; each costs a forward pass of the text.
    public var leaveOneOutTokens: Int
    /// The tokens of a side in the matrices.
    public var matrixTokens: Int

    public init(leaveOneOutTokens: Int = 128, matrixTokens: Int = 512) {
      self.leaveOneOutTokens = leaveOneOutTokens
      self.matrixTokens = matrixTokens
    }
  }

  let embedder: TextEmbedder
  let limits: Limits

  public init(_ embedder: TextEmbedder, limits: Limits = Limits()) {
    self.embedder = embedder
    self.limits = limits
  }

  /// Explains the score of a query and a document.
  ///
  /// - Throws: As for two traces.
  public func explain(
    query: String, document: String, recipe: Recipe, priority: WorkerTeam.Priority = .interactive
  ) async throws -> Explanation {
    try await explain(
      query: try await trace(embedder.prepare(query, recipe.queries), recipe.queries, recipe, priority),
      document: try await trace(
        embedder.prepare(document, recipe.documents), recipe.documents, recipe, priority),
      recipe: recipe, priority: priority)
  }

  /// Explains the score of two traced texts.
  ///
  /// The traces are of the recipe's encodings; one that does not hold the recipe's layer is made again. By leave-one-out
  /// the query's tokens come first; a document's are always bulk work, so that no key waits for them.
  ///
  /// - Throws: `EmbeddingError`, `EncoderError`; `CancellationError` soon after the task is cancelled.
  public func explain(
    query: Trace, document: Trace, recipe: Recipe, priority: WorkerTeam.Priority = .interactive
  ) async throws -> Explanation {
    let readout = recipe.readout
    let queryText = try await ExplainedText(
      complete(query, recipe.queries, recipe, priority), readout, embedder, priority)
    let documentText = try await ExplainedText(
      complete(document, recipe.documents, recipe, priority), readout, embedder, priority)
    let widths = (query: queryText.vector.columns, document: documentText.vector.columns)
    guard widths.query == widths.document else {
      throw EmbeddingError.widthsDiffer(query: widths.query, document: widths.document)
    }
    let similarities = try await similarities(queryText, documentText, readout, priority)
    var explanation = Explanation(
      score: score(queryText.vector, documentText.vector, recipe.metric), metric: recipe.metric,
      method: method(recipe), query: try side(queryText, recipe.queries, readout),
      document: try side(documentText, recipe.documents, readout), similarities: similarities, biasOfBoth: 0,
      notes: [])
    switch explanation.method {
    case .linear:
      try await addLinearShares(to: &explanation, queryText, documentText, readout, priority)
    case .leaveOneOut:
      try await addLeaveOneOutShares(to: &explanation, queryText, documentText, recipe, priority)
    }
    explanation.notes += notes(explanation, queryText, documentText)
    return explanation
  }

  /// The score as a search computes it, of one row each.
  func score(_ query: Matrix, _ document: Matrix, _ metric: Metric) -> Float {
    Retrieval.similarities(query, document, metric: metric, kernels: embedder.kernels).row(0)[0]
  }

  private func method(_ recipe: Recipe) -> Explanation.Method {
    switch recipe.metric {
    case .euclidean, .manhattan:
      return .leaveOneOut(reason: "a \(recipe.metric.rawValue) distance is no sum over tokens")
    case .cosine, .dot: break
    }
    for route in [recipe.queries.route, recipe.documents.route] {
      guard let reason = embedder.nonlinearity(recipe.readout, route: route) else { continue }
      let isShared = recipe.queries.route == recipe.documents.route
      return .leaveOneOut(reason: isShared ? reason : "\(route ?? ""): \(reason)")
    }
    return .linear
  }

  private func trace(
    _ text: PromptedText, _ encoding: Encoding, _ recipe: Recipe, _ priority: WorkerTeam.Priority
  ) async throws -> Trace {
    try await embedder.trace(text, precision: encoding.precision, for: recipe.readout, priority: priority)
  }

  /// The trace itself where it holds the layer that the recipe reads.
  private func complete(
    _ trace: Trace, _ encoding: Encoding, _ recipe: Recipe, _ priority: WorkerTeam.Priority
  ) async throws -> Trace {
    if try embedder.pooledVectors(trace, layer: recipe.readout.layer) != nil { return trace }
    return try await self.trace(trace.text, encoding, recipe, priority)
  }

  private func similarities(
    _ query: ExplainedText, _ document: ExplainedText, _ readout: Readout, _ priority: WorkerTeam.Priority
  ) async throws -> Matrix {
    let limit = limits.matrixTokens
    let rows = try await embedder.tokenVectors(query.trace, readout, limit: limit, priority: priority)
    let columns = try await embedder.tokenVectors(document.trace, readout, limit: limit, priority: priority)
    guard let rows, let columns else { return Matrix(rows: 0, columns: 0) }
    let kernels = embedder.kernels
    return try await embedder.team.perform(priority) { work in
      Retrieval.similarities(rows, columns, metric: .cosine, kernels: kernels, work: work)
    }
  }

  private func side(
    _ text: ExplainedText, _ encoding: Encoding, _ readout: Readout
  ) throws(EmbeddingError) -> Explanation.Side {
    let tokens = text.trace.text.tokens
    let pooled = embedder.pooledTokens(text.trace.text, readout)
    let isMixed = try embedder.encoderLayer(readout, route: text.trace.text.route) > 0
    let unknown = embedder.tokenizer(encoding).unknownID
    return Explanation.Side(
      string: text.trace.text.string,
      tokens: tokens.ids.indices.map { index in
        Explanation.Token(
          text: tokens.tokens[index], id: tokens.ids[index], offsets: tokens.offsets[index],
          isSpecial: tokens.special[index], isUnknown: tokens.ids[index] == unknown,
          isPrompt: index < text.trace.text.promptLength && !tokens.special[index],
          use: pooled[index] ? .pooled : isMixed ? .attended : .neither, hasShare: false)
      },
      shares: [Float](repeating: 0, count: tokens.ids.count), bias: 0, residual: 0,
      limit: text.trace.text.limit, totalCount: tokens.totalCount,
      droppedText: tokens.droppedText(of: text.trace.text.string))
  }

  private func notes(
    _ explanation: Explanation, _ query: ExplainedText, _ document: ExplainedText
  ) -> [String] {
    var notes: [String] = []
    for (name, text) in [("query", query), ("document", document)] {
      let tokens = text.trace.text.tokens.ids.count
      if tokens == 0 {
        notes.append("the \(name) has no tokens: its vector is zero")
      } else if !text.vector.values.contains(where: { $0 != 0 }) {
        notes.append("the \(name)'s vector is zero: it has no direction, and its cosine with any other is 0")
      }
      if tokens > limits.matrixTokens {
        notes.append("the matrices have the first \(limits.matrixTokens) of the \(name)'s \(tokens) tokens")
      }
    }
    if !explanation.score.isFinite { notes.append("the score is beyond the range of f32") }
    return notes
  }
}

/// A traced text with its vector, `[1, dimensions]`.
struct ExplainedText: Sendable {
  let trace: Trace
  let vector: Matrix

  init(_ trace: Trace, _ readout: Readout, _ embedder: TextEmbedder, _ priority: WorkerTeam.Priority)
    async throws
  {
    self.trace = trace
    guard let pooled = try embedder.pooledVectors(trace, layer: readout.layer) else {
      preconditionFailure("a trace without layer \(readout.layer)")
    }
    vector = try await embedder.vectors(pooled, readout, priority: priority)
  }
}

extension TokenizedText {
  /// The part of the string that was cut off at either end; nil where nothing was.
  fileprivate func droppedText(of string: String) -> String? {
    let scalars = string.unicodeScalars
    if let end = droppedHeadEnd { return String(String.UnicodeScalarView(scalars.prefix(end))) }
    return firstDroppedScalar.map { String(String.UnicodeScalarView(scalars.dropFirst($0))) }
  }
}
