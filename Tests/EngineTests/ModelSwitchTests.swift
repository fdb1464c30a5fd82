import Engine
import Foundation
import Kernels
import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Models come, go and are missing.
struct ModelSwitchTests {
  private func type(_ keys: String, _ session: HeadlessSession) async throws {
    for item in try KeyNotation.parse(keys) {
      if case .input(let input) = item { await session.handle(input) }
    }
    try await session.settle()
  }

  private func names(_ session: HeadlessSession) -> String? { session.state.model.description?.name }

  @Test func modelsStayLoadedWithinTheBudget() async throws {
    let desk = try Desk()
    try desk.install("bert-mean", as: "tiny-mean")
    try desk.install("bert-e5", as: "tiny-e5")
    let session = desk.session(model: "tiny-mean", corpora: [try desk.corpus()])
    try await session.start()
    try await type("river", session)
    let first = session.state.neighbours.list
    try await type("<F5>tiny-e5<Enter>", session)
    #expect(names(session) == "tiny-e5")
    let second = session.state.neighbours.list
    #expect(second?.fingerprint != first?.fingerprint)
    let encoded = await session.encodedTexts

    // Both are in memory: their folders are not needed any more.
    try desk.uninstall("tiny-mean")
    try desk.uninstall("tiny-e5")
    try await type("<F5>tiny-mean<Enter>", session)
    #expect(names(session) == "tiny-mean")
    #expect(session.state.neighbours.list?.neighbours == first?.neighbours)
    try await type("<F5>tiny-e5<Enter>", session)
    #expect(session.state.neighbours.list?.neighbours == second?.neighbours)
    #expect(await session.encodedTexts == encoded)
    await session.finish()
  }

  @Test func beyondTheBudgetTheLeastRecentlyUsedGoes() async throws {
    var desk = try Desk()
    desk.settings.modelBudgetBytes = 1
    try desk.install("bert-mean", as: "tiny-mean")
    try desk.install("bert-e5", as: "tiny-e5")
    let session = desk.session(model: "tiny-mean", corpora: [try desk.corpus()])
    try await session.start()
    try await type("river", session)
    let first = session.state.neighbours.list
    try await type("<F5>tiny-e5<Enter>", session)
    #expect(names(session) == "tiny-e5")
    try await type("<F5>tiny-mean<Enter>", session)
    #expect(session.state.neighbours.list?.neighbours == first?.neighbours)

    try desk.uninstall("tiny-e5")
    try await type("<F5>tiny-e5<Enter>", session)
    #expect(names(session) == "tiny-mean")
    #expect(session.state.model.failure?.message.contains("no model 'tiny-e5'") == true)
    await session.finish()
  }

  @Test func aModelThatHadToLeaveIsReadAgainWhenARecipeNamesIt() async throws {
    var desk = try Desk()
    desk.settings.modelBudgetBytes = 1
    let answers = Answers()
    let engine = Engine(desk.settings) { answers.send($0) }
    await engine.run(.loadModel(try Desk.model("bert-mean"), generation: 1))
    let model = try #require(
      await answers.first { if case .model(let model, generation: 1) = $0 { model } else { nil } })
    // The user gives up the second model while it is loading: the first is still the one in use.
    await engine.run(.loadModel(try Desk.model("bert-e5"), generation: 2))
    _ = await answers.first { if case .model(_, generation: 2) = $0 { true } else { nil } }
    let request = SearchRequest(query: "river", recipe: try model.recipe().recipe, top: 5, compared: 0)
    await engine.run(.search(request, generation: 1))
    let list = await answers.first { answer -> NeighbourList? in
      switch answer {
      case .neighbours(let list, generation: 1): return list
      case .searchFailed(let failure, _):
        Issue.record("\(failure.message)")
        return NeighbourList(
          neighbours: [], metric: .dot, fingerprint: "", searched: 0, total: 0, similarities: nil,
          encodeMilliseconds: nil, rankMilliseconds: 0)
      default: return nil
      }
    }
    #expect(list?.fingerprint == request.recipe.fingerprint)
    await engine.finish()
  }

  @Test(arguments: ["all-MiniLM-L6-v2", "some-org/some-model", "some-org/some-model@main"])
  func aMissingModelThatCanBePulledIsOffered(name: String) async throws {
    let desk = try Desk()
    let session = desk.session(model: name, corpora: [try desk.corpus()])
    try await session.start()
    #expect(session.state.model.offer?.name == name)
    #expect(session.state.popup == .pull)
    let frame = FrameRenderer.text(view(session.state))
    #expect(frame.contains("no model '\(name)'"))
    #expect(frame.contains("Enter fetches \(name)"))
    #expect(frame.contains("Without a network"))
    let failure = try #require(session.state.model.failure)
    #expect(failure.pullable == name)
    #expect(failure.nextStep?.contains("vecscope pull \(name)") == true)
    #expect(failure.nextStep?.contains("without a network") == true)

    // There is no network here: the offer says why nothing came.
    try await type("<Enter>", session)
    #expect(FrameRenderer.text(view(session.state)).contains("HF_HUB_OFFLINE"))
    await session.finish()
  }

  @Test(arguments: ["no-model-of-this-name", "/nowhere/at/all", "./here/neither", "a/b/c"])
  func aMissingModelThatCannotBePulledIsNotOffered(name: String) async throws {
    let desk = try Desk()
    let session = desk.session(model: name, corpora: [])
    try await session.start()
    #expect(session.state.model.offer == nil)
    let failure = try #require(session.state.model.failure)
    #expect(failure.pullable == nil)
    #expect(failure.message.contains(name))
    #expect(failure.nextStep != nil)
    #expect(session.state.notice?.kind == .failure)
    await session.finish()
  }

  @Test func aDamagedModelIsNamedAndTheOldOneStays() async throws {
    let desk = try Desk()
    try desk.install("bert-mean", as: "tiny-mean")
    try desk.install("bert-mean", as: "cut-off")
    let weights = "\(desk.folder.path)/data/vecscope/models/cut-off/model.safetensors"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: weights))
    let session = desk.session(model: "tiny-mean", corpora: [try desk.corpus()])
    try await session.start()
    try await type("<F5>cut-off<Enter>", session)
    #expect(names(session) == "tiny-mean")
    #expect(session.state.model.failure?.message.contains("model.safetensors") == true)
    try await type("<Esc>river", session)
    #expect(session.state.neighbours.list?.neighbours.count == Desk.texts.count)
    await session.finish()
  }

  @Test func theModelsOfThisMachineAreListed() async throws {
    let desk = try Desk()
    try desk.install("bert-mean", as: "tiny-mean")
    try desk.install("bert-e5", as: "tiny-e5")
    let session = desk.session(model: "tiny-mean", corpora: [])
    try await session.start()
    try await type("<F5>", session)
    let frame = FrameRenderer.text(view(session.state))
    #expect(frame.contains("tiny-mean") && frame.contains("tiny-e5"))
    await session.finish()
  }
}
