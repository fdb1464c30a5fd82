import Checkpoints
import TestSupport
import Testing

struct ShardTests {
  private let index = "model.safetensors.index.json"

  private func folder(_ weightMap: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      SafetensorsBytes.file([("a", [1], [1]), ("b", [1], [2])]), to: "model-00001-of-00002.safetensors")
    _ = try folder.write(SafetensorsBytes.file([("c", [1], [3])]), to: "model-00002-of-00002.safetensors")
    _ = try folder.write(#"{"metadata":{"total_size":12},"weight_map":\#(weightMap)}"#, to: index)
    return folder
  }

  @Test func tensorsAreFoundInTheirShards() throws {
    let folder = try folder(
      """
      {"a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors",
       "c":"model-00002-of-00002.safetensors"}
      """)
    let store = try WeightStore(folder: folder.path)
    #expect(store.names == ["a", "b", "c"])
    #expect(try store.floats("b", shape: [1]) == [2])
    #expect(try store.floats("c", shape: [1]) == [3])
    #expect(store.files == [index, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"])
  }

  @Test func aTensorMustBeInTheShardThatTheIndexNames() throws {
    let folder = try folder(#"{"c":"model-00001-of-00002.safetensors"}"#)
    #expect(
      throws: CheckpointError.shardTensorMissing(
        index: folder.path + "/" + index, shard: "model-00001-of-00002.safetensors", name: "c")
    ) { try WeightStore(folder: folder.path) }
  }

  @Test func aNameThatComesTwiceInAnotherSpellingIsRefused() throws {
    let shard = "model-00001-of-00002.safetensors"
    let folder = try folder("{\"\u{E9}\":\"\(shard)\",\"e\u{301}\":\"\(shard)\"}")
    #expect { try WeightStore(folder: folder.path) } throws: { error in
      guard case .invalidValue(_, "weight_map", let found, _)? = error as? CheckpointError else {
        return false
      }
      return found.hasSuffix("twice")
    }
  }

  @Test(
    "a shard stays inside the folder",
    arguments: ["../x.safetensors", "/x.safetensors", "a\\\\b.safetensors"])
  func aShardStaysInsideTheFolder(name: String) throws {
    let folder = try folder(#"{"a":"\#(name)"}"#)
    #expect(
      throws: CheckpointError.unsafePath(
        file: folder.path + "/" + index, path: name.replacing("\\\\", with: "\\"))
    ) { try WeightStore(folder: folder.path) }
  }

  @Test(
    "a damaged index is refused",
    arguments: ["{}", "null", "[]", "7", #"{"a":7}"#, #"{"a":"model.bin"}"#, #"{"a":"absent.safetensors"}"#])
  func aDamagedIndexIsRefused(map: String) throws {
    let folder = try folder(map)
    #expect(throws: CheckpointError.self) { try WeightStore(folder: folder.path) }
  }

  @Test(
    "weights in a format that can run code are refused with the way out",
    arguments: ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "model.pt"])
  func picklesAreRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0x80, 0x02], to: name)
    let error = CheckpointError.pickleOnly(file: path)
    #expect(throws: error) { try WeightStore(folder: folder.path) }
    #expect("\(error)".contains("refs/pr") && "\(error)".contains("safe_serialization"))
    #expect(!error.isMissingInput)
  }

  @Test func otherFormatsAndNoWeightsAreToldApart() throws {
    let folder = try TemporaryFolder()
    let missing = CheckpointError.fileNotFound(
      file: folder.path + "/model.safetensors", purpose: "the model's weights are expected there")
    #expect(throws: missing) { try WeightStore(folder: folder.path) }
    #expect(missing.isMissingInput)
    let path = try folder.write([], to: "model.gguf")
    #expect(throws: CheckpointError.unsupportedWeights(file: path)) { try WeightStore(folder: folder.path) }
  }
}
