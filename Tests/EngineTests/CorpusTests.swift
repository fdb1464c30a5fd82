import Corpora
import Foundation
import Kernels
import Recipes
import Screen
import TestSupport
import Testing

@testable import Engine
@testable import Explorer

/// Corpora and the store: what is damaged or cannot be kept is told, and everything else goes on.
struct CorpusTests {
  private func play(_ keys: String, _ session: HeadlessSession) async throws {
    for item in try KeyNotation.parse(keys) {
      if case .input(let input) = item { await session.handle(input) }
    }
    try await session.settle()
  }

  /// An engine with a model, a corpus and an index request for it.
  private func indexing(
    _ desk: Desk, _ corpus: String, _ answers: Answers
  ) async throws -> (engine: Engine, recipe: Recipe) {
    let engine = Engine(desk.settings) { answers.send($0) }
    await engine.run(.loadModel(try Desk.model("bert-mean"), generation: 1))
    let model = try #require(await answers.first { if case .model(let model, _) = $0 { model } else { nil } })
    await engine.run(.openCorpus([corpus], generation: 1))
    _ = await answers.first { if case .corpus = $0 { true } else { nil } }
    let recipe = try model.recipe().recipe
    let request = IndexRequest(documents: recipe.documents, layer: recipe.readout.layer)
    await engine.run(.index(request, generation: 1))
    return (engine, recipe)
  }

  private func search(_ engine: Engine, _ recipe: Recipe, _ answers: Answers) async -> NeighbourList? {
    let request = SearchRequest(query: "river", recipe: recipe, top: 5, compared: 0)
    await engine.run(.search(request, generation: 7))
    return await answers.first { if case .neighbours(let list, generation: 7) = $0 { list } else { nil } }
  }

  private func waitForIndex(_ answers: Answers) async {
    _ = await answers.first { answer in
      if case .indexing(let progress, _) = answer, progress.done == progress.total { true } else { nil }
    }
  }

  @Test func aDamagedCorpusIsNamedByFileAndLine() async throws {
    let desk = try Desk()
    let path = try desk.folder.write(Array("good\nalso good\n".utf8) + [0xFF, 0x0A], to: "damaged.txt")
    let session = desk.session(model: try Desk.model("bert-mean"), corpora: [path])
    try await session.start()
    let failure = try #require(session.state.corpus.failure)
    #expect(failure.message.contains("damaged.txt, line 3"))
    #expect(failure.nextStep != nil)
    #expect(FrameRenderer.text(view(session.state)).contains("line 3"))
    await session.finish()
  }

  @Test func anotherCorpusReplacesTheFirstAndOneThatFailsDoesNot() async throws {
    let desk = try Desk()
    let other = try desk.corpus(["nothing but this", "and that"], name: "other.txt")
    let session = desk.session(model: try Desk.model("bert-mean"), corpora: [try desk.corpus()])
    try await session.start()
    try await play("river<C-p>open a corpus<Enter>\(other)<Enter>", session)
    #expect(session.state.corpus.summary?.name == "other.txt")
    #expect(session.state.neighbours.list?.neighbours.count == 2)
    try await play("<C-p>open a corpus<Enter>/no/such/file.txt<Enter>", session)
    #expect(session.state.corpus.failure?.message.contains("/no/such/file.txt") == true)
    #expect(session.state.corpus.summary?.name == "other.txt")
    try await play("<Esc>s", session)
    #expect(session.state.neighbours.list?.neighbours.count == 2)
    await session.finish()
  }

  @Test func indexingGoesOnWhenAnotherCorpusCannotBeOpened() async throws {
    let desk = try Desk()
    let answers = Answers()
    let (engine, recipe) = try await indexing(desk, desk.largeCorpus(1500), answers)
    await engine.run(.openCorpus(["/no/such/file.txt"], generation: 2))
    _ = await answers.first { if case .corpusFailed(_, generation: 2) = $0 { true } else { nil } }
    await waitForIndex(answers)
    let list = await search(engine, recipe, answers)
    #expect(list?.searched == 1500)
    await engine.finish()
  }

  @Test func aNewCorpusEndsTheIndexingOfTheOld() async throws {
    let desk = try Desk()
    let answers = Answers()
    let (engine, _) = try await indexing(desk, desk.largeCorpus(5000), answers)
    _ = await answers.first { if case .indexing = $0 { true } else { nil } }
    await engine.run(.openCorpus([try desk.corpus()], generation: 2))
    _ = await answers.first { if case .corpus(_, generation: 2) = $0 { true } else { nil } }
    await engine.finish()
    #expect(await engine.encodedTexts < 5000)
  }

  @Test func resultsAreThereWhileIndexingGoesOn() async throws {
    let desk = try Desk()
    let answers = Answers()
    let (engine, recipe) = try await indexing(desk, desk.largeCorpus(5000), answers)
    _ = await answers.first { answer in
      if case .indexing(let progress, _) = answer, progress.done > 0 { true } else { nil }
    }
    let list = try #require(await search(engine, recipe, answers))
    #expect(list.searched > 0 && list.total == 5000)
    #expect(list.neighbours.count == 5)
    await engine.finish()
  }

  @Test func endingKeepsTheVectorsThatAreDone() async throws {
    let desk = try Desk()
    let first = Answers()
    let (engine, _) = try await indexing(desk, desk.largeCorpus(5000), first)
    _ = await first.first { answer in
      if case .indexing(let progress, _) = answer, progress.done > 0 { true } else { nil }
    }
    await engine.finish()
    let done = await engine.encodedTexts
    #expect(done > 0 && done < 5000)

    let second = Answers()
    let (again, _) = try await indexing(desk, desk.largeCorpus(5000), second)
    let found = await second.first { if case .indexing(let progress, _) = $0 { progress.done } else { nil } }
    #expect((found ?? 0) > 0)
    await again.finish()
  }

  @Test(arguments: ["below a file", "damaged", "of another program"])
  func aStoreThatCannotBeUsedIsToldOnceAndSearchWorks(kind: String) async throws {
    var desk = try Desk()
    switch kind {
    case "below a file": desk.settings.storePath = try desk.folder.write("x", to: "file") + "/store.sqlite"
    case "damaged":
      desk.settings.storePath = try desk.folder.write(
        [UInt8](repeating: 7, count: 5000), to: "damaged.sqlite")
    default: desk.settings.storePath = desk.folder.path
    }
    let answers = Answers()
    let (engine, recipe) = try await indexing(desk, desk.corpus(), answers)
    await waitForIndex(answers)
    let list = await search(engine, recipe, answers)
    #expect(list?.neighbours.count == 5)
    #expect(answers.notices.count == 1)
    #expect(answers.notices.first?.message.contains(desk.settings.storePath ?? "") == true)
    await engine.finish()
  }

  @Test func aStoreThatMayNotGrowIsToldOnceAndSearchWorks() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let desk = try Desk()
      let corpus = try desk.largeCorpus(1000)
      var limit = rlimit(rlim_cur: 1 << 19, rlim_max: 1 << 19)
      #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #else
        let resource = RLIMIT_FSIZE
      #endif
      guard setrlimit(resource, &limit) == 0 else { exit(2) }
      let answers = Answers()
      let tests = CorpusTests()
      let (engine, recipe) = try await tests.indexing(desk, corpus, answers)
      await tests.waitForIndex(answers)
      let list = await tests.search(engine, recipe, answers)
      guard list?.searched == 1000 else { exit(3) }
      // Another document prompt asks the store again: the fault is known already.
      var prompted = recipe
      prompted.documents.prompt = "text: "
      let request = IndexRequest(documents: prompted.documents, layer: prompted.readout.layer)
      await engine.run(.index(request, generation: 2))
      await tests.waitForIndex(answers)
      await engine.finish()
      guard answers.notices.count == 1 else { exit(4) }
    }
  }

  @Test func theNextStepIsWhatFollowsTheLastSemicolon() {
    let failure = Failure(describing: CorpusError.unknownFormat(path: "a;b.xyz"))
    #expect(failure.message.hasPrefix("a;b.xyz: "))
    #expect(failure.nextStep?.contains(".jsonl") == true)
    struct Short: Error, CustomStringConvertible { let description = "it failed" }
    #expect(Failure(describing: Short()) == Failure("it failed"))
  }
}
