import Checkpoints
import Embedding
import Engine
import Explorer
import Kernels
import Recipes
import Retrieval
import TestSupport
import Testing

/// What views ask of the engine, against computing it anew.
struct ViewTests {
  private let desk: Desk
  private let query = "the bank of the river"
  private static let model = "bert-mean"

  init() throws { desk = try Desk() }

  /// An engine with a model and an indexed corpus.
  private final class Bench {
    let engine: Engine
    let answers: Answers
    let recipe: Recipe
    let embedder: TextEmbedder

    init(
      _ desk: Desk, model: String, texts: [String] = Desk.texts,
      _ overrides: RecipeOverrides = RecipeOverrides()
    ) async throws {
      let answers = Answers()
      self.answers = answers
      engine = Engine(desk.settings) { answers.send($0) }
      embedder = try TextEmbedder(ModelFolder(path: Desk.model(model)), team: Desk.team)
      recipe = try embedder.description.recipe(overrides).recipe
      await engine.run(.loadModel(try Desk.model(model), generation: 1))
      _ = await answers.first { if case .model = $0 { true } else { nil } }
      await engine.run(.openCorpus([try desk.corpus(texts)], generation: 1))
      _ = await answers.first { if case .corpus = $0 { true } else { nil } }
      await engine.run(
        .index(IndexRequest(documents: recipe.documents, layer: recipe.readout.layer), generation: 1))
      _ = await answers.first { answer in
        if case .indexing(let progress, _) = answer, progress.done == texts.count { true } else { nil }
      }
    }

    var stamp: CorpusStamp { CorpusStamp(version: 1, indexed: 0) }

    /// The whole answer to a request.
    func compute(_ request: ViewRequest) async throws -> ViewResult {
      await engine.run(.compute(request, generation: 1))
      let result = await answers.first { answer -> Result<ViewResult, Failed>? in
        switch answer {
        case .computed(request.kind, let result, _): .success(result)
        case .computationFailed(request.kind, let failure, _): .failure(Failed(text: failure.message))
        default: nil
        }
      }
      return try #require(result).get()
    }

    /// The vectors of texts in a role, made anew.
    func vectors(_ texts: [String], _ encoding: Encoding, _ readout: Readout? = nil) async throws -> Matrix {
      try await embedder.embed(texts, encoding, readout ?? recipe.readout).vectors
    }
  }

  private struct Failed: Error {
    let text: String
  }

  @Test func aPercentileIsThePlaceAmongTheScoresOfAllPairs() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(.background(.init(recipe: bench.recipe, corpus: bench.stamp)))
    guard case .background(let summary) = result else {
      Issue.record("no background")
      return
    }
    let count = Desk.texts.count
    #expect(summary.texts == count && summary.scores == count * (count - 1) && !summary.isBundled)
    let queries = try await bench.vectors(Desk.texts, bench.recipe.queries)
    let documents = try await bench.vectors(Desk.texts, bench.recipe.documents)
    let scores = similarities(queries, documents, metric: bench.recipe.metric).values
    let others = scores.enumerated().filter { $0.offset / count != $0.offset % count }.map(\.element)
    await bench.engine.run(
      .search(SearchRequest(query: query, recipe: bench.recipe, top: 5, compared: 0), generation: 2))
    let list = try #require(
      await bench.answers.first { if case .neighbours(let list, _) = $0 { list } else { nil } })
    for neighbour in list.neighbours {
      let below = others.count { $0 < neighbour.score }
      let upTo = others.count { $0 <= neighbour.score }
      let expected = 50 * Float(below + upTo) / Float(others.count)
      let percentile = try #require(neighbour.percentile)
      // Scores of one pair differ in the last bit with the form of the product.
      #expect(abs(percentile - expected) <= 100 / Float(others.count))
    }
  }

  @Test func smallCollectionsAreMeasuredByBundledTexts() async throws {
    var desk = desk
    desk.settings.backgroundTexts = { (0..<230).map { "a bundled text with the number \($0)" } }
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(.background(.init(recipe: bench.recipe, corpus: bench.stamp)))
    guard case .background(let summary) = result else {
      Issue.record("no background")
      return
    }
    #expect(summary.isBundled && summary.texts == 200 && summary.scores == 39_800)
    #expect(summary.quantiles.count == 101 && summary.quantiles == summary.quantiles.sorted())
  }

  @Test func theLossOfAPrecisionIsMeasuredOnTheCollectionsTexts() async throws {
    var overrides = RecipeOverrides()
    overrides.precision = .int8
    let bench = try await Bench(desk, model: Self.model, overrides)
    let result = try await bench.compute(.background(.init(recipe: bench.recipe, corpus: bench.stamp)))
    guard case .background(let summary) = result else {
      Issue.record("no background")
      return
    }
    let loss = try #require(summary.loss)
    var exact = bench.recipe.documents
    exact.precision = .f32
    let vectors = try await bench.vectors(Desk.texts, bench.recipe.documents)
    let expected = try await bench.vectors(Desk.texts, exact)
    let cosines = Desk.texts.indices.map { row in
      zip(vectors.row(row), expected.row(row)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(loss.texts == min(32, Desk.texts.count) && loss.mean < 1 && loss.mean > 0.9)
    if Desk.texts.count <= 32 { #expect(abs(loss.minimum - (cosines.min() ?? 0)) < 1e-5) }
  }

  @Test(arguments: ["bert-mean", "roberta-cls"])
  func sharesAndBiasAreTheScore(model: String) async throws {
    let bench = try await Bench(desk, model: model)
    let text = Desk.texts[2]
    let result = try await bench.compute(
      .explanation(.init(query: query, text: text, recipe: bench.recipe)))
    guard case .explanation(let explanation) = result else {
      Issue.record("no explanation")
      return
    }
    let expected = try await desk.expected(query, in: [text], model: model)[0].score
    #expect(abs(explanation.score - expected) < 2e-5 * max(1, abs(expected)))
    let document = try #require(explanation.document)
    #expect(explanation.similarities.count == explanation.query.tokens.count * document.tokens.count)
    for side in [explanation.query, document] {
      let sum = side.tokens.compactMap(\.share).reduce(0, +) + side.bias + side.residual
      #expect(abs(sum - explanation.score) < 1e-5 * max(1, abs(explanation.score)))
      if explanation.method == .linear {
        #expect(abs(side.residual) < 1e-5 * max(1, abs(explanation.score)))
      }
    }
    #expect((explanation.method == .linear) == (model == "bert-mean"))
  }

  @Test func aQueryAloneIsSeenTokenByToken() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(.explanation(.init(query: query, text: "", recipe: bench.recipe)))
    guard case .explanation(let explanation) = result else {
      Issue.record("no explanation")
      return
    }
    #expect(explanation.document == nil && explanation.similarities.isEmpty)
    #expect(explanation.query.tokens.first?.isSpecial == true)
    #expect(explanation.query.tokens.allSatisfy { $0.share == nil })
  }

  @Test func attentionOfEveryHeadSumsToOne() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(.attention(.init(text: query, encoding: bench.recipe.queries)))
    guard case .attention(let maps) = result else {
      Issue.record("no attention")
      return
    }
    #expect(
      maps.layers == bench.embedder.description.layers && maps.heads == bench.embedder.description.heads)
    for layer in 0..<maps.layers {
      for head in 0..<maps.heads {
        let map = Array(maps.map(layer: layer, head: head))
        for row in 0..<maps.tokens.count {
          let sum = map[row * maps.tokens.count..<(row + 1) * maps.tokens.count].reduce(0, +)
          #expect(abs(sum - 1) < 1e-4)
        }
      }
    }
  }

  @Test func theLastLayerOfASweepIsTheSearch() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(
      .layers(.init(query: query, recipe: bench.recipe, corpus: bench.stamp, followed: nil, top: 5)))
    guard case .layers(let sweep) = result else {
      Issue.record("no sweep")
      return
    }
    let layers = bench.embedder.description.layers
    #expect(sweep.layers.map(\.layer) == Array(0...layers))
    #expect(sweep.swept == Desk.texts.count && sweep.bytes > 0)
    for layer in [0, layers] {
      let expected = try await desk.expected(query, in: Desk.texts, model: Self.model) { $0.layer = layer }
      #expect(sweep.layers[layer].nearest.map(\.text) == expected.prefix(5).map(\.text))
      expectClose(
        sweep.layers[layer].nearest.map(\.score), expected.prefix(5).map(\.score), within: 2e-5,
        stage: "layer \(layer)")
    }
    #expect(sweep.layers[layers].followedRank == 1 && sweep.layers[layers].overlapWithLast == 1)
  }

  @Test func aSweepKeepsWithinItsMemory() async throws {
    var desk = desk
    desk.settings.sweepLimitBytes = 1
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(
      .layers(.init(query: query, recipe: bench.recipe, corpus: bench.stamp, followed: nil, top: 5)))
    guard case .layers(let sweep) = result else {
      Issue.record("no sweep")
      return
    }
    #expect(sweep.swept == 1 && sweep.total == Desk.texts.count)
  }

  @Test func everyCellOfTheGridIsASearch() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let choices = [PromptChoice.noPrompt, .literal("Find: ")]
    let instructions = try choices.map { choice in
      var overrides = RecipeOverrides()
      overrides.queryPrompt = choice
      return GridRequest.Instruction(
        name: "\(choice)", choice: choice, recipe: try bench.embedder.description.recipe(overrides).recipe)
    }
    let result = try await bench.compute(
      .grid(
        .init(
          query: query, corpus: bench.stamp, instructions: instructions,
          poolings: [[.mean], [.cls], [.decoderFirst]], declared: bench.recipe, depth: 4)))
    guard case .grid(let grid) = result else {
      Issue.record("no grid")
      return
    }
    for (row, choice) in choices.enumerated() {
      for (column, pooling) in [[Pooling.mean], [.cls]].enumerated() {
        let expected = try await desk.expected(query, in: Desk.texts, model: Self.model) {
          $0.queryPrompt = choice
          $0.pooling = pooling
        }
        let cell = try #require(grid.cells[row][column])
        #expect(cell.text == expected[0].text && abs(cell.score - expected[0].score) < 2e-5)
        #expect(abs((cell.margin ?? .nan) - (expected[0].score - expected[1].score)) < 4e-5)
      }
      #expect(grid.cells[row][2] == nil, "the model has no decoder")
    }
    #expect(grid.cells[0][0]?.overlap == 1)
  }

  @Test func twoModelsAreComparedOnOneCorpus() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let other = try Desk.model("roberta-cls")
    let cls = try TextEmbedder(ModelFolder(path: other), team: Desk.team).description.recipe().recipe
    let a = ComparedRecipe(
      model: try Desk.model(Self.model), recipe: bench.recipe, overrides: RecipeOverrides(), summary: "a")
    let b = ComparedRecipe(model: other, recipe: cls, overrides: RecipeOverrides(), summary: "b")
    let queries = try desk.corpus(["river", "guitar strings"], name: "queries.txt")
    let result = try await bench.compute(
      .comparison(
        .init(a: a, b: b, query: query, queryFile: queries, corpus: bench.stamp, top: 12, depth: 5)))
    guard case .comparison(let comparison) = result else {
      Issue.record("no comparison")
      return
    }
    for (list, model) in [(comparison.a, Self.model), (comparison.b, "roberta-cls")] {
      let expected = try await desk.expected(query, in: Desk.texts, model: model)
      #expect(list.neighbours.map(\.text) == expected.map(\.text))
    }
    let topA = Set(comparison.a.neighbours.prefix(5).map(\.id))
    let common = topA.intersection(comparison.b.neighbours.prefix(5).map(\.id)).count
    #expect(comparison.agreement.overlap == Double(common) / 5)
    #expect(comparison.byQuery.map(\.query) == ["river", "guitar strings"])
  }

  @Test func aWeightedSumIsSearchedAsASum() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let result = try await bench.compute(
      .combination(
        .init(
          terms: [.init(weight: 1, text: "river"), .init(weight: -0.5, text: "money")], from: "river",
          to: "money", recipe: bench.recipe, corpus: bench.stamp, top: 12)))
    guard case .combination(let combination) = result else {
      Issue.record("no combination")
      return
    }
    let terms = try await bench.vectors(["river", "money"], bench.recipe.queries)
    let sum = zip(terms.row(0), terms.row(1)).map { $0 - 0.5 * $1 }
    let documents = try await bench.vectors(Desk.texts, bench.recipe.documents)
    let scores = similarities(
      Matrix(rows: 1, columns: sum.count, values: sum), documents, metric: bench.recipe.metric
    ).row(0)
    let expected = scores.sorted(by: >)
    expectClose(combination.list.neighbours.map(\.score), expected, within: 2e-5, stage: "sum")
    #expect(combination.positions.count == 12 && combination.lowest.count == 5)
    let (lowest, highest) = (try #require(combination.lowest.first), try #require(combination.highest.first))
    #expect(lowest.score <= highest.score)
  }

  @Test(arguments: MapMethod.allCases)
  func aMapHasEveryTextAndAPlaceForTheQuery(method: MapMethod) async throws {
    let bench = try await Bench(desk, model: Self.model)
    let request = MapRequest(recipe: bench.recipe, corpus: bench.stamp, method: method, seed: 1)
    guard case .map(let map) = try await bench.compute(.map(request)) else {
      Issue.record("no map")
      return
    }
    #expect(map.method == method && map.ids.count == Desk.texts.count && map.total == Desk.texts.count)
    #expect((map.x + map.y).allSatisfy { $0.isFinite })
    #expect(map.neighbours.count == Desk.texts.count * map.neighbourCount)
    let trust = try #require(map.trustworthiness)
    #expect((0...1).contains(trust) && map.trust.count == Desk.texts.count)
    let result = try await bench.compute(.placement(.init(query: Desk.texts[2], map: request, step: 1)))
    guard case .placement(let place) = result else {
      Issue.record("no place")
      return
    }
    #expect(place.nearest.first == 2, "a text is its own nearest")
    #expect(place.x.isFinite && place.y.isFinite)
  }

  @Test func aQueryIsPlacedOnNoMapButTheLast() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let request = MapRequest(recipe: bench.recipe, corpus: bench.stamp, method: .pca, seed: 1)
    await #expect(throws: Failed.self) {
      try await bench.compute(.placement(.init(query: "river", map: request, step: 1)))
    }
  }

  @Test func cuttingToTheWholeVectorLosesNothing() async throws {
    let bench = try await Bench(desk, model: Self.model)
    let whole = bench.embedder.description.hidden
    let result = try await bench.compute(
      .dimensions(
        .init(
          query: query, recipe: bench.recipe, corpus: bench.stamp, sizes: [2, whole / 2, whole], depth: 5)))
    guard case .dimensions(let study) = result else {
      Issue.record("no study")
      return
    }
    #expect(study.points.map(\.size) == [2, whole / 2, whole])
    #expect(study.points.last?.overlap == 1)
    #expect(study.int8.bytes == whole && study.binary.bytes == (whole + 7) / 8)
    let expected = try await desk.expected(query, in: Desk.texts, model: Self.model) { $0.dimensions = 2 }
    #expect(study.points[0].top == expected[0].text)
  }

  @Test func metricsAreComparedOnVectorsAsTheyLeaveTheHead() async throws {
    let bench = try await Bench(desk, model: "roberta-cls")
    let result = try await bench.compute(
      .metrics(.init(query: query, recipe: bench.recipe, corpus: bench.stamp, top: 5)))
    guard case .metrics(let study) = result else {
      Issue.record("no study")
      return
    }
    #expect(study.sides.map(\.metric) == Metric.allCases)
    for side in study.sides {
      let expected = try await desk.expected(query, in: Desk.texts, model: "roberta-cls") {
        $0.metric = side.metric
        $0.normalizes = false
      }
      #expect(side.found.map(\.neighbour.text) == expected.prefix(5).map(\.text), "\(side.metric)")
      #expect(side.histogram.reduce(0, +) == 5)
    }
    #expect(study.histogram.reduce(0, +) == Desk.texts.count)
    #expect(study.bins.count == study.histogram.count + 1)
  }

  @Test func theWordsOfATextThatMatchAreWithinIt() async throws {
    let bench = try await Bench(desk, model: Self.model)
    await bench.engine.run(
      .search(SearchRequest(query: query, recipe: bench.recipe, top: 12, compared: 0), generation: 2))
    let list = try #require(
      await bench.answers.first { if case .neighbours(let list, _) = $0 { list } else { nil } })
    let result = try await bench.compute(
      .highlights(
        .init(query: query, recipe: bench.recipe, corpus: bench.stamp, ids: list.neighbours.map(\.id))))
    guard case .highlights(let highlights) = result else {
      Issue.record("no highlights")
      return
    }
    #expect(highlights.spans.count == list.neighbours.count)
    for neighbour in list.neighbours {
      let length = neighbour.text.unicodeScalars.count
      let spans = try #require(highlights.spans[neighbour.id])
      #expect(spans.allSatisfy { $0.range.lowerBound >= 0 && $0.range.upperBound <= length })
      #expect(spans.allSatisfy { (0...1).contains($0.strength) })
    }
    #expect(highlights.spans.values.contains { !$0.isEmpty })
  }
}
