import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelHub

/// What a hub refuses, and what is offered instead.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct RefusalTests {
  private let weights = "model.safetensors"

  private func failure(
    _ fake: FakeHub, _ name: String = FakeHub.id, _ variables: [String: String] = [:],
    _ fixture: HubFixture? = nil
  ) async throws -> HubError? {
    let hub = try (fixture ?? HubFixture()).hub(at: fake, variables)
    do throws(HubError) {
      _ = try await hub.pull(name)
      return nil
    } catch {
      #expect(!"\(error)".contains("hf_secret"))
      return error
    }
  }

  @Test func aGatedModelSaysHowToGetIt() async throws {
    let fake = try FakeHub()
    // The list of files of a gated model is public; its files are not.
    fake.refuse(.init(part: "/resolve/", status: 401, headers: ["X-Error-Code": "GatedRepo"]))
    try await fake.run {
      let refused = try #require(try await failure(fake))
      #expect(refused == .notPermitted(id: FakeHub.id, host: fake.endpoint, hasToken: true))
      #expect("\(refused)".contains("the account of your access token"))
      let without = try #require(try await failure(fake, FakeHub.id, ["HF_TOKEN": ""]))
      #expect(without == .notPermitted(id: FakeHub.id, host: fake.endpoint, hasToken: false))
      #expect("\(without)".contains("\(fake.endpoint)/org/tiny and set HF_TOKEN"))
      #expect(fake.fetches(of: "config.json").isEmpty)
    }
  }

  @Test func aTokenThatTheHubDoesNotKnowIsNamed() async throws {
    let fake = try FakeHub()
    fake.refuse(.init(status: 401))
    try await fake.run {
      let refused = try #require(try await failure(fake))
      #expect(refused == .invalidToken(host: fake.endpoint))
      #expect(refused.kind == .notPermitted && "\(refused)".contains("HF_TOKEN"))
    }
  }

  @Test func aDisabledModelIsNotAvailable() async throws {
    let fake = try FakeHub()
    fake.refuse(.init(status: 403, headers: ["X-Error-Message": "Access to this resource is disabled."]))
    try await fake.run {
      let refused = try #require(try await failure(fake))
      #expect(refused == .disabled(id: FakeHub.id, host: fake.endpoint))
      #expect(refused.kind == .unavailable)
    }
  }

  @Test func aMissingRevisionIsNamed() async throws {
    let fake = try FakeHub()
    try fake.add(TinyModel().files, revision: "main")
    fake.forget("*")
    try await fake.run {
      let revision = try await failure(fake, FakeHub.id + "@v9")
      #expect(revision == .revisionNotFound(id: FakeHub.id, revision: "v9"))
      let repository = try await failure(fake, "org/other")
      #expect(repository == .repositoryNotFound(id: "org/other", host: fake.endpoint))
      let none = try await failure(fake)
      #expect(none == nil)
    }
  }

  @Test func aListedFileThatIsNotThereIsNamed() async throws {
    let fake = try FakeHub()
    fake.refuse(.init(part: "/vocab.txt", status: 404, headers: ["X-Error-Code": "EntryNotFound"]))
    try await fake.run {
      let refused = try #require(try await failure(fake))
      #expect(refused == .fileNotFound(id: FakeHub.id, file: "vocab.txt"))
      #expect(refused.kind == .missing)
    }
  }

  @Test(
    "a hub with too many requests is left alone for as long as it asks",
    arguments: [
      (["Retry-After": "7"], [7000, 7000, 7000, 7000], 7 as Int?),
      (["RateLimit": "\"api\";r=0;t=3"], [3000, 3000, 3000, 4000], 3),
      (["RateLimit": "\"api\";r=9;t=3"], [500, 1000, 2000, 4000], nil),
      (["Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"], [500, 1000, 2000, 4000], nil),
      (["Retry-After": "3600"], [], 3600), (["Retry-After": "-1"], [500, 1000, 2000, 4000], nil),
      (["Retry-After": "99999999999999999999"], [500, 1000, 2000, 4000], nil),
    ])
  func aBusyHubIsLeftAlone(headers: [String: String], pauses: [Int], seconds: Int?) async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.refuse(.init(status: 429, headers: headers))
    try await fake.run {
      let refused = try #require(try await failure(fake, FakeHub.id, [:], fixture))
      #expect(refused == .rateLimited(host: fake.endpoint, seconds: seconds))
      #expect(refused.kind == .tryLater)
      #expect(fixture.pauses == pauses)
    }
  }

  @Test(
    "what cannot be run here is refused by name before anything is asked",
    arguments: [
      "text-embedding-ada-002", "infgrad/jasper_en_vision_language_v1", "sensenova/piccolo-large-zh-v2",
      "facebook/tart-full-flan-t5-xl", "facebook/tart-full-flan-t5-xl@main",
    ])
  func whatCannotBeRunIsRefusedByName(name: String) async throws {
    let fake = try FakeHub()
    try await fake.run {
      let refused = try #require(try await failure(fake, name))
      guard case .cannotRun(_, let reason, let instead) = refused else {
        Issue.record("\(refused)")
        return
      }
      #expect("\(refused)".contains(reason) && "\(refused)".hasSuffix("; use \(instead)"))
      #expect(refused.kind == .badData)
      #expect(fake.requests.isEmpty)
    }
    #expect(!ModelHub.canPull(name))
    #expect(throws: HubError.self) { try HubFixture().hub().find(name) }
  }

  // Pickles.

  private let pull = #"{"discussions": [ITEMS], "count": COUNT, "start": 0}"#

  private func item(_ number: Int, by author: String, _ title: String, status: String = "open") -> String {
    #"{"num": \#(number), "title": "\#(title)", "status": "\#(status)", "isPullRequest": true,"#
      + #" "author": {"name": "\#(author)"}}"#
  }

  private func pickled(_ extra: [String: String] = [:]) throws -> FakeHub {
    var model = TinyModel()
    model["pytorch_model.bin"] = "a pickle"
    model.files[weights] = nil
    for (name, text) in extra { model[name] = text }
    return try FakeHub(files: model.files)
  }

  private func propose(_ fake: FakeHub, _ items: [String]) {
    fake.listPullRequests(
      pull.replacing("ITEMS", with: items.joined(separator: ",")).replacing("COUNT", with: "\(items.count)"))
  }

  @Test func convertedWeightsOfAPullRequestAreOffered() async throws {
    let fake = try pickled()
    let other = String(repeating: "ab", count: 20)
    try fake.add(TinyModel().files, revision: "refs/pr/3", commit: other)
    propose(
      fake,
      [
        item(9, by: "someone", "Adding safetensors"), item(5, by: "someone", "Update README.md"),
        item(3, by: "SFconvertbot", "Adding `safetensors` variant of this model"),
        item(2, by: "SFconvertbot", "Adding `safetensors` variant of this model", status: "closed"),
      ])
    try await fake.run {
      let refused = try #require(try await failure(fake))
      let converted = ConvertedWeights(id: FakeHub.id, revision: "refs/pr/3", author: "SFconvertbot")
      #expect(refused == .pickleOnly(id: FakeHub.id, file: "pytorch_model.bin", converted: converted))
      #expect("\(refused)".contains("'vecscope pull org/tiny@refs/pr/3'"))
      #expect(refused.kind == .badData)
      #expect(fake.fetches(of: "pytorch_model.bin").isEmpty)
      let asked = fake.requests.map(\.path)
      #expect(asked.contains("/api/models/org/tiny/revision/refs%2Fpr%2F3"))
      #expect(!asked.contains("/api/models/org/tiny/revision/refs%2Fpr%2F9"))
      // What is offered can be had, and nothing else was taken.
      let fixture = try HubFixture()
      let model = try await fixture.hub(at: fake).pull(FakeHub.id + "@refs/pr/3")
      #expect(model.path == fixture.cache.snapshot(other))
      #expect(FolderCheck.missing(in: model.path) == nil)
      #expect(throws: HubError.notFound(name: FakeHub.id)) { try fixture.hub(at: fake).find(FakeHub.id) }
    }
  }

  @Test func aPullRequestThatConvertsAPartIsNotOffered() async throws {
    let modules = """
      [{"path": "", "type": "sentence_transformers.models.Transformer"},
       {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
      """
    let dense = [
      "modules.json": modules, "2_Dense/config.json": "{}", "2_Dense/pytorch_model.bin": "a pickle",
    ]
    let fake = try pickled(dense)
    var proposed = TinyModel()
    for (name, text) in dense { proposed[name] = text }
    try fake.add(proposed.files, revision: "refs/pr/1", commit: String(repeating: "ab", count: 20))
    propose(fake, [item(1, by: "SFconvertbot", "Adding `safetensors` variant of this model")])
    try await fake.run {
      let refused = try #require(try await failure(fake))
      #expect(refused == .pickleOnly(id: FakeHub.id, file: "pytorch_model.bin", converted: nil))
      #expect("\(refused)".contains("save_pretrained"))
      let proposal = try #require(try await failure(fake, FakeHub.id + "@refs/pr/1"))
      #expect(proposal == .pickleOnly(id: FakeHub.id, file: "2_Dense/pytorch_model.bin", converted: nil))
    }
  }

  @Test func whereNoPullRequestsAreListedTheFirstAreTried() async throws {
    let fake = try pickled()
    try fake.add(TinyModel().files, revision: "refs/pr/2", commit: String(repeating: "ab", count: 20))
    let here = try #require(fake.files["pytorch_model.bin"])
    try fake.add(["pytorch_model.bin": here, "config.json": Array("{}".utf8)], revision: "main")
    fake.forget("*")
    try await fake.run {
      let refused = try #require(try await failure(fake))
      let converted = ConvertedWeights(id: FakeHub.id, revision: "refs/pr/2", author: nil)
      #expect(refused == .pickleOnly(id: FakeHub.id, file: "pytorch_model.bin", converted: converted))
    }
  }

  @Test(
    "a list of pull requests that makes no sense is no offer",
    arguments: [
      "", "{}", "[]", #"{"discussions": [{}], "count": 1, "start": 0}"#,
      #"{"discussions": [], "count": 9, "start": 0}"#,
      #"{"discussions": [{"num": -1, "title": "safetensors"}], "count": 1, "start": 9223372036854775807}"#,
    ])
  func aSenselessListIsNoOffer(text: String) async throws {
    let fake = try pickled()
    fake.listPullRequests(text)
    try await fake.run {
      let refused = try await failure(fake)
      #expect(refused == .pickleOnly(id: FakeHub.id, file: "pytorch_model.bin", converted: nil))
    }
  }

  @Test func aPickleThatAnotherProgramFetchedIsNoModel() async throws {
    let fixture = try HubFixture()
    var model = TinyModel()
    model["pytorch_model.bin"] = "a pickle"
    model.files[weights] = nil
    let home = ".cache/huggingface/hub/models--org--tiny"
    _ = try fixture.folder.write(FakeHub.commit, to: home + "/refs/main")
    let path = try model.write(to: fixture.folder, under: "\(home)/snapshots/\(FakeHub.commit)")
    let hub = try fixture.hub()
    #expect(throws: HubError.incomplete(name: FakeHub.id, path: path, missing: weights)) {
      try hub.find(FakeHub.id)
    }
    // The mark says that the hub has no other weights.
    _ = try fixture.folder.write("", to: home + "/.no_exist/\(FakeHub.commit)/model.safetensors")
    #expect(throws: HubError.pickleOnly(id: FakeHub.id, file: "pytorch_model.bin", converted: nil)) {
      try hub.find(FakeHub.id)
    }
  }

  // Text of others in messages.

  @Test func aHostileNameCannotDriveTheTerminal() {
    let name = "a\u{1B}]0;title\u{7}\n\u{202E}b" + String(repeating: "c", count: 5000)
    for error in [
      HubError.unsafeFileName(id: "a/b", name: name, reason: "leaves the model's folder"),
      .fileNotFound(id: "a/b", file: name), .noWeights(id: "a/b", folder: name, others: [name]),
      .baseUnavailable(id: "a/b", base: name, .cancelled), .unsupported(id: "a/b", file: "x", reason: name),
    ] {
      let text = "\(error)"
      #expect(text.count < 1000)
      #expect(
        text.unicodeScalars.allSatisfy { ![.control, .format].contains($0.properties.generalCategory) })
    }
  }
}
