/// Why a published model cannot run here, and the nearest one that can.
public struct Refusal: Equatable, Sendable {
  public let reason: String
  /// The hub id of a model that works.
  public let alternative: String
}

/// The models that people ask for and that no program can load as a local text encoder from its files alone.
public enum KnownRefusals {
  /// The entry for a name: a hub id, or a service's own name for its model; case means nothing.
  public static func refusal(for name: String) -> Refusal? {
    let name = name.lowercased()
    return rows.first { row in
      row.patterns.contains { pattern in
        // A name without organisation means the model of that name, whoever published it.
        let short = pattern.split(separator: "/").last.map(String.init) ?? pattern
        return matches(name, pattern) || (!name.contains("/") && short.utf8.count > 4 && matches(name, short))
      }
    }?.refusal
  }

  /// Reason and way out in a sentence; nil for a model that nothing is known against.
  public static func reason(for name: String) -> String? {
    refusal(for: name).map { "\($0.reason); use \($0.alternative)" }
  }

  private struct Row {
    /// Lower case; one `*` stands for any characters.
    var patterns: [String]
    var refusal: Refusal

    init(_ patterns: String, _ reason: String, instead alternative: String) {
      self.patterns = patterns.split(separator: " ").map { String($0) }
      refusal = Refusal(reason: reason, alternative: alternative)
    }
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return name == pattern }
    return name.utf8.count >= parts[0].utf8.count + parts[1].utf8.count && name.hasPrefix(parts[0])
      && name.hasSuffix(parts[1])
  }

  private static let rows = [
    Row(
      "rocketqa* paddlepaddle/rocketqa* paddlenlp/rocketqa*",
      "its weights are published for Paddle only (.pdparams), which is not read",
      instead: "aspire/acge_text_embedding"
    ),
    Row(
      "facebook/tart-full* tart-full*",
      "it is a cross-encoder: it scores a pair of texts and gives no vector for one",
      instead: "orionweller/tart-dual-contriever-msmarco"),
    Row(
      "sensenova/piccolo-large-zh-v2", "its weights were withdrawn; only an API is left",
      instead: "lier007/xiaobu-embedding-v2"),
    Row(
      "infgrad/jasper* novasearch/jasper*", "it computes with code of its own, which this program never runs",
      instead: "BAAI/bge-large-en-v1.5"),
    Row(
      "jinaai/jina-embeddings-v2* jinaai/jina-embeddings-v3* jinaai/jina-embeddings-v4* nvidia/nv-embed-* "
        + "alibaba-nlp/gte-base-en-v1.5 alibaba-nlp/gte-large-en-v1.5 alibaba-nlp/gte-multilingual-base "
        + "dunzhang/stella_en_400m_v5 novasearch/stella_en_400m_v5",
      "it computes with code of its own, which this program never runs",
      instead: "Alibaba-NLP/gte-modernbert-base"),
    Row(
      "baichuan-text-embedding baichuan-inc/baichuan-text-embedding baichuan/baichuan-text-embedding",
      "it is offered as an API only", instead: "aspire/acge_text_embedding"),
    Row(
      "text-embedding-ada-* text-embedding-3-* text-search-* text-similarity-* cpt-text* openai/text-embedding-*",
      "it is offered as an API only", instead: "BAAI/bge-base-en-v1.5"),
    Row(
      "cohere/* embed-english-v* embed-multilingual-v*", "it is offered as an API only",
      instead: "intfloat/multilingual-e5-large"),
    Row(
      "voyage-* voyageai/* gemini-embedding-* text-embedding-004", "it is offered as an API only",
      instead: "google/embeddinggemma-300m"),
    Row(
      "cross-encoder/* baai/bge-reranker-* mixedbread-ai/mxbai-rerank-* qwen/qwen3-reranker-* "
        + "jinaai/jina-reranker-* alibaba-nlp/gte-*reranker-base amberoad/*",
      "it is a cross-encoder: it scores a pair of texts and gives no vector for one",
      instead: "BAAI/bge-base-en-v1.5"),
    Row(
      "colbert-ir/* jinaai/jina-colbert-* answerdotai/answerai-colbert-* lightonai/*colbert* "
        + "lightonai/gte-moderncolbert-v1 antoinelouis/colbert-xm",
      "it keeps one vector for each token, and a text has one here", instead: "BAAI/bge-base-en-v1.5"),
    Row(
      "naver/splade* naver/efficient-splade* prithivida/splade* opensearch-project/opensearch-neural-sparse-* "
        + "ibm-granite/granite-embedding-30m-sparse",
      "it makes sparse vectors, one number for each word of the vocabulary", instead: "BAAI/bge-base-en-v1.5"),
  ]
}
