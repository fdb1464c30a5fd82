import Foundation

/// The tensors of a folder: one safetensors file, or shards by index, mapped into memory.
public struct WeightStore: Sendable {
  private struct Place: Sendable {
    var file: Int
    var entry: TensorEntry
  }

  /// The file or index that names the tensors.
  public let file: String
  /// The names of the files that hold the weights, index first, without folders.
  public let files: [String]
  private let shards: [SafetensorsFile]
  private let places: [String: Place]

  /// Opens `model.safetensors`, or the shards that `model.safetensors.index.json` names.
  ///
  /// - Throws: `pickleOnly` or `unsupportedWeights` where the folder has weights only in another format.
  public init(folder: String) throws(CheckpointError) {
    let single = joined(folder, "model.safetensors")
    let index = joined(folder, "model.safetensors.index.json")
    let exists = FileManager.default.fileExists(atPath:)
    if exists(single) || !exists(index) {
      if !exists(single) { try Self.refuseOtherFormats(in: folder) }
      let shard = try SafetensorsFile(path: single)
      file = single
      files = ["model.safetensors"]
      shards = [shard]
      places = shard.tensors.mapValues { Place(file: 0, entry: $0) }
      return
    }
    let map = try ShardIndex(path: index).shardOfTensor
    let names = Set(map.values).sorted()
    var shards: [SafetensorsFile] = []
    for name in names { shards.append(try SafetensorsFile(path: joined(folder, name))) }
    var places: [String: Place] = [:]
    for (tensor, shard) in map {
      guard let number = names.firstIndex(of: shard), let entry = shards[number].tensors[tensor] else {
        throw .shardTensorMissing(index: index, shard: shard, name: tensor)
      }
      places[tensor] = Place(file: number, entry: entry)
    }
    file = index
    files = ["model.safetensors.index.json"] + names
    self.shards = shards
    self.places = places
  }

  /// Opens one safetensors file of any name.
  public init(file: String) throws(CheckpointError) {
    let shard = try SafetensorsFile(path: file)
    self.file = file
    files = [file]
    shards = [shard]
    places = shard.tensors.mapValues { Place(file: 0, entry: $0) }
  }

  private static func refuseOtherFormats(in folder: String) throws(CheckpointError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw .fileNotFound(
        file: joined(folder, "model.safetensors"), purpose: "the weights are expected there")
    }
    func first(_ endings: [String]) -> String? {
      names.first { name in endings.contains { name.lowercased().hasSuffix($0) } }
    }
    if let pickle = first([".bin", ".pt", ".pth", ".bin.index.json", ".ckpt"]) {
      throw .pickleOnly(file: joined(folder, pickle))
    }
    if let other = first([".gguf", ".onnx", ".h5", ".msgpack", ".pdparams", ".npz"]) {
      throw .unsupportedWeights(file: joined(folder, other))
    }
  }

  /// All tensors' names, sorted.
  public var names: [String] { places.keys.sorted() }

  public func contains(_ name: String) -> Bool { places[name] != nil }

  public func shape(of name: String) -> [Int]? { places[name]?.entry.shape }

  /// The number type as the file spells it, such as `F32`.
  public func dtype(of name: String) -> String? { places[name]?.entry.numberType.rawValue }

  /// A tensor's numbers in row-major order, as f32.
  ///
  /// - Throws: `tensorMissing`, `shapeMismatch`, `unsupportedNumberType`, `notFinite` or `changedWhileOpen`.
  public func floats(_ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
    guard let place = places[name] else {
      throw .tensorMissing(file: file, name: name, closest: closest(to: name))
    }
    let entry = place.entry
    let source = shards[place.file].file
    guard entry.shape == shape else {
      throw .shapeMismatch(file: source.path, name: name, expected: shape, found: entry.shape)
    }
    guard entry.numberType.isWidened else {
      throw .unsupportedNumberType(file: source.path, name: name, found: entry.numberType.rawValue)
    }
    let values = try source.withBytes(entry.bytes) { bytes in
      Widening.floats(bytes, entry.numberType, count: entry.count)
    }
    if let position = Widening.firstNotFinite(values) {
      throw .notFinite(file: source.path, name: name, position: position, value: "\(values[position])")
    }
    return values
  }

  /// How many floating-point numbers are stored under each number type.
  var floatCounts: [NumberType: Int] {
    var counts: [NumberType: Int] = [:]
    for place in places.values where place.entry.numberType.isWidened {
      counts[place.entry.numberType, default: 0] += place.entry.count
    }
    return counts
  }

  private func closest(to name: String) -> String? {
    let candidates = places.keys.filter { $0.utf8.count <= 200 }.sorted().prefix(4000)
    let ranked = candidates.map { (name: $0, distance: editDistance(Array($0.utf8), Array(name.utf8))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance * 2 <= name.utf8.count ? best.name : nil
  }
}

/// The number of insertions, deletions and replacements that turn one text into another (Levenshtein).
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let replaced = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}

/// `folder/name`; an empty part is left out.
func joined(_ folder: String, _ name: String) -> String {
  if name.isEmpty { return folder }
  if folder.isEmpty { return name }
  return folder.hasSuffix("/") ? folder + name : folder + "/" + name
}
