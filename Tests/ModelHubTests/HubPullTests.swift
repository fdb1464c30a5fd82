import Checkpoints
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelHub

/// Pulling from a hub that cuts, lies, refuses and redirects.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HubPullTests {
  private let weights = "model.safetensors"

  @Test func aModelIsFetchedIntoTheSharedCache() async throws {
    let fixture = try HubFixture()
    var files = TinyModel().files
    for name in ["README.md", "onnx/model.onnx", "onnx/config.json", "pytorch_model.bin", "tf_model.h5"] {
      files[name] = [1, 2, 3]
    }
    let fake = try FakeHub(files: files)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let progress = Mutex<[DownloadProgress]>([])
      let model = try await hub.pull(FakeHub.id) { step in progress.withLock { $0.append(step) } }
      #expect(model.path == fixture.cache.snapshot(FakeHub.commit))
      #expect(model.origin == .hubCache(commit: FakeHub.commit))
      #expect(try String(contentsOfFile: fixture.cache.reference("main"), encoding: .utf8) == FakeHub.commit)
      for (name, bytes) in TinyModel().files {
        let path = model.path + "/" + name
        #expect(FileManager.default.contents(atPath: path) == Data(bytes))
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: path)
        #expect(target.hasSuffix("../blobs/" + fake.etag(name)) && !target.hasPrefix("/"))
      }
      #expect(try ModelFolder(path: model.path).configuration.hidden == 8)
      let asked = fake.requests.map(\.path).joined(separator: " ")
      for unneeded in ["README", "onnx", ".bin", ".h5"] { #expect(!asked.contains(unneeded)) }
      let last = try #require(progress.withLock { $0.last })
      #expect(last.doneBytes == last.totalBytes)

      #expect(try hub.find(FakeHub.id) == model)
      #expect(try hub.find("tiny").path == model.path)
      #expect(hub.list().map(\.model.name) == [FakeHub.id])
      #expect(hub.list().first?.byteCount == TinyModel().files.values.reduce(0) { $0 + $1.count })

      let before = fake.fetches(of: weights).count
      _ = try await hub.pull(FakeHub.id)
      #expect(fake.fetches(of: weights).count == before)
    }
  }

  @Test func theTokenGoesToTheHubOnly() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let other = try FakeHub()
    try await fake.run {
      try await other.run {
        fake.redirectContent(to: other.endpoint)
        _ = try await fixture.hub(at: fake).pull(FakeHub.id)
        #expect(fake.requests.allSatisfy { $0.authorization == "Bearer hf_secret" })
        #expect(other.fetches(of: weights).count == 1)
        #expect(other.requests.allSatisfy { $0.authorization == nil })
      }
    }
    #expect(!"\(try fixture.settings())".contains("hf_secret"))
    var dumped = ""
    dump(try fixture.settings(), to: &dumped)
    #expect(!dumped.contains("hf_secret"))
  }

  @Test func aCutDownloadIsResumed() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.cut(after: 100)], for: weights)
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(fake.fetches(of: weights).map(\.range) == [nil, "bytes=100-"])
      #expect(
        FileManager.default.contents(atPath: model.path + "/" + weights)
          == fake.files[weights].map { Data($0) })
      #expect(fixture.pauses == [500])
    }
  }

  @Test func aServerThatIgnoresTheRangeStartsAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.cut(after: 100), .ignoresRange], for: weights)
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(
        FileManager.default.contents(atPath: model.path + "/" + weights)
          == fake.files[weights].map { Data($0) })
    }
  }

  @Test func aRefusedRangeStartsAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.cut(after: 100), .status(416)], for: weights)
    try await fake.run {
      _ = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(fake.fetches(of: weights).map(\.range) == [nil, "bytes=100-", nil])
    }
  }

  @Test func aPartThatWasNotAskedForIsAskedForAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.cut(after: 100), .wrongRange], for: weights)
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(fake.fetches(of: weights).map(\.range) == [nil, "bytes=100-", "bytes=100-"])
      _ = try ModelFolder(path: model.path)
    }
  }

  @Test func attemptsAreCountedFromTheLastThatBroughtMuch() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([FakeHub.Fault](repeating: .cut(after: 20), count: 7), for: weights)
    try await fake.run {
      _ = try await fixture.hub(at: fake, progressBytes: 20).pull(FakeHub.id)
      #expect(fixture.pauses == [Int](repeating: 500, count: 7))
      #expect(fake.fetches(of: weights).count == 8)
    }
  }

  @Test func aConnectionThatIsAlwaysCutIsAnErrorAndItsPartIsKept() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([FakeHub.Fault](repeating: .cut(after: 20), count: 5), for: weights)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      await #expect {
        try await hub.pull(FakeHub.id)
      } throws: { ($0 as? HubError)?.kind == .unavailable }
      #expect(fixture.pauses == [500, 1000, 2000, 4000])
      #expect(hub.list().isEmpty)
      #expect(byteCount(ofFile: partial(fake, fixture)) == 100)
      _ = try await hub.pull(FakeHub.id)
      #expect(fake.fetches(of: weights).last?.range == "bytes=100-")
    }
  }

  private func partial(_ fake: FakeHub, _ fixture: HubFixture) -> String {
    fixture.cache.incompleteBlob(fake.etag(weights))
  }

  @Test func aDamagedRestOfAnEarlierAttemptIsFetchedAnew() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let count = try #require(fake.files[weights]?.count)
    for size in [50, count, count + 9] {
      try makeFolder(fixture.cache.folder + "/blobs")
      removeIfThere(fixture.cache.blob(fake.etag(weights)))
      try Data(repeating: 7, count: size).write(to: URL(fileURLWithPath: partial(fake, fixture)))
      try await fake.run {
        let model = try await fixture.hub(at: fake).pull(FakeHub.id)
        #expect(FileManager.default.contents(atPath: model.path + "/" + weights)?.count == count)
        _ = try ModelFolder(path: model.path)
      }
    }
  }

  @Test func wrongContentIsNeverAModel() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let right = try #require(fake.files[weights])
    var wrong = right
    wrong[wrong.count - 1] ^= 1
    fake.order([.content(wrong)], for: weights)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      await #expect {
        try await hub.pull(FakeHub.id)
      } throws: { error in
        guard case .damagedDownload(weights, "hash", let expected, let found)? = error as? HubError else {
          return false
        }
        return expected == fake.etag(weights) && found != expected
      }
      #expect(throws: HubError.notFound(name: FakeHub.id)) { try hub.find(FakeHub.id) }
      #expect(hub.list().isEmpty)
      #expect(!FileManager.default.fileExists(atPath: partial(fake, fixture)))
      _ = try await hub.pull(FakeHub.id)
    }
  }

  @Test func anotherSizeThanAnnouncedIsRefused() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let right = try #require(fake.files[weights])
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      fake.order([.content(right + [0])], for: weights)
      await #expect {
        try await hub.pull(FakeHub.id)
      } throws: { error in
        guard case .damagedDownload(_, "size", _, _)? = error as? HubError else { return false }
        return true
      }
      fake.order([FakeHub.Fault](repeating: .content([1, 2]), count: 9), for: weights)
      await #expect {
        try await hub.pull(FakeHub.id)
      } throws: { error in
        guard case .damagedDownload(_, "size", _, _)? = error as? HubError else { return false }
        return true
      }
      #expect(hub.list().isEmpty)
    }
  }

  @Test(
    "each refusal has its own error",
    arguments: [
      (401, "GatedRepo" as String?, HubError.Kind.notPermitted), (403, nil, .notPermitted),
      (403, "GatedRepo", .notPermitted), (429, nil, .tryLater), (410, nil, .missing),
      (401, nil, .notPermitted),
      (401, "RepoNotFound", .missing), (404, "RepoNotFound", .missing), (404, nil, .missing),
      (404, "RevisionNotFound", .missing), (418, nil, .unavailable), (503, nil, .unavailable),
    ])
  func eachRefusalHasItsOwnError(status: Int, code: String?, kind: HubError.Kind) async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.answerAlways(status, code: code)
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake).pull(FakeHub.id)
      } throws: { error in
        (error as? HubError)?.kind == kind && !"\(error)".contains("hf_secret")
      }
      #expect(fixture.pauses == ([429, 503].contains(status) ? [500, 1000, 2000, 4000] : []))
    }
  }

  @Test func aBusyServerIsAskedAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.status(503), .status(429)], for: weights)
    try await fake.run {
      _ = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(fixture.pauses == [500, 1000])
    }
  }

  @Test func noServerIsUnavailable() async throws {
    let fixture = try HubFixture()
    await #expect {
      try await fixture.hub().pull(FakeHub.id)
    } throws: { error in
      guard case .unavailable("http://127.0.0.1:9", _)? = error as? HubError else { return false }
      return true
    }
  }

  @Test func offlineNothingIsAsked() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake, ["HF_HUB_OFFLINE": "true"])
      await #expect(throws: HubError.offline(name: FakeHub.id)) { try await hub.pull(FakeHub.id) }
      #expect(fake.requests.isEmpty)
    }
  }

  @Test func offlineAModelThatIsHereIsGiven() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      let asked = fake.requests.count
      #expect(try await fixture.hub(at: fake, ["TRANSFORMERS_OFFLINE": "1"]).pull(FakeHub.id) == model)
      #expect(fake.requests.count == asked)
    }
  }

  @Test func aTokenThatCannotBeSentIsRefusedUnseen() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake, ["HF_TOKEN": "hf_secret second"])
      await #expect {
        try await hub.pull(FakeHub.id)
      } throws: { error in
        (error as? HubError)?.kind == .usage && "\(error)".contains("HF_TOKEN")
          && !"\(error)".contains("secret")
      }
      #expect(fake.requests.isEmpty)
    }
  }

  @Test(
    "a hostile or useless listing is refused before anything is fetched",
    arguments: [
      #"{"sha": "COMMIT", "siblings": [{"rfilename": "../../x.json"}, {"rfilename": "model.safetensors"}]}"#,
      #"{"sha": "COMMIT", "siblings": [{"rfilename": "/etc/x.json"}]}"#,
      #"{"sha": "COMMIT", "siblings": [{"rfilename": "a\\b.json"}]}"#,
      #"{"sha": "COMMIT", "siblings": [{"rfilename": "a\u0000.json"}]}"#,
      #"{"sha": "COMMIT", "siblings": [{"rfilename": "config.json"}]}"#, #"{"sha": "COMMIT"}"#,
      #"{"sha": "main", "siblings": []}"#, "not JSON", "",
    ])
  func aHostileListingIsRefused(listing: String) async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.list(listing.replacing("COMMIT", with: FakeHub.commit))
    try await fake.run {
      await #expect(throws: HubError.self) { try await fixture.hub(at: fake).pull(FakeHub.id) }
      #expect(fake.requests.count == 1)
    }
  }

  @Test func anInterruptedPullIsTakenUpAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.hang(after: 200)], for: weights)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let pull = Task { try await hub.pull(FakeHub.id) }
      while (byteCount(ofFile: partial(fake, fixture)) ?? 0) < 200 {
        try Task.checkCancellation()
        await Task.yield()
      }
      pull.cancel()
      await #expect(throws: HubError.cancelled) { try await pull.value }
      #expect(throws: HubError.notFound(name: FakeHub.id)) { try hub.find(FakeHub.id) }
      #expect(hub.list().isEmpty)
      let model = try await hub.pull(FakeHub.id)
      #expect(fake.fetches(of: weights).last?.range == "bytes=200-")
      _ = try ModelFolder(path: model.path)
    }
  }

  @Test func twoPullsAtOnceFetchEachFileOnce() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake, lockAttempts: .max)
      async let first = hub.pull(FakeHub.id)
      async let second = hub.pull(FakeHub.id)
      let models = try await [first, second]
      #expect(models[0] == models[1])
      #expect(fake.fetches(of: weights).count == 1)
      _ = try ModelFolder(path: models[0].path)
    }
  }

  @Test func aLockThatIsNeverFreeIsAnError() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let path = fixture.cache.lock(fake.etag("modules.json"))
    let lock = try #require(try FileLock.take(path))
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      await #expect(throws: HubError.busy(path: path)) { try await hub.pull(FakeHub.id) }
    }
    withExtendedLifetime(lock) {}
  }

  @Test func aRevisionIsQuotedAndFoundAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let model = try await hub.pull(FakeHub.id + "@refs/pr/2")
      #expect(fake.requests.first?.path == "/api/models/org/tiny/revision/refs%2Fpr%2F2")
      #expect(try hub.find(FakeHub.id + "@refs/pr/2") == model)
      #expect(try hub.find(FakeHub.id + "@" + FakeHub.commit).path == model.path)
      #expect(throws: HubError.notFound(name: FakeHub.id)) { try hub.find(FakeHub.id) }
    }
  }

  @Test func aSnapshotThatAnotherProgramBeganIsCompleted() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let snapshot = fixture.cache.snapshot(FakeHub.commit)
    try makeFolder(snapshot)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: snapshot + "/modules.json"))
    try writeAtomically(FakeHub.commit, to: fixture.cache.reference("main"))
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      #expect(
        throws: HubError.incomplete(name: FakeHub.id, path: snapshot, missing: "config.json")
      ) { try hub.find(FakeHub.id) }
      let model = try await hub.pull(FakeHub.id)
      _ = try ModelFolder(path: model.path)
    }
  }

  @Test func copiesStandForLinksWhereTheUserWantsThem() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let model = try await fixture.hub(at: fake, ["HF_HUB_DISABLE_SYMLINKS": "1"]).pull(FakeHub.id)
      let attributes = try FileManager.default.attributesOfItem(atPath: model.path + "/" + weights)
      #expect(attributes[.type] as? FileAttributeType == .typeRegular)
      _ = try ModelFolder(path: model.path)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsAnError() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let file = try fixture.folder.write("", to: "file")
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake, ["HF_HOME": file]).pull(FakeHub.id)
      } throws: { error in (error as? HubError)?.kind == .cannotWrite }
    }
  }

  @Test func shardsAndModuleFoldersAreFetched() async throws {
    let fixture = try HubFixture()
    var model = TinyModel()
    let shard = "model-00001-of-00001.safetensors"
    model.files[shard] = model.files.removeValue(forKey: weights)
    model["model.safetensors.index.json"] =
      #"{"weight_map": {"embeddings.word_embeddings.weight": "\#(shard)"}}"#
    model["other.safetensors"] = "unused"
    model["2_Normalize/config.json"] = "{}"
    let fake = try FakeHub(files: model.files)
    try await fake.run {
      let found = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(try ModelFolder(path: found.path).weights.names == ["embeddings.word_embeddings.weight"])
      #expect(fake.fetches(of: "2_Normalize/config.json").count == 1)
      #expect(fake.fetches(of: "other.safetensors").isEmpty)
    }
  }

  @Test func gitsHashOfAFileIsItsBlobHash() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write("", to: "empty")
    let forty = String(repeating: "0", count: 40)
    #expect(
      try ContentHash.of(empty, like: forty) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    #expect(
      try ContentHash.of(empty, like: forty + String(repeating: "0", count: 24))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
