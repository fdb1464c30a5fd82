import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import ModelHub

/// Adapters, which are nothing without their base.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AdapterTests {
  private let id = "org/adapter"
  private let commit = String(repeating: "ad", count: 20)

  private func adapter(of base: String, revision: String? = nil) -> [String: [UInt8]] {
    var model = TinyModel()
    let weights = model.files["model.safetensors"]
    model.files = ["adapter_model.safetensors": weights ?? []]
    let revision = revision.map { "\"\($0)\"" } ?? "null"
    model["adapter_config.json"] =
      #"{"peft_type": "LORA", "base_model_name_or_path": "\#(base)", "revision": \#(revision), "r": 2}"#
    return model.files
  }

  private func hub(base: String = FakeHub.id, revision: String? = nil) throws -> FakeHub {
    let fake = try FakeHub()
    try fake.add(adapter(of: base, revision: revision), id: id, commit: commit)
    return fake
  }

  @Test func theBaseComesWithTheAdapter() async throws {
    let fixture = try HubFixture()
    let fake = try hub()
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let model = try await hub.pull(id)
      #expect(model.name == id && model.origin == .hubCache(commit: commit))
      #expect(contents(of: model.path) == ["adapter_config.json", "adapter_model.safetensors"])
      #expect(hub.baseFolder(FakeHub.id, of: model) == fixture.cache.snapshot(FakeHub.commit))
      #expect(hub.baseFolder("org/other", of: model) == nil)
      #expect(try hub.find(id) == model)
      #expect(hub.list().map(\.model.name) == [id, FakeHub.id])
    }
  }

  @Test func theBaseHasTheRevisionThatTheAdapterNames() async throws {
    let fixture = try HubFixture()
    let fake = try hub(revision: "refs/pr/1")
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let model = try await hub.pull(id)
      #expect(fake.requests.map(\.path).contains("/api/models/org/tiny/revision/refs%2Fpr%2F1"))
      #expect(try hub.baseFolder(FakeHub.id, of: model) == hub.find(FakeHub.id + "@refs/pr/1").path)
    }
  }

  @Test func aBaseThatIsHereIsNotAskedFor() async throws {
    let fixture = try HubFixture()
    let fake = try hub()
    let home = ".cache/huggingface/hub/models--org--tiny"
    _ = try fixture.folder.write(FakeHub.commit, to: home + "/refs/main")
    _ = try TinyModel().write(to: fixture.folder, under: "\(home)/snapshots/\(FakeHub.commit)")
    fake.refuse(.init(part: "org/tiny", status: 401, headers: ["X-Error-Code": "GatedRepo"]))
    try await fake.run {
      _ = try await fixture.hub(at: fake).pull(id)
      #expect(!fake.requests.contains { $0.path.contains("org/tiny") })
    }
  }

  @Test func anAdapterOpensWithItsBase() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    var model = TinyModel()
    model.files = adapter(of: FakeHub.id)
    model.files["adapter_model.safetensors"] = SafetensorsBytes.file([
      (
        "base_model.model.embeddings.word_embeddings.lora_embedding_A", [2, 6],
        [Float](repeating: 1, count: 12)
      ),
      (
        "base_model.model.embeddings.word_embeddings.lora_embedding_B", [8, 2],
        [Float](repeating: 1, count: 16)
      ),
    ])
    try fake.add(model.files, id: id, commit: commit)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      _ = try await hub.pull(id)
      let name = "embeddings.word_embeddings.weight"
      let merged = try hub.open(id).weights.floats(name, shape: [6, 8])
      let base = try hub.open(FakeHub.id).weights.floats(name, shape: [6, 8])
      #expect(zip(merged, base).allSatisfy { $0 > $1 })
    }
  }

  @Test func anAdapterOfAnAdapterIsRefused() async throws {
    let fixture = try HubFixture()
    let fake = try hub(base: "org/other")
    try fake.add(adapter(of: id), id: "org/other", commit: String(repeating: "0d", count: 20))
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake).pull(id)
      } throws: { error in
        guard case .baseUnavailable(id, "org/other", .unsupported)? = error as? HubError else { return false }
        return true
      }
    }
  }

  @Test func aGatedBaseIsNamedAndTheAdapterKept() async throws {
    let fixture = try HubFixture()
    let fake = try hub()
    fake.refuse(.init(part: "org/tiny/resolve", status: 403, headers: ["X-Error-Code": "GatedRepo"]))
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      await #expect {
        try await hub.pull(id)
      } throws: { error in
        let text = "\(error)"
        return (error as? HubError)?.kind == .notPermitted && text.contains("'org/adapter' is an adapter of")
          && text.contains("accept the conditions on \(fake.endpoint)/org/tiny")
      }
      let path = HubCache(root: hub.settings.cacheFolder, id: id).snapshot(commit)
      #expect(throws: HubError.incomplete(name: id, path: path, missing: "base model 'org/tiny'")) {
        try hub.find(id)
      }
      #expect(hub.list().isEmpty)
    }
  }

  @Test(
    "a base that is no model of the hub is refused",
    arguments: ["/etc", "../x", "./base", "org/adapter", "a/b/c", "~/base"])
  func aBaseThatIsNoModelIsRefused(base: String) async throws {
    let fixture = try HubFixture()
    let fake = try hub(base: base)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      await #expect {
        try await hub.pull(id)
      } throws: { error in
        guard case .baseUnavailable(id, base, _)? = error as? HubError else { return false }
        return true
      }
    }
  }

  @Test func anAdapterOfTheUserMayNameAFolder() throws {
    let fixture = try HubFixture()
    let base = try TinyModel().write(to: fixture.folder, under: "base")
    var model = TinyModel()
    model.files = adapter(of: base)
    let path = try model.write(to: fixture.folder, under: "adapter")
    let hub = try fixture.hub()
    #expect(try hub.baseFolder(base, of: hub.find(path)) == base)
    // The same from a hub names a folder of somebody else's machine.
    let fromHub = FoundModel(name: id, path: path, origin: .hubCache(commit: commit))
    #expect(hub.baseFolder(base, of: fromHub) == nil)
  }
}
