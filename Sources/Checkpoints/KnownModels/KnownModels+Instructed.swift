import Recipes

extension KnownModel {
  /// Encoders that are told in words what a text is embedded for.
  static let instructed: [KnownModelRow] = [
    // A sentence on each side; it is attended to, not pooled, and joins the text without a space.
    KnownModelRow("hkunlp", "instructor-base instructor-large instructor-xl", instructor),
    KnownModelRow("BAAI", "llm-embedder", .cls.with(\.prompts, llmEmbedder).with(\.maximumLength, 512)),
    // An instruction before queries alone.
    KnownModelRow(
      "intfloat", "e5-mistral-7b-instruct",
      KnownModel.lastToken.instructed("Instruct: {task}\nQuery: ").with(\.maximumLength, 4096)
        .with(\.endToken, "</s>")),
    KnownModelRow(
      "intfloat", "multilingual-e5-large-instruct",
      KnownModel.mean.instructed("Instruct: {task}\nQuery: ").with(\.maximumLength, 512)),
    KnownModelRow(
      "Salesforce", "SFR-Embedding-Mistral SFR-Embedding-2_R",
      KnownModel.lastToken.instructed("Instruct: {task}\nQuery: ").with(\.maximumLength, 4096)
        .with(\.endToken, "</s>")),
    KnownModelRow(
      "Alibaba-NLP", "gte-Qwen1.5-7B-instruct gte-Qwen2-1.5B-instruct gte-Qwen2-7B-instruct",
      KnownModel.lastToken.instructed("Instruct: {task}\nQuery: ")),
    // Without a space after the colon.
    KnownModelRow(
      "Qwen", "Qwen3-Embedding-0.6B Qwen3-Embedding-4B Qwen3-Embedding-8B",
      KnownModel.lastToken.instructed("Instruct: {task}\nQuery:")),
    // The mark between instruction and question is the separator token, written out.
    KnownModelRow("orionweller", "tart-dual-contriever-msmarco", tart),
  ]

  /// The model with an instruction for each task: a template in which `{task}` stands for it.
  ///
  /// Documents have none, but in tasks whose two sides are alike.
  private func instructed(_ template: String) -> KnownModel {
    func prompt(_ name: String, _ instruction: String) -> KnownPrompt {
      KnownPrompt(name, template.replacing("{task}", with: instruction))
    }
    var prompts = [prompt("query", Self.webSearch)]
    for task in Self.tasks {
      prompts.append(prompt(task.name + "_query", task.instruction))
      prompts.append(
        task.isSymmetric
          ? prompt(task.name + "_document", task.instruction) : KnownPrompt(task.name + "_document", ""))
    }
    return with(\.prompts, prompts).with(\.templates, [template])
  }

  private static let webSearch = "Given a web search query, retrieve relevant passages that answer the query"

  private static let instructor = KnownModel.mean
    .with(\.poolsPrompt, false).with(\.joining, .stripped).with(\.maximumLength, 512)
    .with(\.templates, ["Represent the {domain} {type} for {objective}: "])
    .with(
      \.prompts,
      [
        KnownPrompt("query", "Represent the Wikipedia question for retrieving supporting documents: "),
        KnownPrompt("document", "Represent the Wikipedia document for retrieval: "),
        KnownPrompt("statement", "Represent the statement: "),
        KnownPrompt("science_sentence", "Represent the Science sentence: "),
        KnownPrompt("science_title", "Represent the Science title: "),
        KnownPrompt("financial_statement", "Represent the Financial statement: "),
        KnownPrompt("medicine_clustering", "Represent the Medicine sentence for clustering: "),
      ])

  private static let tart = KnownModel.meanDot
    .with(\.templates, ["{instruction} [SEP] "])
    .with(
      \.prompts,
      [
        KnownPrompt("query", "retrieve a passage that answers this question from Wikipedia [SEP] "),
        KnownPrompt("duplicate_query", "retrieve a question that is similar to the following [SEP] "),
        KnownPrompt("duplicate_document", ""),
      ]
    ).with(\.maximumLength, 512)

  /// One pair for each of the six tasks that the model was trained on; question answering is the default.
  private static let llmEmbedder = [
    KnownPrompt("query", "Represent this query for retrieving relevant documents: "),
    KnownPrompt("document", "Represent this document for retrieval: "),
    KnownPrompt("qa_query", "Represent this query for retrieving relevant documents: "),
    KnownPrompt("qa_document", "Represent this document for retrieval: "),
    KnownPrompt("icl_query", "Convert this example into vector to look for useful examples: "),
    KnownPrompt("icl_document", "Convert this example into vector for retrieval: "),
    KnownPrompt("chat_query", "Embed this dialogue to find useful historical dialogues: "),
    KnownPrompt("chat_document", "Embed this historical dialogue for retrieval: "),
    KnownPrompt("lrlm_query", "Embed this text chunk for finding useful historical chunks: "),
    KnownPrompt("lrlm_document", "Embed this historical text chunk for retrieval: "),
    KnownPrompt("tool_query", "Transform this user request for fetching helpful tool descriptions: "),
    KnownPrompt("tool_document", "Transform this tool description for retrieval: "),
    KnownPrompt("convsearch_query", "Encode this query and context for searching relevant passages: "),
    KnownPrompt("convsearch_document", "Encode this passage for retrieval: "),
  ]

  private struct Task {
    var name: String
    var instruction: String
    /// Whether both sides get the instruction.
    var isSymmetric = false
  }

  /// The instructions under which the E5 family was published, by task of MTEB and C-MTEB.
  private static let tasks = [
    Task(name: "web_search", instruction: webSearch),
    Task(name: "sts", instruction: "Retrieve semantically similar text.", isSymmetric: true),
    Task(
      name: "summarization",
      instruction: "Given a news summary, retrieve other semantically similar summaries", isSymmetric: true),
    Task(name: "bitext", instruction: "Retrieve parallel sentences.", isSymmetric: true),
    Task(name: "arguana", instruction: "Given a claim, find documents that refute the claim"),
    Task(
      name: "climatefever",
      instruction: "Given a claim about climate change, retrieve documents that support or refute the claim"),
    Task(
      name: "cqadupstack",
      instruction:
        "Given a question, retrieve detailed question descriptions from Stackexchange that are duplicates to "
        + "the given question"),
    Task(name: "dbpedia", instruction: "Given a query, retrieve relevant entity descriptions from DBPedia"),
    Task(name: "fever", instruction: "Given a claim, retrieve documents that support or refute the claim"),
    Task(
      name: "fiqa2018",
      instruction: "Given a financial question, retrieve user replies that best answer the question"),
    Task(
      name: "hotpotqa",
      instruction: "Given a multi-hop question, retrieve documents that can help answer the question"),
    Task(name: "msmarco", instruction: webSearch),
    Task(
      name: "nfcorpus",
      instruction: "Given a question, retrieve relevant documents that best answer the question"),
    Task(name: "nq", instruction: "Given a question, retrieve Wikipedia passages that answer the question"),
    Task(
      name: "quora",
      instruction:
        "Given a question, retrieve questions that are semantically equivalent to the given question"),
    Task(
      name: "scidocs",
      instruction:
        "Given a scientific paper title, retrieve paper abstracts that are cited by the given paper"),
    Task(
      name: "scifact",
      instruction: "Given a scientific claim, retrieve documents that support or refute the claim"),
    Task(
      name: "touche2020",
      instruction: "Given a question, retrieve detailed and persuasive arguments that answer the question"),
    Task(
      name: "treccovid", instruction: "Given a query on COVID-19, retrieve documents that answer the query"),
    Task(
      name: "t2",
      instruction: "Given a Chinese search query, retrieve web passages that answer the question"),
    Task(
      name: "covid",
      instruction: "Given a question on COVID-19, retrieve news articles that answer the question"),
    Task(
      name: "cmedqa",
      instruction:
        "Given a Chinese community medical question, retrieve replies that best answer the question"
    ),
    Task(
      name: "ecom",
      instruction:
        "Given a user query from an e-commerce website, retrieve description sentences of relevant products"),
    Task(
      name: "medical",
      instruction: "Given a medical question, retrieve user replies that best answer the question"),
    Task(name: "video", instruction: "Given a video search query, retrieve the titles of relevant videos"),
  ]
}
