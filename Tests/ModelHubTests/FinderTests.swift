import Foundation
import TestSupport
import Testing

@testable import ModelHub

/// Names of models, and where they are looked for.
struct FinderTests {
  private let commit = String(repeating: "1", count: 40)

  private func cached(_ id: String, in fixture: HubFixture, home: String = ".cache/huggingface/hub") throws
    -> String
  {
    let folder = "\(home)/models--\(id.replacing("/", with: "--"))"
    _ = try fixture.folder.write(commit + "\n", to: folder + "/refs/main")
    return try TinyModel().write(to: fixture.folder, under: "\(folder)/snapshots/\(commit)")
  }

  @Test func aPathMeansAFolder() throws {
    let fixture = try HubFixture()
    let path = try TinyModel().write(to: fixture.folder)
    let hub = try fixture.hub()
    #expect(try hub.find(path) == FoundModel(name: path, path: path, origin: .folder))
    // What is written as a path is one even where nothing is there: opening it says so.
    #expect(try hub.find("./nothing").origin == .folder)
  }

  @Test func aShortNameMeansTheKnownModelFirst() throws {
    let fixture = try HubFixture()
    _ = try cached("other/all-MiniLM-L6-v2", in: fixture)
    let path = try cached("sentence-transformers/all-MiniLM-L6-v2", in: fixture)
    let found = try fixture.hub().find("all-MiniLM-L6-v2")
    #expect(found.path == path)
    #expect(found.name == "sentence-transformers/all-MiniLM-L6-v2")
  }

  @Test func aShortNameThatSeveralModelsHaveIsAmbiguous() throws {
    let fixture = try HubFixture()
    _ = try cached("a/tiny", in: fixture)
    let hub = try fixture.hub()
    #expect(try hub.find("tiny").name == "a/tiny")
    _ = try cached("b/tiny", in: fixture)
    #expect(throws: HubError.ambiguous(name: "tiny", candidates: ["a/tiny", "b/tiny"])) {
      try hub.find("tiny")
    }
    #expect(try hub.find("b/tiny").name == "b/tiny")
    #expect(hub.list().map(\.model.name) == ["a/tiny", "b/tiny"])
  }

  @Test func aSnapshotWithoutItsWeightsIsIncomplete() throws {
    let fixture = try HubFixture()
    let path = try cached("a/tiny", in: fixture)
    removeIfThere(path + "/model.safetensors")
    let hub = try fixture.hub()
    #expect(throws: HubError.incomplete(name: "a/tiny", path: path, missing: "model.safetensors")) {
      try hub.find("a/tiny")
    }
    #expect(hub.list().isEmpty)
    _ = try fixture.folder.write(
      #"{"weight_map": {"a": "model-1.safetensors"}}"#,
      to: path.dropFirst(fixture.folder.path.count + 1) + "/model.safetensors.index.json")
    #expect(throws: HubError.incomplete(name: "a/tiny", path: path, missing: "model-1.safetensors")) {
      try hub.find("tiny")
    }
  }

  @Test func aModuleFolderThatIsMissingIsIncomplete() throws {
    let fixture = try HubFixture()
    let path = try cached("a/tiny", in: fixture)
    removeIfThere(path + "/1_Pooling")
    #expect(throws: HubError.incomplete(name: "a/tiny", path: path, missing: "1_Pooling/config.json")) {
      try fixture.hub().find("a/tiny")
    }
  }

  @Test("a damaged reference is no model", arguments: ["", "main", "../../../etc", "zzzz"])
  func aDamagedReferenceIsNoModel(text: String) throws {
    let fixture = try HubFixture()
    _ = try cached("a/tiny", in: fixture)
    _ = try fixture.folder.write(text, to: ".cache/huggingface/hub/models--a--tiny/refs/main")
    #expect(throws: HubError.notFound(name: "a/tiny")) { try fixture.hub().find("a/tiny") }
  }

  @Test func theEnvironmentDecidesTheFolders() throws {
    let fixture = try HubFixture()
    let root = fixture.folder.path
    func cacheFolder(_ variables: [String: String]) throws -> String {
      try String(fixture.settings(variables).cacheFolder.dropFirst(root.count))
    }
    #expect(try cacheFolder([:]) == "/.cache/huggingface/hub")
    #expect(try cacheFolder(["XDG_CACHE_HOME": root + "/x"]) == "/x/huggingface/hub")
    #expect(try cacheFolder(["XDG_CACHE_HOME": "relative"]) == "/.cache/huggingface/hub")
    #expect(try cacheFolder(["HF_HOME": "~/h"]) == "/h/hub")
    #expect(try cacheFolder(["HUGGINGFACE_HUB_CACHE": root + "/old", "HF_HOME": "/h"]) == "/old")
    #expect(try cacheFolder(["HF_HUB_CACHE": root + "/new", "HUGGINGFACE_HUB_CACHE": "/old"]) == "/new")
    #expect(try fixture.settings().modelsFolder == root + "/.local/share/vecscope/models")
    #expect(try fixture.settings(["XDG_DATA_HOME": "/d"]).modelsFolder == "/d/vecscope/models")
    _ = try cached("a/tiny", in: fixture, home: "st")
    #expect(try fixture.hub(["SENTENCE_TRANSFORMERS_HOME": root + "/st"]).find("a/tiny").name == "a/tiny")
  }

  @Test(
    "a setting that makes no sense is an error",
    arguments: [
      ("HF_ENDPOINT", "ftp://x"), ("HF_ENDPOINT", "nonsense"), ("HF_ENDPOINT", "https://user:pw@host"),
      ("HF_HUB_DOWNLOAD_TIMEOUT", "soon"), ("HF_HUB_DOWNLOAD_TIMEOUT", "-1"),
    ])
  func aSettingThatMakesNoSenseIsAnError(variable: String, value: String) throws {
    #expect {
      try HubSettings(environment: [variable: value], homeFolder: "/home/u")
    } throws: { error in (error as? HubError)?.kind == .usage }
  }

  @Test func theTokenIsReadFromVariableOrFile() throws {
    let fixture = try HubFixture()
    func token(_ variables: [String: String]) throws -> String? {
      try HubSettings(environment: variables, homeFolder: fixture.folder.path).token.read()
    }
    #expect(try token([:]) == nil)
    #expect(try token(["HF_TOKEN": " hf_a\n"]) == "hf_a")
    #expect(try token(["HUGGING_FACE_HUB_TOKEN": "hf_b"]) == "hf_b")
    #expect(try token(["HF_TOKEN": "", "HUGGING_FACE_HUB_TOKEN": "hf_b"]) == "hf_b")
    #expect(try token(["HF_TOKEN": "hf_a", "HUGGING_FACE_HUB_TOKEN": "hf_b"]) == "hf_a")
    #expect(try token(["HF_TOKEN": "hf_a", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]) == nil)
    #expect(try token(["HF_TOKEN": "two\nlines"]) == nil)
    let file = try fixture.folder.write("hf_c\n", to: ".cache/huggingface/token")
    #expect(try token([:]) == "hf_c")
    #expect(try token(["HF_TOKEN_PATH": file, "HF_HOME": "/nothing"]) == "hf_c")
  }

  @Test(
    "a name that the hub would not accept is an error",
    arguments: [
      "", "a/b/c", "a/", "/b@", "a//b", "../x/y", "a b", "a/b@", "a/b@..", "a/b@x/../y", "-a/b", "a--b/c",
      "a/b\u{0}", "é/b", String(repeating: "a", count: 97), "a/b@\n", "a/b@x y", "a/b@x~1", "a/b@.x",
      "a/b@x.lock", "a/b@x.", "a/b@-x", "a/b@x//y", "a/b@/x", "a/b@x\\y", "a.git",
    ])
  func aBadNameIsAnError(name: String) {
    #expect { try ModelReference(name) } throws: { error in (error as? HubError)?.kind == .usage }
  }

  @Test func namesAreReadWithTheirRevision() throws {
    let plain = try ModelReference("BAAI/bge-small-en-v1.5")
    #expect(plain.id == "BAAI/bge-small-en-v1.5" && plain.revision == nil)
    #expect(plain.shortName == "bge-small-en-v1.5")
    #expect(try ModelReference("a/b@refs/pr/2").revision == "refs/pr/2")
    #expect(ModelReference.knownID(shortName: "bge-small-en-v1.5") == "BAAI/bge-small-en-v1.5")
    #expect(ModelReference.knownID(shortName: "unheard-of") == nil)
  }

  @Test func aShortNameThatNobodyKnowsCannotBePulled() async throws {
    let hub = try HubFixture().hub()
    await #expect { try await hub.pull("unheard-of") } throws: { error in (error as? HubError)?.kind == .usage
    }
  }
}
