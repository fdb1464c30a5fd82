import Kernels
import Embedding
import Explorer
import Recipes

extension Engine {
  /// The most bytes of attention that are kept for one text.
  private static let attentionLimitBytes = 64 << 20

  /// The attention of every head on one text.
  ///
  /// - Throws: `EmbeddingError.traceTooLarge` for a text whose maps would be too large.
  func attention(_ request: AttentionRequest) async throws -> AttentionMaps {
    let embedder = try await embedder(of: request.encoding)
    let prepared = embedder.prepare(request.text, request.encoding)
    let trace: Trace
    do {
      trace = try await embedder.trace(
        prepared, precision: request.encoding.precision,
        TraceRequest(
          layers: [embedder.description.layers], attention: true, limitBytes: Self.attentionLimitBytes))
    } catch EmbeddingError.layerUnavailable {
      // Of a model with an encoder for each side one may be a table.
      throw EngineError.noAttention(model: embedder.description.name)
    }
    let tokens = QueryTokens(prepared, embedder.tokenizer(request.encoding)).tokens
    return AttentionMaps(
      tokens: tokens, layers: trace.attentions.count, heads: trace.heads,
      values: trace.attentions.flatMap(\.values))
  }
}
