import Checkpoints
import Corpora
import Embedding
import Indexing
import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing
import Tokenization

/// Shares of scores that are no sums over tokens.
struct LeaveOneOutTests {
  struct Case: CustomStringConvertible, Sendable {
    var model: String
    var pooling: [Pooling]?
    var metric: Metric?
    var head: HeadChoice?
    var reason: String

    var description: String { "\(model) \(reason)" }
  }

  private static let cases = [
    Case(model: "bert-cls-prompts", reason: "pooling cls takes one token's state"),
    Case(model: "bert-concat", reason: "pooling cls takes one token's state"),
    Case(
      model: "bert-mean", pooling: [.max, .mean], reason: "pooling max takes each value from another token"),
    Case(model: "bert-max-short", reason: "a manhattan distance is no sum over tokens"),
    Case(model: "bert-sqrt-len", reason: "a euclidean distance is no sum over tokens"),
    Case(model: "bert-dense-bf16", metric: .euclidean, reason: "a euclidean distance is no sum over tokens"),
    Case(model: "distilbert-dense", reason: "the head has the activation tanh"),
    Case(
      model: "simcse-supervised", pooling: [.mean], head: .pooler, reason: "the head has the activation tanh"),
    Case(model: "qwen2-last", reason: "pooling lasttoken takes one token's state"),
    Case(
      model: "t5-encoder-decoder", pooling: [.decoderFirst],
      reason: "pooling decoder_first takes the decoder's output"),
    Case(
      model: "static-embedding", metric: .manhattan, reason: "a manhattan distance is no sum over tokens"),
    Case(model: "router-two-encoders", reason: "query: pooling cls takes one token's state"),
  ]

  private static func recipe(_ shelf: Shelf, _ one: Case) throws -> Recipe {
    try shelf.recipe {
      $0.pooling = one.pooling
      $0.metric = one.metric
      $0.head = one.head
    }
  }

  @Test(arguments: cases)
  func theMethodAndItsReasonAreNamed(one: Case) async throws {
    let shelf = try Shelf(one.model)
    let recipe = try Self.recipe(shelf, one)
    let explanation = try await Explainer(shelf.embedder).explain(
      query: "a cup of tea", document: "the river rose", recipe: recipe)
    #expect(explanation.method == .leaveOneOut(reason: one.reason))
    #expect(explanation.contributions == nil && explanation.biasOfBoth == 0)
    for side in [explanation.query, explanation.document] {
      #expect(side.bias == 0)
      for (token, share) in zip(side.tokens, side.shares) {
        #expect(token.hasShare == (!token.isSpecial && !token.isPrompt))
        if !token.hasShare { #expect(share == 0) }
      }
      #expect(side.shares.contains { $0 != 0 })
      let sum = side.shares.reduce(0) { $0 + Double($1) }
      let expected = Double(explanation.score) - sum
      #expect(abs(Double(side.residual) - expected) < 1e-5 * max(1, abs(expected)))
    }
  }

  @Test(arguments: cases)
  func aShareIsWhatTheScoreLosesWithoutTheToken(one: Case) async throws {
    let shelf = try Shelf(one.model)
    let embedder = shelf.embedder
    let recipe = try Self.recipe(shelf, one)
    let (query, document) = ("a cup of tea", "the river rose, and nobody knew")
    let explanation = try await Explainer(embedder).explain(query: query, document: document, recipe: recipe)
    let vector = try await embedder.embed([document], recipe.documents, recipe.readout).vectors
    let prepared = embedder.prepare(query, recipe.queries)
    for token in prepared.tokens.ids.indices where explanation.query.tokens[token].hasShare {
      var less = prepared
      less.tokens.ids.remove(at: token)
      less.tokens.special.remove(at: token)
      let trace = try await embedder.trace(less)
      let pooled = try #require(try embedder.pooledVectors(trace, layer: recipe.readout.layer))
      let rest = similarities(
        try await embedder.vectors(pooled, recipe.readout), vector, metric: recipe.metric
      ).row(0)[0]
      let expected = explanation.score - rest
      #expect(
        abs(explanation.query.shares[token] - expected) <= 1e-5 * max(1, abs(expected)),
        "\(one) \(prepared.tokens.tokens[token])")
    }
  }

  /// Where a word is a token, leaving it out is the same as not having written it.
  @Test func aWordThatIsATokenIsLeftOutAsIfItHadNotBeenWritten() async throws {
    let shelf = try Shelf("bert-cls-prompts")
    let recipe = try shelf.recipe {
      $0.queryPrompt = .noPrompt
      $0.documentPrompt = .noPrompt
    }
    func score(_ document: String) async throws -> Float {
      try await Explainer(shelf.embedder).explain(query: "the two", document: document, recipe: recipe).score
    }
    let document = "the two of the three"
    let explanation = try await Explainer(shelf.embedder).explain(
      query: "the two", document: document, recipe: recipe)
    let words = document.split(separator: " ")
    try #require(
      explanation.document.tokens.map(\.text).dropFirst().dropLast() == words.map(String.init)[...])
    for index in words.indices {
      var rest = words
      rest.remove(at: index)
      let expected = explanation.score - (try await score(rest.joined(separator: " ")))
      #expect(abs(explanation.document.shares[index + 1] - expected) < 1e-6, "\(words[index])")
    }
  }

  @Test func onlyTheFirstTokensOfALongTextAreLeftOutAndThatIsSaid() async throws {
    let shelf = try Shelf("bert-cls-prompts")
    let explainer = Explainer(shelf.embedder, limits: Explainer.Limits(leaveOneOutTokens: 3))
    let explanation = try await explainer.explain(
      query: "tea", document: ExplanationTests.document, recipe: try shelf.recipe())
    #expect(explanation.document.tokens.count(where: \.hasShare) == 3)
    let own = explanation.document.tokens.count { !$0.isSpecial && !$0.isPrompt }
    #expect(explanation.notes.contains { $0.hasPrefix("the first 3 of the document's \(own) own tokens") })
  }

  @Test func tracesThatAreThereAreNotMadeAgain() async throws {
    let shelf = try Shelf("bert-mean")
    let recipe = try shelf.recipe()
    let embedder = shelf.embedder
    let query = try await embedder.trace(embedder.prepare("a cup of tea", recipe.queries))
    let document = try await embedder.trace(embedder.prepare("the river rose", recipe.documents))
    let before = embedder.encodedTexts
    let explanation = try await Explainer(embedder).explain(query: query, document: document, recipe: recipe)
    #expect(embedder.encodedTexts == before)
    let fresh = try await Explainer(embedder).explain(
      query: "a cup of tea", document: "the river rose", recipe: recipe)
    #expect(explanation.score == fresh.score && explanation.query.shares == fresh.query.shares)
    var lower = recipe
    lower.readout.layer = 0
    let other = try await embedder.trace(
      embedder.prepare("a cup of tea", recipe.queries), TraceRequest(layers: [recipe.readout.layer]))
    let again = try await Explainer(embedder).explain(query: other, document: document, recipe: lower)
    let expected = try await Explainer(embedder).explain(
      query: "a cup of tea", document: "the river rose", recipe: lower
    ).score
    #expect(again.score == expected)
  }

  @Test func aCancelledExplanationStops() async throws {
    let shelf = try Shelf("bert-cls-prompts")
    let recipe = try shelf.recipe()
    let before = shelf.embedder.encodedTexts
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await Explainer(shelf.embedder).explain(
        query: "a cup of tea", document: ExplanationTests.document, recipe: recipe)
    }
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(shelf.embedder.encodedTexts - before <= 1)
  }

  @Test(arguments: ["router-static-query", "router-two-encoders"])
  func vectorsOfDifferentLengthsAreRefused(model: String) async throws {
    let shelf = try Shelf(model)
    let recipe = try shelf.recipe { $0.head = HeadChoice.none }
    let error = EmbeddingError.widthsDiffer(query: 12, document: 16)
    await #expect(throws: error) {
      _ = try await Explainer(shelf.embedder).explain(query: "tea", document: "the river", recipe: recipe)
    }
    let collection = TextCollection.made(["the river"])
    let pooled = try await shelf.index(collection, recipe, in: nil)
    let query = try await shelf.query("tea", recipe)
    await #expect(throws: error) {
      _ = try await shelf.vectors(pooled, of: collection, recipe)
        .nearest(to: query, top: 1, priority: .interactive)
    }
  }
}
