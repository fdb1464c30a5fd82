import Recipes
import Screen
import Testing

@testable import Explorer

/// The header never drops a mark.
struct HeaderTests {
  /// Every choice overridden, with the longest words there are.
  private func marked() -> Session {
    let layer = HeadLayer(
      kind: "Dense", folder: "2_Dense", inputDimensions: 384 * 3, outputDimensions: 1024, activation: "tanh")
    var world = World(prompts: World.prompts, head: [layer])
    world.description.name = "an-organisation/a-model-with-a-rather-long-name-v2"
    world.description.maximumLength = Sourced(512, .table)
    let session = Session(world)
    var overrides = RecipeOverrides()
    overrides.queryPrompt = .literal("Given a question, find the passage that answers it: ")
    overrides.documentPrompt = .named("sts")
    overrides.pooling = [.meanSqrtLen, .weightedMean, .lastToken]
    overrides.layer = 3
    overrides.dimensions = 64
    overrides.normalizes = false
    overrides.poolsPrompt = false
    overrides.head = .declared
    overrides.precision = .int8
    overrides.metric = .manhattan
    session.state.setOverrides(overrides)
    return session
  }

  @Test func aLastTokenThatBelongsToTheTextIsMarked() {
    let session = Session(World())
    var overrides = RecipeOverrides()
    overrides.pooling = [.lastToken]
    session.state.setOverrides(overrides)
    #expect(!session.frame.rowText(0).contains("no end"), "the tokenizer is not known yet")
    session.state.model.description?.closesTexts = false
    #expect(session.frame.rowText(0).contains("no end"))
    session.state.model.description?.closesTexts = true
    #expect(!session.frame.rowText(0).contains("no end"))
  }

  @Test func whatAPrecisionLosesIsShownOnceItIsMeasured() {
    var world = World()
    world.loss = PrecisionLoss(minimum: 0.99466, mean: 0.99889, texts: 32)
    let session = Session(world)
    session.resize(200, 24)
    #expect(!session.frame.rowText(0).contains("cosine to f32"))
    session.send(.choose(.choosePrecision, "int8"))
    session.answerAll()
    #expect(session.frame.rowText(0).contains("int8 (overridden) · cosine to f32 .9988, least .9946"))
    session.resize(80, 24)
    let narrow = session.frame.rowText(0)
    #expect(narrow.contains("int8*") && narrow.contains("prompt –") && !narrow.contains("cosine to f32"))
  }

  @Test func aFoldersPathGivesWayToTheRecipe() {
    let path = "/home/somebody/a/very/long/way/down/to/the/folder/of/models/bge-small"
    let session = Session()
    session.state.model.description?.name = path
    session.resize(90, 24)
    let header = session.frame.rowText(0)
    #expect(header.contains("…/bge-small ") && header.contains("pooling mean") && header.contains("cosine"))
    session.resize(200, 24)
    #expect(session.frame.rowText(0).contains(path))
  }

  @Test(arguments: [80, 90, 100, 120, 150, 200, 400])
  func everyMarkIsShownAtEveryWidth(columns: Int) {
    let session = marked()
    #expect(session.state.overrides.metric == .manhattan)
    session.resize(columns, 24)
    let header = session.frame.rowText(0)
    let long = header.components(of: "(overridden)") + header.components(of: "(table)")
    let short = header.filter { $0 == "*" }.count + header.filter { $0 == "+" }.count
    // Ten choices and the length; a concatenated pooling has a plus sign of its own where it is written out.
    #expect(long == 11 || short >= 11, "\(header)")
  }

  @Test func whatIsDeclaredHasNoMark() {
    let header = Session(size: Size(columns: 100, rows: 24)).frame.rowText(0)
    #expect(header.contains("pooling mean (declared)"))
    #expect(!header.contains("*") && !header.contains("?") && !header.contains("overridden"))
  }

  @Test func whatIsAssumedIsMarked() {
    var world = World()
    world.description.pooling = Sourced([.mean], .assumed)
    world.description.similarity = Sourced(.cosine, .table)
    #expect(Session(world, size: Size(columns: 120, rows: 24)).frame.rowText(0).contains("mean (assumed)"))
    let narrow = Session(world).frame.rowText(0)
    #expect(narrow.contains("mean?") && narrow.contains("cosine+"))
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
