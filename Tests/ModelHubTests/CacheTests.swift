import Foundation
import TestSupport
import Testing

@testable import ModelHub

/// The cache that other programs read and write too.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CacheTests {
  private let weights = "model.safetensors"

  /// Everything below a folder, with what changes when a file is written or replaced.
  private func state(of folder: String) throws -> [String: [Int]] {
    var state: [String: [Int]] = [:]
    let names = try #require(FileManager.default.enumerator(atPath: folder))
    while let name = names.nextObject() as? String {
      var status = stat()
      guard lstat(folder + "/" + name, &status) == 0 else { continue }
      state[name] = [
        Int(status.st_ino), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec), Int(status.st_size),
      ]
    }
    return state
  }

  @Test func aModelThatIsHereIsNotTouched() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      _ = try await hub.pull(FakeHub.id)
      let before = try state(of: fixture.folder.path)
      #expect(before.count > 20)
      _ = try await hub.pull(FakeHub.id)
      #expect(try state(of: fixture.folder.path) == before)
      #expect(before.keys.allSatisfy { !$0.hasSuffix(".incomplete") })
    }
  }

  @Test func whatTheCommitLacksIsMarked() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      _ = try await hub.pull(FakeHub.id)
      let marks = fixture.cache.absence(of: "", FakeHub.commit)
      #expect(contents(of: marks).contains("added_tokens.json"))
      #expect(Set(contents(of: marks)).isDisjoint(with: fake.files.keys))
      let tag = try String(contentsOfFile: hub.settings.cacheFolder + "/CACHEDIR.TAG", encoding: .utf8)
      #expect(tag.hasPrefix("Signature: 8a477f597d28d172789f06886806bc55\n"))
    }
  }

  @Test func aDamagedBlobIsFetchedAnew() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let right = try #require(fake.files[weights])
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let model = try await hub.pull(FakeHub.id)
      try Data(repeating: 9, count: right.count).write(
        to: URL(fileURLWithPath: fixture.cache.blob(fake.etag(weights))))
      _ = try await hub.pull(FakeHub.id)
      #expect(fake.fetches(of: weights).count == 2)
      #expect(FileManager.default.contents(atPath: model.path + "/" + weights) == Data(right))
    }
  }

  @Test func copiesWithoutBlobsAreNotFetchedAgain() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let snapshot = fixture.cache.snapshot(FakeHub.commit)
    let relative = String(snapshot.dropFirst(fixture.folder.path.count + 1))
    _ = try TinyModel().write(to: fixture.folder, under: relative)
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(model.path == snapshot)
      #expect(fake.fetches(of: weights).isEmpty)
      #expect(fake.fetches(of: "vocab.txt").isEmpty)
      #expect(try String(contentsOfFile: fixture.cache.reference("main"), encoding: .utf8) == FakeHub.commit)
    }
  }

  @Test func aNewCommitStandsBesideTheOld() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let new = String(repeating: "beef", count: 10)
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let old = try await hub.pull(FakeHub.id)
      try fake.add(TinyModel(seed: 2).files, revision: "*", commit: new)
      let model = try await hub.pull(FakeHub.id)
      #expect(model.path == fixture.cache.snapshot(new))
      #expect(try hub.find(FakeHub.id) == model)
      #expect(FolderCheck.missing(in: old.path) == nil)
      // What did not change was not fetched again.
      #expect(fake.fetches(of: "vocab.txt").count == 1)
      #expect(fake.fetches(of: weights).count == 2)
    }
  }

  @Test func aFullDiskIsSeenBeforeItIsFull() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let bytes = try #require(fake.files[weights]?.count)
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake, free: bytes - 1).pull(FakeHub.id)
      } throws: { error in
        guard case .diskFull(_, let needed, bytes - 1)? = error as? HubError else { return false }
        return needed >= bytes && (error as? HubError)?.kind == .cannotWrite
      }
      #expect(fake.fetches(of: weights).isEmpty)
      _ = try await fixture.hub(at: fake).pull(FakeHub.id)
      // What is here needs no room.
      _ = try await fixture.hub(at: fake, free: 0).pull(FakeHub.id)
    }
    #expect(freeBytes(onDiskOf: fixture.folder.path + "/not/yet/there") ?? 0 > 0)
  }

  @Test(
    "revisions are quoted in addresses and kept as paths",
    arguments: [
      ("refs/pr/2", "refs%2Fpr%2F2"), ("v1.0+cpu", "v1.0%2Bcpu"),
      ("feature/größe#1", "feature%2Fgr%C3%B6%C3%9Fe%231"),
      ("a@b", "a%40b"), ("100%", "100%25"), ("c0ffee0", "c0ffee0"),
    ])
  func revisionsAreQuoted(revision: String, quoted: String) async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    try await fake.run {
      let hub = try fixture.hub(at: fake)
      let model = try await hub.pull("\(FakeHub.id)@\(revision)")
      #expect(fake.requests.first?.path == "/api/models/org/tiny/revision/" + quoted)
      #expect(FileManager.default.fileExists(atPath: fixture.cache.folder + "/refs/" + revision))
      #expect(try hub.find("\(FakeHub.id)@\(revision)") == model)
    }
  }

  @Test func namesOfFilesAreQuoted() async throws {
    let fixture = try HubFixture()
    var model = TinyModel()
    model["räum #1?.model"] = "a vocabulary"
    let fake = try FakeHub(files: model.files)
    try await fake.run {
      let found = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(FileManager.default.fileExists(atPath: found.path + "/räum #1?.model"))
      #expect(fake.fetches(of: "r%C3%A4um%20%231%3F.model").count == 1)
    }
  }

  @Test func aLockWithoutANameKeepsNobodyOut() throws {
    let fixture = try HubFixture()
    let path = fixture.folder.path + "/a.lock"
    let first = try #require(try FileLock.take(path))
    #expect(try FileLock.take(path) == nil)
    // As some programs do when they are done.
    removeIfThere(path)
    let second = try #require(try FileLock.take(path))
    #expect(try FileLock.take(path) == nil)
    withExtendedLifetime((first, second)) {}
  }

  @Test func aRouterWithoutOneOfItsRoutesIsIncomplete() throws {
    let fixture = try HubFixture()
    var model = TinyModel()
    model.files["document_0_Transformer/model.safetensors"] = model.files.removeValue(forKey: weights)
    model["document_0_Transformer/config.json"] = model["config.json"]
    model["query_0_StaticEmbedding/tokenizer.json"] = "{}"
    model["config.json"] = nil
    model["modules.json"] = #"[{"path": "", "type": "sentence_transformers.models.Router"}]"#
    model["router_config.json"] = """
      {"types": {"query_0_StaticEmbedding": "sentence_transformers.models.StaticEmbedding",
       "document_0_Transformer": "sentence_transformers.models.Transformer"}}
      """
    let path = try model.write(to: fixture.folder)
    #expect(FolderCheck.missing(in: path) == "query_0_StaticEmbedding/model.safetensors")
    _ = try fixture.folder.write("", to: "model/query_0_StaticEmbedding/model.safetensors")
    #expect(FolderCheck.missing(in: path) == nil)
  }

  @Test func longFilesHaveTheHashOfTheirWhole() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 0, count: (1 << 20) + 1), to: "zeros")
    func hash(digits: Int) throws -> String? {
      try ContentHash.of(path, like: String(repeating: "0", count: digits))
    }
    #expect(try hash(digits: 40) == "4d435148d93240e4d05d1e03e5fe5b84fe9a7a47")
    #expect(try hash(digits: 64) == "2cb74edba754a81d121c9db6833704a8e7d417e5b13d1a19f4a52f007d644264")
    #expect(try hash(digits: 41) == nil)
    #expect(try ContentHash.of(path, like: String(repeating: "z", count: 40)) == nil)
  }
}
