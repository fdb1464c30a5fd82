import Checkpoints
import Foundation
import Recipes
import TestSupport
import Testing

/// A model's identity is the content of all files that decide a vector.
struct IdentityTests {
  private func identity(
    _ model: TinyModel, in folder: TemporaryFolder, cache: IdentityCache = .none
  ) throws -> String {
    try ModelFolder(path: model.write(to: folder), identities: cache).description.identity
  }

  @Test func theSameFilesElsewhereAreTheSameModel() throws {
    let first = try identity(TinyModel(), in: TemporaryFolder())
    #expect(first.count == 64)
    #expect(try identity(TinyModel(), in: TemporaryFolder()) == first)
  }

  @Test(
    "any file that decides a vector changes the identity",
    arguments: [
      "config.json", "modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "vocab.txt",
      "tokenizer_config.json", "config_sentence_transformers.json",
    ])
  func anyFileThatDecidesAVectorChangesTheIdentity(name: String) throws {
    var changed = TinyModel()
    changed[name] = (changed[name] ?? "{}") + "\n"
    #expect(try identity(changed, in: TemporaryFolder()) != identity(TinyModel(), in: TemporaryFolder()))
  }

  @Test func otherWeightsAreAnotherModelAndAReadmeIsNot() throws {
    let base = try identity(TinyModel(), in: TemporaryFolder())
    #expect(try identity(TinyModel(seed: 2), in: TemporaryFolder()) != base)
    var model = TinyModel()
    model["README.md"] = "Read me."
    #expect(try identity(model, in: TemporaryFolder()) == base)
  }

  @Test func aHashIsRememberedUntilTheFileChanges() throws {
    let folder = try TemporaryFolder()
    let memory = folder.path + "/cache/identities.json"
    let cache = IdentityCache(file: memory)
    let first = try identity(TinyModel(), in: folder, cache: cache)
    let remembered = try String(contentsOfFile: memory, encoding: .utf8)
    let path = folder.path + "/model"
    #expect(try ModelFolder(path: path, identities: cache).description.identity == first)
    #expect(try String(contentsOfFile: memory, encoding: .utf8) == remembered)

    // A forged memory shows that the file is not read again …
    let weights = try sha256(ofFile: path + "/model.safetensors")
    #expect(remembered.contains(weights))
    let forged = String(repeating: "0", count: 64)
    _ = try folder.write(remembered.replacing(weights, with: forged), to: "cache/identities.json")
    #expect(try ModelFolder(path: path, identities: cache).description.identity != first)

    // … and another time stamp that it is.
    let older = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_000_000)]
    try FileManager.default.setAttributes(older, ofItemAtPath: path + "/model.safetensors")
    #expect(try ModelFolder(path: path, identities: cache).description.identity == first)
  }

  @Test("a memory that cannot be used costs nothing but time", arguments: ["{", "[]", #"{"a": 1}"#])
  func aMemoryThatCannotBeUsedCostsNothing(text: String) throws {
    let folder = try TemporaryFolder()
    let first = try identity(TinyModel(), in: folder)
    let damaged = try folder.write(text, to: "identities.json")
    #expect(try identity(TinyModel(), in: folder, cache: IdentityCache(file: damaged)) == first)
    let impossible = IdentityCache(file: damaged + "/below/a/file.json")
    #expect(try identity(TinyModel(), in: folder, cache: impossible) == first)
  }

  @Test func aBlobOfTheHubsCacheIsNamedByItsHash() throws {
    let folder = try TemporaryFolder()
    let model = TinyModel()
    let plain = try identity(model, in: TemporaryFolder())
    let path = try model.write(to: folder, under: "hub/snapshots/1")
    let weights = path + "/model.safetensors"
    let hash = try sha256(ofFile: weights)
    let blobs = folder.path + "/hub/blobs"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: weights, toPath: blobs + "/" + hash)
    try FileManager.default.createSymbolicLink(
      atPath: weights, withDestinationPath: "../../blobs/" + hash)
    #expect(try ModelFolder(path: path).description.identity == plain)
  }
}
