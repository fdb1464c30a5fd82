import Embedding
import Kernels
import Recipes
import Retrieval
import Tokenization

extension Explainer {
  /// Takes the score apart: with q = Σ qᵢ + b and d = Σ dⱼ + c, q·d / (‖q‖‖d‖) is a sum of products.
  func addLinearShares(
    to explanation: inout Explanation, _ query: ExplainedText, _ document: ExplainedText, _ readout: Readout,
    _ priority: WorkerTeam.Priority
  ) async throws {
    guard let queryParts = try await embedder.parts(query.trace, readout, priority: priority),
      let documentParts = try await embedder.parts(document.trace, readout, priority: priority)
    else { preconditionFailure("no parts of a linear readout") }
    let (q, d) = (query.vector.row(0), document.vector.row(0))
    let norms = q.norm * d.norm
    // By cosine a vector of zeros has the score 0 with every other, and so has each of its parts.
    let factor = explanation.metric == .dot ? 1 : norms > 0 ? 1 / norms : 0
    let limit = limits.matrixTokens
    let kernels = embedder.kernels
    let products = try await embedder.team.perform(priority) { work in
      let contributions = Matrix(
        rows: min(queryParts.tokens.rows, limit), columns: min(documentParts.tokens.rows, limit))
      let columns = documentParts.tokens.leadingRows(contributions.columns)
      for row in 0..<contributions.rows {
        try work.checkCancellation()
        var dots = [Float](repeating: 0, count: contributions.columns)
        kernels.dots(columns, rows: 0..<columns.rows, with: queryParts.tokens.row(row), into: &dots)
        contributions.setRow(row, dots.map { Float(Double($0) * factor) })
      }
      return (
        contributions: contributions, query: try queryParts.shares(of: d, factor, work),
        document: try documentParts.shares(of: q, factor, work)
      )
    }
    explanation.contributions = products.contributions
    explanation.biasOfBoth = Float(dot(queryParts.bias, documentParts.bias) * factor)
    explanation.query.set(
      products.query, bias: dot(queryParts.bias, d) * factor, score: explanation.score)
    explanation.document.set(
      products.document, bias: dot(documentParts.bias, q) * factor, score: explanation.score)
    explanation.query.markShares { $0.use == .pooled }
    explanation.document.markShares { $0.use == .pooled }
  }

  /// Takes each of the text's own tokens out in turn and encodes the rest.
  func addLeaveOneOutShares(
    to explanation: inout Explanation, _ query: ExplainedText, _ document: ExplainedText, _ recipe: Recipe,
    _ priority: WorkerTeam.Priority
  ) async throws {
    try await leaveOneOut(
      of: query, against: document, recipe.queries, recipe, in: &explanation.query, explanation.score,
      priority)
    try await leaveOneOut(
      of: document, against: query, recipe.documents, recipe, in: &explanation.document, explanation.score,
      .bulk)
    for (name, side) in [("query", explanation.query), ("document", explanation.document)] {
      let own = side.tokens.count { !$0.isSpecial && !$0.isPrompt }
      let done = side.tokens.count(where: \.hasShare)
      if done < own {
        explanation.notes.append(
          "the first \(done) of the \(name)'s \(own) own tokens were left out in turn; the others have no share"
        )
      }
    }
  }

  private func leaveOneOut(
    of text: ExplainedText, against other: ExplainedText, _ encoding: Encoding, _ recipe: Recipe,
    in side: inout Explanation.Side, _ score: Float, _ priority: WorkerTeam.Priority
  ) async throws {
    let prompted = text.trace.text
    let removed = Array(
      side.tokens.indices.filter { !side.tokens[$0].isSpecial && !side.tokens[$0].isPrompt }
        .prefix(limits.leaveOneOutTokens))
    let pooled = try await embedder.pooledVectors(
      removed.map(prompted.removing), encoding, layer: recipe.readout.layer, priority: priority)
    let vectors = try await embedder.vectors(pooled, recipe.readout, priority: priority)
    let rest = similarities(vectors, other.vector, metric: recipe.metric, kernels: embedder.kernels).values
    var shares = [Double](repeating: 0, count: side.tokens.count)
    for (token, rest) in zip(removed, rest) { shares[token] = Double(score) - Double(rest) }
    side.set(shares, bias: 0, score: score)
    let kept = Set(removed)
    for index in side.tokens.indices { side.tokens[index].hasShare = kept.contains(index) }
  }
}

extension VectorParts {
  /// The product of each part with a vector, times a factor.
  fileprivate func shares(of vector: [Float], _ factor: Double, _ work: Work) throws -> [Double] {
    try (0..<tokens.rows).map { token in
      try work.checkCancellation()
      return dot(tokens.row(token), vector) * factor
    }
  }
}

extension Explanation.Side {
  fileprivate mutating func set(_ shares: [Double], bias: Double, score: Float) {
    self.shares = shares.map(Float.init)
    self.bias = Float(bias)
    residual = Float(Double(score) - shares.reduce(0, +) - bias)
  }

  fileprivate mutating func markShares(_ hasShare: (Explanation.Token) -> Bool) {
    for index in tokens.indices { tokens[index].hasShare = hasShare(tokens[index]) }
  }
}

extension PromptedText {
  /// The text without one of its tokens; everything else stays in place.
  fileprivate func removing(_ token: Int) -> PromptedText {
    var text = self
    text.tokens.ids.remove(at: token)
    text.tokens.tokens.remove(at: token)
    text.tokens.offsets.remove(at: token)
    text.tokens.special.remove(at: token)
    text.tokens.totalCount -= 1
    return text
  }
}

/// In f64: the parts of a vector can be much longer than their sum.
private func dot(_ a: [Float], _ b: [Float]) -> Double {
  zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

extension [Float] {
  fileprivate var norm: Double { dot(self, self).squareRoot() }
}
