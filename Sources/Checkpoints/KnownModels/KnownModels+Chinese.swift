import Recipes

extension KnownModel {
  /// Encoders of Chinese.
  static let chinese: [KnownModelRow] = [
    // The colon is the full-width one, and no space follows.
    KnownModelRow(
      "BAAI",
      "bge-small-zh bge-base-zh bge-large-zh bge-small-zh-v1.5 bge-base-zh-v1.5 bge-large-zh-v1.5",
      .cls.prompted(query: "为这个句子生成表示以用于检索相关文章：")),
    KnownModelRow("BAAI", "bge-large-zh-noinstruct", .cls),
    // Unlike the English ones, which take the mean.
    KnownModelRow("thenlper", "gte-small-zh gte-base-zh gte-large-zh", .cls),
    KnownModelRow(
      "shibing624", "text2vec-base-chinese", .rawMean.with(\.maximumLength, 128)),
    KnownModelRow(
      "shibing624",
      "text2vec-base-chinese-sentence text2vec-base-chinese-paraphrase text2vec-base-multilingual",
      .rawMean.with(\.maximumLength, 256)),
    KnownModelRow("shibing624", "text2vec-bge-large-chinese", .rawMean.with(\.maximumLength, 512)),
    KnownModelRow("GanymedeNil", "text2vec-large-chinese", .rawMean.with(\.maximumLength, 512)),
    KnownModelRow("moka-ai", "m3e-small m3e-base m3e-large", .rawMean.with(\.maximumLength, 512)),
    KnownModelRow("aspire", "acge_text_embedding", .mean.with(\.maximumLength, 1024)),
    // The half-width colon and a space; the second versions dropped the prompts.
    KnownModelRow("infgrad", "stella-base-zh stella-large-zh", retrieval.with(\.maximumLength, 1024)),
    KnownModelRow("infgrad", "stella-base-zh-v2 stella-large-zh-v2", .mean.with(\.maximumLength, 1024)),
    KnownModelRow("infgrad", "stella-base-en-v2", .mean.with(\.maximumLength, 512)),
    KnownModelRow("infgrad", "stella-base-zh-v3-1792d", .mean.with(\.maximumLength, 512)),
    KnownModelRow(
      "dunzhang", "stella-large-zh-v3-1792d stella-mrl-large-zh-v3.5-1792d", .mean.with(\.maximumLength, 512)),
    KnownModelRow("sensenova", "piccolo-base-zh piccolo-large-zh", retrieval.with(\.maximumLength, 512)),
    KnownModelRow(
      "DMetaSoul", "Dmeta-embedding-zh Dmeta-embedding-zh-small", .cls.with(\.maximumLength, 1024)),
    KnownModelRow("lier007", "xiaobu-embedding", .cls.with(\.maximumLength, 512)),
    KnownModelRow("lier007", "xiaobu-embedding-v2", .mean.with(\.maximumLength, 512)),
    KnownModelRow("Amu", "tao-8k", .cls.with(\.maximumLength, 8192)),
  ]

  private static let retrieval = KnownModel.mean.prompted(query: "查询: ", document: "结果: ")
}
