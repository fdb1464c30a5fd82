import Checkpoints
import Corpora
import Embedding
import Foundation
import Indexing
import Kernels
import Recipes
import TestSupport
import Testing

/// Shares of scores that are sums over tokens, over every family of the tiny models.
struct ExplanationTests {
  static let query = "how do I get my money back"
  static let document = "Refunds are paid within five days, but never for tickets of the night train."
  static let sums: [[Pooling]] = [[.mean], [.meanSqrtLen], [.weightedMean], [.mean, .weightedMean]]

  /// Expects shares, bias and the pairs of tokens to add up to the score.
  static func expectSums(
    _ explanation: Explanation, _ stage: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(explanation.method == .linear, "\(stage)", sourceLocation: sourceLocation)
    let score = Double(explanation.score)
    let tolerance = 1e-5 * max(1, abs(score))
    for side in [explanation.query, explanation.document] {
      let sum = side.shares.reduce(Double(side.bias)) { $0 + Double($1) }
      #expect(abs(sum - score) <= tolerance, "\(stage): \(sum) of \(score)", sourceLocation: sourceLocation)
      #expect(abs(side.residual) <= Float(tolerance), "\(stage)", sourceLocation: sourceLocation)
      #expect(side.shares.count == side.tokens.count, sourceLocation: sourceLocation)
      for (token, share) in zip(side.tokens, side.shares) where token.use != .pooled {
        #expect(share == 0 && !token.hasShare, "\(stage): \(token.text)", sourceLocation: sourceLocation)
      }
    }
    let pairs = try #require(explanation.contributions, sourceLocation: sourceLocation)
    let sum = pairs.values.reduce(0) { $0 + Double($1) }
    let expected =
      score - Double(explanation.query.bias) - Double(explanation.document.bias)
      + Double(explanation.biasOfBoth)
    #expect(
      abs(sum - expected) <= tolerance, "\(stage): pairs \(sum), \(expected)", sourceLocation: sourceLocation)
  }

  private static func isLinear(_ head: HeadLayer) -> Bool {
    head.activation == "identity" && head.kind != "LayerNorm"
  }

  @Test(arguments: GoldenModel.all.filter { !$0.model.hasPrefix("router") }, [Metric.cosine, .dot])
  func sharesAndBiasAddUpToTheScore(golden: GoldenModel, metric: Metric) async throws {
    let shelf = try Shelf(golden.model)
    let description = shelf.embedder.description
    let explainer = Explainer(shelf.embedder)
    for pooling in Self.sums {
      for head in [HeadChoice.declared, .none] {
        if head == .declared,
          description.head.value.isEmpty || !description.head.value.allSatisfy(Self.isLinear)
            || pooling.count > 1
        {
          continue
        }
        let recipe = try shelf.recipe {
          $0.pooling = pooling
          $0.head = head
          $0.metric = metric
        }
        let explanation = try await explainer.explain(
          query: Self.query, document: Self.document, recipe: recipe)
        try Self.expectSums(explanation, "\(golden.model) \(Pooling.describe(pooling)) \(head)")
      }
    }
  }

  @Test(arguments: GoldenModel.all)
  func theScoreIsTheOneThatASearchGives(golden: GoldenModel) async throws {
    let shelf = try Shelf(golden.model)
    let recipe = try shelf.recipe()
    let collection = TextCollection.made([Self.document])
    let pooled = try await shelf.index(collection, recipe, in: nil)
    let found = try await shelf.vectors(pooled, of: collection, recipe)
      .nearest(to: try await shelf.query(Self.query, recipe), top: 1, priority: .interactive).found
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    #expect(explanation.score == found.first?.score)
    #expect(explanation.metric == recipe.metric)
  }

  @Test(arguments: [true, false])
  func tokensOfAPromptHaveAShareOnlyWhereTheyArePooled(poolsPrompt: Bool) async throws {
    let shelf = try Shelf("bert-prompt-excluded")
    let recipe = try shelf.recipe { $0.poolsPrompt = poolsPrompt }
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    try Self.expectSums(explanation, "prompt")
    for side in [explanation.query, explanation.document] {
      let prompt = side.tokens.indices.filter { side.tokens[$0].isPrompt }
      #expect(!prompt.isEmpty)
      for token in prompt {
        #expect(side.tokens[token].use == (poolsPrompt ? .pooled : .attended))
        #expect((side.shares[token] != 0) == poolsPrompt)
      }
      // The leading special token counts as the prompt's; the closing one is pooled always.
      #expect(side.tokens[0].isSpecial && !side.tokens[0].isPrompt)
      #expect(side.tokens[0].use == (poolsPrompt ? .pooled : .attended))
      #expect(side.tokens.last?.isSpecial == true && side.shares.last != 0)
    }
  }

  @Test func aTokenIsPooledWhereThePoolingTakesItsState() async throws {
    let shelf = try Shelf("bert-prompt-excluded")
    for poolsPrompt in [true, false] {
      for pooling in Pooling.ofTokenStates {
        let recipe = try shelf.recipe {
          $0.poolsPrompt = poolsPrompt
          $0.pooling = [pooling]
        }
        let side = try await Explainer(shelf.embedder).explain(
          query: Self.query, document: "tea", recipe: recipe
        ).query
        let first = poolsPrompt ? 0 : try #require(side.tokens.lastIndex { $0.isPrompt }) + 1
        let expected =
          switch pooling {
          case .cls: first...first
          case .lastToken: (side.tokens.count - 1)...(side.tokens.count - 1)
          default: first...(side.tokens.count - 1)
          }
        for (index, token) in side.tokens.enumerated() {
          #expect(token.use == (expected.contains(index) ? .pooled : .attended), "\(pooling) \(index)")
        }
      }
    }
  }

  @Test(arguments: [0, 1, 2])
  func everyLayerIsExplainedByItsOwnStates(layer: Int) async throws {
    let shelf = try Shelf("bert-e5")
    let recipe = try shelf.recipe {
      $0.layer = layer
      $0.dimensions = 8
    }
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    try Self.expectSums(explanation, "layer \(layer)")
    let vectors = try await shelf.embedder.embed([Self.document], recipe.documents, recipe.readout).vectors
    let score = shelf.embedder.kernels.dot(try await shelf.query(Self.query, recipe), vectors.row(0))
    #expect(abs(explanation.score - score) < 1e-6)
  }

  @Test func aShareIsTheTokensStateAgainstTheOtherVector() async throws {
    let shelf = try Shelf("bert-mean")
    let recipe = try shelf.recipe()
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    let trace = try await shelf.embedder.trace(shelf.embedder.prepare(Self.document, recipe.documents))
    let states = try #require(trace.hiddenStates[recipe.readout.layer])
    let query = try await shelf.query(Self.query, recipe)
    let mean = try await shelf.embedder.pooledVectors(
      [trace.text], recipe.documents, layer: recipe.readout.layer
    ).pooled([.mean], poolsPrompt: true).row(0)
    let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = (0..<states.rows).map { token in
      zip(states.row(token), query).reduce(0) { $0 + $1.0 * $1.1 } / (norm * Float(states.rows))
    }
    expectClose(explanation.document.shares, expected, within: 1e-6, stage: "shares")
  }

  @Test func aRowOfPairsIsTheTokensShareLessWhatItHasWithTheOtherBias() async throws {
    let shelf = try Shelf("bert-dense-bf16")
    let recipe = try shelf.recipe()
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    try Self.expectSums(explanation, "dense")
    #expect(explanation.query.bias != 0 && explanation.document.bias != 0 && explanation.biasOfBoth != 0)
    let pairs = try #require(explanation.contributions)
    // What is left of the shares is the other side's bias less what the biases have with one another.
    let rest = (0..<pairs.rows).map { token in
      explanation.query.shares[token] - pairs.row(token).reduce(0, +)
    }
    #expect(rest.contains { abs($0) > 1e-3 })
    let expected = explanation.document.bias - explanation.biasOfBoth
    #expect(abs(rest.reduce(0, +) - expected) < 1e-5 * max(1, abs(explanation.score)))
  }

  /// A head of a normalisation, a dense layer with bias and residual, and another normalisation.
  @Test func everyLinearStepOfAHeadIsTakenApart() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    try FileManager.default.copyItem(atPath: GoldenModel.named("bert-pooler-tanh").path, toPath: path)
    let modules = [
      ("", "Transformer"), ("1_Pooling", "Pooling"), ("3_Normalize", "Normalize"), ("2_Dense", "Dense"),
      ("4_Normalize", "Normalize"), ("2_Dense", "Dense"),
    ].enumerated().map { index, module in
      #"{"idx": \#(index), "name": "\#(index)", "path": "\#(module.0)", "#
        + #""type": "sentence_transformers.models.\#(module.1)"}"#
    }
    _ = try folder.write("[\(modules.joined(separator: ","))]", to: "model/modules.json")
    _ = try folder.write(
      """
      {"in_features": 32, "out_features": 32, "bias": true, "use_residual": true,
       "activation_function": "torch.nn.modules.linear.Identity"}
      """, to: "model/2_Dense/config.json")
    let embedder = try TextEmbedder(ModelFolder(path: path), team: WorkerTeam(threads: 1))
    var choices = RecipeOverrides()
    choices.pooling = [.mean]
    choices.metric = .dot
    let recipe = try embedder.description.recipe(choices).recipe
    let explanation = try await Explainer(embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    try Self.expectSums(explanation, "normalize, dense, normalize, dense")
    #expect(explanation.query.bias != 0)
  }

  @Test func aStaticQueryAgainstAnEncodedDocumentIsTakenApart() async throws {
    let shelf = try Shelf("router-static-query")
    let recipe = try shelf.recipe()
    let explanation = try await Explainer(shelf.embedder).explain(
      query: Self.query, document: Self.document, recipe: recipe)
    try Self.expectSums(explanation, "router")
    #expect(explanation.query.bias == 0 && explanation.document.bias != 0)
    #expect(explanation.query.tokens.allSatisfy { !$0.isSpecial })
    #expect(explanation.similarities.rows == explanation.query.tokens.count)
    #expect(explanation.similarities.columns == explanation.document.tokens.count)
  }

  @Test func tokensAreThoseThatTheModelSaw() async throws {
    let shelf = try Shelf("bert-e5")
    let recipe = try shelf.recipe { $0.maximumLength = 12 }
    let text = Self.document + " \u{1F600}"
    let explanation = try await Explainer(shelf.embedder).explain(
      query: "\u{1F600} tea", document: text, recipe: recipe)
    let side = explanation.document
    let prepared = shelf.embedder.prepare(text, recipe.documents)
    #expect(side.tokens.count == 12 && side.limit == 12 && side.totalCount > 12)
    #expect(side.string == recipe.documents.prompt + text)
    let scalars = Array(side.string.unicodeScalars)
    let last = try #require(side.tokens.last { !$0.isSpecial })
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: scalars[..<last.offsets.upperBound])
    let dropped = try #require(side.droppedText)
    #expect(side.string.hasSuffix(dropped) && !dropped.isEmpty)
    #expect((String(kept) + dropped).filter { $0 != " " } == side.string.filter { $0 != " " })
    #expect(prepared.string == side.string)
    let query = explanation.query
    #expect(query.droppedText == nil)
    let unknown = try #require(query.tokens.last { $0.isUnknown })
    #expect(Array(query.string.unicodeScalars)[unknown.offsets] == ["\u{1F600}"])
    #expect(query.tokens.contains { !$0.isUnknown && !$0.isSpecial && !$0.isPrompt })
    #expect(query.tokens.first?.isSpecial == true && query.tokens.first?.isPrompt == false)
  }
}

/// Texts and vectors with nothing in them, and long ones.
struct ExplanationEdgeTests {
  private func expectFinite(_ explanation: Explanation, sourceLocation: SourceLocation = #_sourceLocation) {
    var values = explanation.query.shares + explanation.document.shares + explanation.similarities.values
    values += [
      explanation.score, explanation.biasOfBoth, explanation.query.bias, explanation.query.residual,
      explanation.document.bias, explanation.document.residual,
    ]
    values += explanation.contributions?.values ?? []
    #expect(values.allSatisfy { $0.isFinite }, sourceLocation: sourceLocation)
  }

  @Test(arguments: ["gpt2-weighted", "static-embedding", "bloom-last"], Metric.allCases)
  func aTextOfNoTokensHasNoSharesAndIsNamed(model: String, metric: Metric) async throws {
    let shelf = try Shelf(model)
    let recipe = try shelf.recipe { $0.metric = metric }
    for (query, document) in [("", "a cup of tea"), ("a cup of tea", ""), ("", "")] {
      let explanation = try await Explainer(shelf.embedder).explain(
        query: query, document: document, recipe: recipe)
      expectFinite(explanation)
      for (name, text, side) in [
        ("query", query, explanation.query), ("document", document, explanation.document),
      ] where side.tokens.isEmpty {
        #expect(text.isEmpty && side.shares.isEmpty)
        #expect(explanation.notes.contains { $0.contains("the \(name) has no tokens") })
      }
      if explanation.query.tokens.isEmpty, !metric.isDistance { #expect(explanation.score == 0) }
    }
  }

  @Test(arguments: GoldenModel.samples)
  func equalTextsAndEmptyOnesGiveNoNaN(golden: GoldenModel) async throws {
    let shelf = try Shelf(golden.model)
    let recipe = try shelf.recipe()
    for (query, document) in [("a cup of tea", "a cup of tea"), ("", ""), ("tea", "")] {
      expectFinite(
        try await Explainer(shelf.embedder).explain(query: query, document: document, recipe: recipe))
    }
  }

  @Test(arguments: [Metric.cosine, .dot], [true, false])
  func aVectorOfZerosIsNamed(metric: Metric, normalizes: Bool) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    try FileManager.default.copyItem(atPath: GoldenModel.named("static-embedding").path, toPath: path)
    let store = try WeightStore(folder: path)
    let name = "embedding.weight"
    let shape = try #require(store.shape(of: name))
    let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
    _ = try folder.write(SafetensorsBytes.file([(name, shape, zeros)]), to: "model/model.safetensors")
    let embedder = try TextEmbedder(ModelFolder(path: path), team: WorkerTeam(threads: 1))
    var choices = RecipeOverrides()
    choices.metric = metric
    choices.normalizes = normalizes
    let recipe = try embedder.description.recipe(choices).recipe
    let explanation = try await Explainer(embedder).explain(
      query: "tea", document: "the river", recipe: recipe)
    expectFinite(explanation)
    #expect(explanation.score == 0 && explanation.document.shares.allSatisfy { $0 == 0 })
    #expect(explanation.notes.contains { $0.contains("query's vector is zero") })
    #expect(explanation.notes.contains { $0.contains("document's vector is zero") })
  }

  @Test func matricesOfLongTextsAreOfTheFirstTokensAndSayIt() async throws {
    let shelf = try Shelf("bert-mean")
    let explainer = Explainer(shelf.embedder, limits: Explainer.Limits(matrixTokens: 5))
    let explanation = try await explainer.explain(
      query: "tea", document: ExplanationTests.document, recipe: try shelf.recipe())
    #expect(explanation.similarities.columns == 5 && explanation.contributions?.columns == 5)
    #expect(explanation.notes.count { $0.contains("the first 5 of the document's") } == 1)
    #expect(explanation.document.shares.count == explanation.document.tokens.count)
    #expect(abs(explanation.document.residual) < 1e-5)
  }

  @Test func aTokenIsMostLikeItself() async throws {
    let shelf = try Shelf("static-embedding")
    let recipe = try shelf.recipe()
    let text = "the river runs past the mill"
    let explanation = try await Explainer(shelf.embedder).explain(query: text, document: text, recipe: recipe)
    var pairs = 0
    for (row, token) in explanation.query.tokens.enumerated() {
      for (column, other) in explanation.document.tokens.enumerated() where token.id == other.id {
        #expect(abs(explanation.similarities.row(row)[column] - 1) < 1e-6)
        pairs += 1
      }
    }
    #expect(pairs >= 6)
    #expect(explanation.similarities.values.contains { $0 < 0.9 })
  }
}
