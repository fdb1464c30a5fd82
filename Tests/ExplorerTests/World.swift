import Recipes

@testable import Explorer

/// What an engine would know, made up: a model, a corpus, and answers that follow from the requests alone.
struct World {
  enum Script: String, CaseIterable, Sendable {
    case ascii, cjk, emoji
  }

  var description: ModelDescription
  var texts: [String]
  var query: String
  /// How many texts have vectors at once; the rest come by further progress.
  var indexedAtOnce: Int?
  /// True where texts come with percentiles, tokens, norms, near-duplicates and hubs.
  var isDetailed = false
  /// What a precision other than f32 loses.
  var loss: PrecisionLoss?
  /// The texts of a file, by its path.
  var files: [String: [String]] = [:]

  init(_ script: Script = .ascii, prompts: [Prompt] = [], head: [HeadLayer] = []) {
    description = Self.description(prompts: prompts, head: head)
    texts = Self.texts(script)
    query = Self.query(script)
  }

  /// The answers of a request, in order.
  func answers(_ effect: Effect) -> [Answer] {
    switch effect {
    case .loadModel(let name, let generation):
      var description = description
      if name != description.name { description.identity = "identity-of-\(name)" }
      description.name = name
      return [.model(description, generation: generation)]
    case .openCorpus(let paths, let generation):
      return [.corpus(summary(paths), generation: generation)]
    case .index(_, let generation):
      let done = indexedAtOnce ?? texts.count
      return [
        .indexing(
          IndexingProgress(done: done, total: texts.count, secondsLeft: done < texts.count ? 11.4 : 0),
          generation: generation)
      ]
    case .search(let request, let generation):
      return [
        .tokens(tokens(request), generation: generation),
        .neighbours(neighbours(request), generation: generation),
      ]
    case .compare(let request, let generation):
      return [.similarities(matrix(request.texts, request.recipe.metric), generation: generation)]
    case .listModels(let generation):
      let entries = ["all-MiniLM-L6-v2", "bge-small-en-v1.5", "multilingual-e5-small"].map {
        ModelEntry(name: $0, detail: "in the cache, 90 MB")
      }
      return [.models(entries, generation: generation)]
    case .pullModel(let name, let generation): return [.pulled(name, generation: generation)]
    case .listThemes(let generation): return [.themes(Self.themes, generation: generation)]
    case .compute(let request, let generation):
      return result(of: request).map { [.computed(request.kind, $0, generation: generation)] } ?? []
    case .export(let request, let generation):
      let isThere = request.path.hasPrefix("there") && !request.overwrites
      return [
        .exported(
          isThere ? .exists(path: request.path) : .written(path: "/home/" + request.path),
          generation: generation)
      ]
    case .open(let text, let program, let generation):
      return program == .editor ? [.edited(text + " edited\n", generation: generation)] : []
    case .loadTexts(let path, let generation):
      guard let texts = files[path] else {
        return [
          .textsFailed(
            Failure("\(path): no such file", nextStep: "give the path of a text file"), generation: generation
          )
        ]
      }
      return [.texts(texts, generation: generation)]
    case .copy, .cancelPull, .cancelComputation, .followThemes, .askBackground, .saveTexts, .saveQuery,
      .rememberModel, .assert, .saveSession, .suspend, .quit:
      return []
    }
  }

  /// What a view asked for; nil for what this world does not know.
  func result(of request: ViewRequest) -> ViewResult? {
    switch request {
    case .background(let request): .background(background(request))
    case .explanation(let request): .explanation(explanation(request))
    case .attention(let request): .attention(attention(request))
    case .layers(let request): .layers(sweep(request))
    case .grid(let request): .grid(grid(request))
    case .comparison(let request): .comparison(comparison(request))
    case .combination(let request): .combination(combination(request))
    case .map(let request): .map(map(request))
    case .placement(let request): .placement(placement(request))
    case .dimensions(let request): .dimensions(dimensions(request))
    case .metrics(let request): .metrics(metrics(request))
    case .highlights(let request): .highlights(highlights(request))
    }
  }

  private func background(_ request: BackgroundRequest) -> BackgroundSummary {
    BackgroundSummary(
      fingerprint: request.recipe.fingerprint, texts: 200, scores: 39_800, isBundled: false, mean: 0.08,
      standardDeviation: 0.11, quantiles: (0...100).map { Float($0) / 100 - 0.25 },
      loss: request.recipe.documents.precision == .f32 ? nil : loss)
  }

  func summary(_ paths: [String]) -> CorpusSummary {
    CorpusSummary(name: paths.first ?? "corpus", count: texts.count, skipped: 0)
  }

  func neighbours(_ request: SearchRequest, searched: Int? = nil) -> NeighbourList {
    let searched = searched ?? indexedAtOnce ?? texts.count
    let found = texts.prefix(min(searched, request.top)).enumerated().map { index, text in
      NeighbourList.Neighbour(
        id: "text-\(index + 1)", text: text,
        fields: [.init(name: "topic", value: index.isMultiple(of: 2) ? "money" : "travel")],
        score: score(index, request.recipe.metric), percentile: nil)
    }
    let compared = [request.query] + found.prefix(request.compared).map(\.text)
    return NeighbourList(
      neighbours: isDetailed ? found.enumerated().map { detailed($1, rank: $0) } : found,
      metric: request.recipe.metric, fingerprint: request.recipe.fingerprint,
      searched: searched, total: texts.count,
      similarities: request.compared > 0 ? matrix(compared, request.recipe.metric) : nil,
      encodeMilliseconds: 3.14, rankMilliseconds: 0.42)
  }

  /// Scores that fall with the rank.
  private func score(_ index: Int, _ metric: Metric) -> Float {
    let score = 0.874 / (1 + 0.11 * Float(index)) - 0.02 * Float(index % 3)
    return metric.isDistance ? score - 1.5 : score
  }

  func matrix(_ texts: [String], _ metric: Metric) -> SimilarityMatrix {
    let count = texts.count
    let values = (0..<count * count).map { place in
      let distance = Float(abs(place / count - place % count))
      return metric.isDistance ? -distance * 0.2 : 1 / (1 + 0.35 * distance)
    }
    // As if every other text belonged together.
    let order = (0..<count).filter { $0.isMultiple(of: 2) } + (0..<count).filter { !$0.isMultiple(of: 2) }
    return SimilarityMatrix(texts: texts, metric: metric, values: values, order: order)
  }

  func tokens(_ request: SearchRequest, limit: Int? = nil) -> QueryTokens {
    let limit = limit ?? request.recipe.queries.maximumLength
    func token(_ text: String, special: Bool = false, prompt: Bool = false) -> QueryTokens.Token {
      .init(text: text, id: 7, isSpecial: special, isUnknown: text == "[UNK]", isPrompt: prompt)
    }
    let prompt = request.recipe.queries.prompt.split(separator: " ").map { token(String($0), prompt: true) }
    let words = request.query.lowercased().split(separator: " ").map { word in
      word.unicodeScalars.contains { $0.properties.isEmojiPresentation } ? "[UNK]" : String(word)
    }
    let all = prompt + words.map { token($0) }
    let kept = all.prefix(max(0, limit - 2))
    return QueryTokens(
      tokens: [token("[CLS]", special: true)] + kept + [token("[SEP]", special: true)],
      totalCount: all.count + 2, limit: limit,
      droppedText: all.dropFirst(kept.count).map(\.text).joined(separator: " "))
  }
}

extension World {
  static func description(prompts: [Prompt] = [], head: [HeadLayer] = []) -> ModelDescription {
    ModelDescription(
      name: "all-MiniLM-L6-v2", identity: "0123456789ab", modelType: "bert", architecture: "BertModel",
      layers: 6, hidden: 384, heads: 12, parameters: 22_713_216, vocabulary: 30522, positions: 512,
      dtype: "F32", files: ["config.json", "model.safetensors"],
      tokenizer: Sourced("WordPiece", .declared), maximumLength: Sourced(256, .declared),
      pooling: Sourced([.mean], .declared, file: "1_Pooling/config.json"),
      poolsPrompt: Sourced(true, .declared), head: Sourced(head, .declared),
      normalizes: Sourced(true, .declared), similarity: Sourced(.cosine, .declared),
      prompts: Sourced(prompts, .declared), defaultPromptName: Sourced(nil, .declared),
      strip: Sourced(true, .declared))
  }

  static let prompts = [
    Prompt(name: "query", text: "query: ", source: .declared),
    Prompt(name: "passage", text: "passage: ", source: .declared),
    Prompt(name: "sts", text: "Represent the sentence for comparison: ", source: .table),
  ]

  static func query(_ script: Script) -> String {
    switch script {
    case .ascii: "how do I get my money back"
    case .cjk: "怎样才能把钱退回来"
    case .emoji: "where is my 📦 👩‍👩‍👧"
    }
  }

  private static func texts(_ script: Script) -> [String] {
    let base =
      switch script {
      case .ascii:
        [
          "Refunds are paid within five working days after the goods have come back to us.",
          "To cancel an order and have the sum returned, open the list of orders and press Cancel.",
          "The bank raised its fee for transfers abroad.", "We sat on the river bank and watched the boats.",
          "A warranty covers faults, not scratches.", "Trains to the coast leave every half hour.",
          "She plays the bass in a small band.", "He caught a bass of four kilos.",
        ]
      case .cjk:
        [
          "商品退回后，我们会在五个工作日内退款。", "如果想取消订单，请打开订单列表，然后点击取消。",
          "银行提高了跨境汇款的手续费。", "春天来了，河边的柳树都绿了。", "这家店的面条又便宜又好吃。",
        ]
      case .emoji:
        [
          "Your parcel 📦 left the depot this morning 🚚💨", "Family tickets 👨‍👩‍👧‍👦 cost less on Sundays",
          "Flags 🇩🇪🇫🇷 hang over the square", "Thumbs up 👍🏽 for the cook", "é́ combining marks a̐ éö̲",
        ]
      }
    return (0..<60).map { index in
      index < base.count ? base[index] : "\(base[index % base.count]) (\(index / base.count + 1))"
    }
  }
}
