import Embedding
import Explorer
import Indexing
import Kernels
import Recipes

extension Engine {
  /// Why a text matches the query; of an empty text, what the model sees of the query.
  func explanation(_ request: ExplanationRequest) async throws -> TokenExplanation {
    let recipe = request.recipe
    let embedder = try await embedder(of: recipe.queries)
    let prepared = embedder.prepare(request.query, recipe.queries)
    let query = try await trace(prepared, of: request.query, recipe.queries, embedder).trace
    guard !request.text.isEmpty else { return queryAlone(query, recipe, embedder) }
    let document = try await documentTrace(request.text, recipe, embedder)
    let explanation = try await Explainer(embedder).explain(query: query, document: document, recipe: recipe)
    return TokenExplanation(explanation)
  }

  private func queryAlone(_ trace: Trace, _ recipe: Recipe, _ embedder: TextEmbedder) -> TokenExplanation {
    let text = trace.text
    let pooled = embedder.pooledTokens(text, recipe.readout)
    let tokens = QueryTokens(text, embedder.tokenizer(recipe.queries))
    let side = TokenExplanation.Side(
      tokens: tokens.tokens.enumerated().map { index, token in
        TokenExplanation.Token(
          text: token.text, id: token.id, isSpecial: token.isSpecial, isUnknown: token.isUnknown,
          isPrompt: token.isPrompt, isPooled: pooled[index], share: nil)
      }, bias: 0, residual: 0, totalCount: tokens.totalCount, limit: tokens.limit,
      droppedText: tokens.droppedText)
    return TokenExplanation(
      score: .nan, metric: recipe.metric, method: .linear, query: side, document: nil, similarities: [],
      contributions: nil)
  }
}

extension TokenExplanation {
  fileprivate init(_ explanation: Explanation) {
    let method: Method =
      switch explanation.method {
      case .linear: .linear
      case .leaveOneOut(let reason): .leaveOneOut(reason: reason)
      }
    self.init(
      score: explanation.score, metric: explanation.metric, method: method, query: Side(explanation.query),
      document: Side(explanation.document), similarities: explanation.similarities.values,
      contributions: explanation.contributions?.values, notes: explanation.notes)
  }
}

extension TokenExplanation.Side {
  fileprivate init(_ side: Explanation.Side) {
    self.init(
      tokens: zip(side.tokens, side.shares).map { token, share in
        TokenExplanation.Token(
          text: token.text, id: Int(token.id), isSpecial: token.isSpecial, isUnknown: token.isUnknown,
          isPrompt: token.isPrompt, isPooled: token.use == .pooled,
          isAttended: token.use != .neither, share: token.hasShare ? share : nil)
      }, bias: side.bias, residual: side.residual, totalCount: side.totalCount, limit: side.limit,
      droppedText: side.droppedText ?? "")
  }
}
