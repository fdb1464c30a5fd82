import Recipes

/// What is known of published models whose files leave it out, by hub id.
///
/// The model's own files always come first: a fact of this table is used only where they are silent.
struct KnownModel: Equatable, Sendable {
  var pooling: [Pooling]
  var normalizes: Bool
  var similarity = Metric.cosine
  /// By name; the names `query` and `document` (or `passage`) stand for the roles.
  var prompts: [String: String] = [:]

  /// The entry for a hub id; a name without an organisation means one of sentence-transformers' own.
  static func named(_ name: String) -> KnownModel? {
    all[name] ?? (name.contains("/") ? nil : all["sentence-transformers/" + name])
  }

  static let all: [String: KnownModel] = {
    var models: [String: KnownModel] = [:]
    for (names, model) in groups { for name in names { models[name] = model } }
    return models
  }()

  private static let cls = KnownModel(pooling: [.cls], normalizes: true)
  private static let mean = KnownModel(pooling: [.mean], normalizes: true)
  private static let clsDot = KnownModel(pooling: [.cls], normalizes: false, similarity: .dot)
  private static let meanDot = KnownModel(pooling: [.mean], normalizes: false, similarity: .dot)
  private static let rawCLS = KnownModel(pooling: [.cls], normalizes: false)
  private static let rawMean = KnownModel(pooling: [.mean], normalizes: false)

  private func prompted(_ prompts: [String: String]) -> KnownModel {
    var model = self
    model.prompts = prompts
    return model
  }

  private static func family(_ organisation: String, _ names: String...) -> [String] {
    names.map { organisation + "/" + $0 }
  }

  private static let groups: [(names: [String], model: KnownModel)] = [
    (
      family(
        "BAAI", "bge-small-en", "bge-base-en", "bge-large-en", "bge-small-en-v1.5", "bge-base-en-v1.5",
        "bge-large-en-v1.5"),
      cls.prompted(["query": "Represent this sentence for searching relevant passages: "])
    ),
    (
      family(
        "BAAI", "bge-small-zh", "bge-base-zh", "bge-large-zh", "bge-small-zh-v1.5", "bge-base-zh-v1.5",
        "bge-large-zh-v1.5"),
      cls.prompted(["query": "为这个句子生成表示以用于检索相关文章："])
    ),
    (family("BAAI", "bge-large-zh-noinstruct"), cls),
    (family("BAAI", "llm-embedder"), cls.prompted(llmEmbedderPrompts)),
    (family("thenlper", "gte-small", "gte-base", "gte-large"), mean),
    (family("thenlper", "gte-small-zh", "gte-base-zh", "gte-large-zh"), cls),
    (
      family(
        "intfloat", "e5-small", "e5-base", "e5-large", "e5-small-v2", "e5-base-v2", "e5-large-v2",
        "multilingual-e5-small"),
      mean.prompted(["query": "query: ", "passage": "passage: "])
    ),
    (
      family("facebook", "contriever", "contriever-msmarco", "mcontriever", "mcontriever-msmarco"), meanDot
    ),
    (
      family(
        "Shitao", "RetroMAE", "RetroMAE_MSMARCO", "RetroMAE_MSMARCO_finetune", "RetroMAE_MSMARCO_distill",
        "RetroMAE_BEIR"),
      clsDot
    ),
    (
      family(
        "Luyu", "condenser", "co-condenser-wiki", "co-condenser-marco", "co-condenser-marco-retriever"),
      clsDot
    ),
    (
      family("princeton-nlp", "unsup-simcse-bert-base-uncased", "unsup-simcse-bert-large-uncased"), rawCLS
    ),
    (family("johngiorgi", "declutr-sci-base"), rawMean),
    (family("sentence-transformers", "bert-base-nli-mean-tokens"), rawMean),
    (family("sentence-transformers", "all-MiniLM-L6-v2", "all-MiniLM-L12-v2"), mean),
    (family("shibing624", "text2vec-base-chinese", "text2vec-bge-large-chinese"), rawMean),
    (family("GanymedeNil", "text2vec-large-chinese"), rawMean),
    (family("moka-ai", "m3e-small", "m3e-base", "m3e-large"), rawMean),
    (
      family("infgrad", "stella-base-zh", "stella-large-zh"),
      mean.prompted(["query": "查询: ", "document": "结果: "])
    ),
    (family("infgrad", "stella-base-zh-v2", "stella-large-zh-v2", "stella-base-en-v2"), mean),
    (
      family("sensenova", "piccolo-base-zh", "piccolo-large-zh"),
      mean.prompted(["query": "查询: ", "document": "结果: "])
    ),
    (family("DMetaSoul", "Dmeta-embedding-zh", "Dmeta-embedding-zh-small"), cls),
    (family("lier007", "xiaobu-embedding"), cls),
    (family("Amu", "tao-8k"), cls),
  ]

  /// One pair for each of the six tasks that the model was trained on; question answering is the default.
  private static let llmEmbedderPrompts: [String: String] = [
    "query": "Represent this query for retrieving relevant documents: ",
    "document": "Represent this document for retrieval: ",
    "icl_query": "Convert this example into vector to look for useful examples: ",
    "icl_document": "Convert this example into vector for retrieval: ",
    "chat_query": "Embed this dialogue to find useful historical dialogues: ",
    "chat_document": "Embed this historical dialogue for retrieval: ",
    "lrlm_query": "Embed this text chunk for finding useful historical chunks: ",
    "lrlm_document": "Embed this historical text chunk for retrieval: ",
    "tool_query": "Transform this user request for fetching helpful tool descriptions: ",
    "tool_document": "Transform this tool description for retrieval: ",
    "convsearch_query": "Encode this query and context for searching relevant passages: ",
    "convsearch_document": "Encode this passage for retrieval: ",
  ]
}

/// The hub ids that the built-in table has, sorted.
public let knownModelIDs: [String] = KnownModel.all.keys.sorted()
