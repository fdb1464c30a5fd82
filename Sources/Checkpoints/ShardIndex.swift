import JSONText

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
  static let shardLimit = 1000

  let shardOfTensor: [String: String]

  init(path: String) throws(CheckpointError) {
    let index = try ConfigurationFile(path: path, name: path, purpose: "it names the shards of the weights")
    guard let map = try index.object("weight_map"), !map.members.isEmpty else {
      throw index.invalid("weight_map", "missing or empty", "an object from tensors to shards")
    }
    var shards: [String: String] = [:]
    for member in map.members {
      let (tensor, value) = (member.key, member.value)
      guard case .string(let shard) = value else {
        throw index.invalid("weight_map", value.summary, "the name of a file for tensor \(quoted(tensor))")
      }
      let isPlain = !shard.contains { "/\\\0".contains($0) } && shard != "." && shard != ".."
      guard isPlain else { throw .unsafePath(file: path, path: shard) }
      guard shard.hasSuffix(".safetensors") else {
        throw index.invalid("weight_map", quoted(shard), "a .safetensors file")
      }
      guard shards.updateValue(shard, forKey: tensor) == nil else {
        throw index.invalid("weight_map", "tensor \(quoted(tensor)) twice", "another name for each tensor")
      }
    }
    guard Set(shards.values).count <= Self.shardLimit else {
      throw index.invalid("weight_map", "\(Set(shards.values).count) shards", "at most \(Self.shardLimit)")
    }
    shardOfTensor = shards
  }
}
