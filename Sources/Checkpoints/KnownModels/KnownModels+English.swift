import Recipes

extension KnownModel {
  /// Encoders of English and of many languages, whose prompts, if any, are fixed.
  static let english: [KnownModelRow] = [
    // BERT itself: the first token's state.
    KnownModelRow(
      "google-bert",
      "bert-base-uncased bert-large-uncased bert-base-cased bert-large-cased bert-base-chinese "
        + "bert-base-multilingual-cased bert-base-multilingual-uncased", .rawCLS),
    // SBERT and its successors.
    KnownModelRow(
      "sentence-transformers", "bert-base-nli-mean-tokens", .rawMean.with(\.maximumLength, 128)),
    KnownModelRow("sentence-transformers", "all-MiniLM-L6-v2", .mean.with(\.maximumLength, 256)),
    KnownModelRow("sentence-transformers", "all-MiniLM-L12-v2", .mean.with(\.maximumLength, 128)),
    KnownModelRow("sentence-transformers", "all-mpnet-base-v2", .mean.with(\.maximumLength, 384)),
    KnownModelRow("sentence-transformers", "all-distilroberta-v1", .mean.with(\.maximumLength, 512)),
    // SimCSE: trained with a layer over the first token, which only the supervised models keep.
    KnownModelRow(
      "princeton-nlp",
      "unsup-simcse-bert-base-uncased unsup-simcse-bert-large-uncased unsup-simcse-roberta-base "
        + "unsup-simcse-roberta-large", .rawCLS),
    KnownModelRow(
      "princeton-nlp",
      "sup-simcse-bert-base-uncased sup-simcse-bert-large-uncased sup-simcse-roberta-base "
        + "sup-simcse-roberta-large", .rawCLS.with(\.usesPooler, true)),
    KnownModelRow("johngiorgi", "declutr-small declutr-base declutr-sci-base", .rawMean),
    // T5 encoders; their dense layer is in their files.
    KnownModelRow(
      "sentence-transformers", "sentence-t5-base sentence-t5-large sentence-t5-xl sentence-t5-xxl",
      .mean.with(\.maximumLength, 256)),
    KnownModelRow(
      "sentence-transformers", "gtr-t5-base gtr-t5-large gtr-t5-xl gtr-t5-xxl",
      .mean.with(\.similarity, .dot).with(\.maximumLength, 512)),
    // Retrievers that compare by dot product.
    KnownModelRow(
      "facebook", "contriever contriever-msmarco mcontriever mcontriever-msmarco",
      .meanDot.with(\.maximumLength, 512)),
    KnownModelRow(
      "Shitao", "RetroMAE RetroMAE_MSMARCO RetroMAE_MSMARCO_finetune RetroMAE_MSMARCO_distill RetroMAE_BEIR",
      .clsDot),
    KnownModelRow(
      "Luyu",
      "condenser co-condenser-wiki co-condenser-marco co-condenser-wiki-retriever co-condenser-marco-retriever",
      .clsDot),
    // E5 puts one of its two prompts before every text.
    KnownModelRow(
      "intfloat",
      "e5-small e5-base e5-large e5-small-v2 e5-base-v2 e5-large-v2 multilingual-e5-small multilingual-e5-base "
        + "multilingual-e5-large", e5),
    KnownModelRow("thenlper", "gte-small gte-base gte-large", .mean),
    KnownModelRow("Alibaba-NLP", "gte-modernbert-base", .cls),
    // BGE and those who took its prompt over: queries only, and a space at the end.
    KnownModelRow(
      "BAAI",
      "bge-small-en bge-base-en bge-large-en bge-small-en-v1.5 bge-base-en-v1.5 bge-large-en-v1.5",
      .bgeEnglish
    ),
    KnownModelRow("BAAI", "bge-m3", .cls.with(\.maximumLength, 8192)),
    KnownModelRow("mixedbread-ai", "mxbai-embed-large-v1", .bgeEnglish),
    KnownModelRow(
      "Snowflake",
      "snowflake-arctic-embed-xs snowflake-arctic-embed-s snowflake-arctic-embed-m snowflake-arctic-embed-l",
      .bgeEnglish),
    KnownModelRow(
      "Snowflake", "snowflake-arctic-embed-l-v2.0 snowflake-arctic-embed-m-v2.0",
      .cls.prompted(query: "query: ")),
    // Nomic's prompts name the task.
    KnownModelRow(
      "nomic-ai", "nomic-embed-text-v1 nomic-embed-text-v1.5 modernbert-embed-base", nomic),
    KnownModelRow("lightonai", "modernbert-embed-large", nomic),
    KnownModelRow("google", "embeddinggemma-300m", embeddingGemma),
    // Decoders with marks round the ids of a text, put there once it has been cut.
    KnownModelRow(
      "Muennighoff", "SGPT-125M-weightedmean-nli-bitfit SGPT-5.8B-weightedmean-nli-bitfit", .rawWeightedMean),
    KnownModelRow(
      "Muennighoff",
      "SGPT-125M-weightedmean-msmarco-specb-bitfit SGPT-1.3B-weightedmean-msmarco-specb-bitfit "
        + "SGPT-2.7B-weightedmean-msmarco-specb-bitfit SGPT-5.8B-weightedmean-msmarco-specb-bitfit", sgpt),
    KnownModelRow("bigscience", "sgpt-bloom-7b1-msmarco", sgpt),
    KnownModelRow(
      "izhx", "udever-bloom-560m udever-bloom-1b1 udever-bloom-3b udever-bloom-7b1",
      KnownModel(pooling: [.lastToken], normalizes: false)
        .marked(
          query: Markers(opening: "[BOQ]", closing: "[EOQ]"),
          document: Markers(opening: "[BOD]", closing: "[EOD]")
        )
        .with(\.maximumLength, 300)),
    KnownModelRow("castorini", "repllama-v1-7b-lora-passage", repLLaMA),
    // Tables of word vectors.
    KnownModelRow(
      "minishlab",
      "potion-base-2M potion-base-4M potion-base-8M potion-base-32M potion-retrieval-32M "
        + "potion-multilingual-128M", .mean),
  ]

  private static let e5 = KnownModel.mean.with(
    \.prompts, [KnownPrompt("query", "query: "), KnownPrompt("passage", "passage: ")]
  ).with(\.maximumLength, 512)

  private static let bgeEnglish = KnownModel.cls.prompted(
    query: "Represent this sentence for searching relevant passages: ")

  private static let nomic = KnownModel.mean.with(
    \.prompts,
    [
      KnownPrompt("query", "search_query: "), KnownPrompt("document", "search_document: "),
      KnownPrompt("classification", "classification: "), KnownPrompt("clustering", "clustering: "),
    ])

  private static let sgpt = KnownModel.rawWeightedMean.marked(
    query: Markers(opening: "[", closing: "]"), document: Markers(opening: "{", closing: "}")
  ).with(\.maximumLength, 300)

  private static let repLLaMA = KnownModel.lastToken.with(\.similarity, .dot).with(
    \.prompts, [KnownPrompt("query", "query: "), KnownPrompt("passage", "passage: ")]
  ).with(\.endToken, "</s>").with(\.maximumLength, 512)

  private static let embeddingGemma = KnownModel.mean.with(
    \.prompts,
    [
      KnownPrompt("query", "task: search result | query: "),
      KnownPrompt("document", "title: none | text: "),
      KnownPrompt("Retrieval-query", "task: search result | query: "),
      KnownPrompt("Retrieval-document", "title: none | text: "),
      KnownPrompt("Retrieval", "task: search result | query: "),
      KnownPrompt("Reranking", "task: search result | query: "),
      KnownPrompt("BitextMining", "task: search result | query: "),
      KnownPrompt("STS", "task: sentence similarity | query: "),
      KnownPrompt("PairClassification", "task: sentence similarity | query: "),
      KnownPrompt("Clustering", "task: clustering | query: "),
      KnownPrompt("Classification", "task: classification | query: "),
      KnownPrompt("MultilabelClassification", "task: classification | query: "),
      KnownPrompt("InstructionRetrieval", "task: code retrieval | query: "),
      KnownPrompt("Summarization", "task: summarization | query: "),
      KnownPrompt("QuestionAnswering", "task: question answering | query: "),
      KnownPrompt("FactChecking", "task: fact checking | query: "),
    ]
  ).with(\.maximumLength, 2048).with(
    \.templates, ["task: {task} | query: ", "title: {title} | text: "])
}
