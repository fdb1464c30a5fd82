import Foundation

/// The tensors of a folder: one safetensors file, or shards by index, mapped into memory.
///
/// Some may be computed from others when they are asked for (a merged adapter, a folded table): whoever reads a tensor
/// gets the computed one, never what it was made of.
public struct WeightStore: Sendable {
  struct Place: Sendable {
    var file: Int
    var entry: TensorEntry
  }

  /// A tensor that is computed when it is asked for.
  struct Computed: Sendable {
    var shape: [Int]
    /// The format that the numbers had in the files.
    var numberType: NumberType
    var values: @Sendable () throws(CheckpointError) -> [Float]
    /// What it is made of, where that is a stored matrix and a change of low rank.
    var adapted: @Sendable () throws(CheckpointError) -> AdaptedTensor? = { () throws(CheckpointError) in nil
    }
  }

  /// The file or index that names the tensors.
  public let file: String
  /// The names of the files that hold the weights, index first, without folders.
  public let files: [String]
  /// Where those files are, in the same order.
  let paths: [String]
  let shards: [SafetensorsFile]
  private(set) var places: [String: Place]
  private(set) var computed: [String: Computed] = [:]

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
      paths = [single]
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
    paths = files.map { joined(folder, $0) }
    self.shards = shards
    self.places = places
  }

  /// Opens one safetensors file of any name.
  public init(file: String) throws(CheckpointError) {
    let shard = try SafetensorsFile(path: file)
    self.file = file
    files = [file]
    paths = [file]
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
  public var names: [String] { Set(places.keys).union(computed.keys).sorted() }

  public func contains(_ name: String) -> Bool { places[name] != nil || computed[name] != nil }

  public func shape(of name: String) -> [Int]? { computed[name]?.shape ?? places[name]?.entry.shape }

  /// The number type as the file spells it, such as `F32`; of a computed tensor, that of what it is made of.
  public func dtype(of name: String) -> String? { numberType(of: name)?.rawValue }

  public func numberType(of name: String) -> NumberType? {
    computed[name]?.numberType ?? places[name]?.entry.numberType
  }

  /// Whether a tensor's numbers stand in no file, so that only `floats` has them.
  public func isComputed(_ name: String) -> Bool { computed[name] != nil }

  /// The same tensors, with some computed instead of stored, and the ones that they alone are made of gone.
  func computing(_ tensors: [String: Computed], from parts: [String] = []) -> WeightStore {
    var store = self
    for part in parts { store.places[part] = nil }
    store.computed.merge(tensors) { _, new in new }
    return store
  }

  /// The names that end with a module's path, whatever wrappers stand before it (`bert.`, `0.auto_model.`, …).
  func names(endingWith name: String) -> [String] {
    contains(name) ? [name] : names.filter { $0.hasSuffix("." + name) }
  }

  /// A tensor's numbers in row-major order, as f32.
  ///
  /// - Throws: `tensorMissing`, `shapeMismatch`, `unsupportedNumberType`, `notFinite` or `changedWhileOpen`.
  public func floats(_ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
    if let tensor = computed[name] { return try values(of: tensor, name, shape: shape) }
    let (source, entry) = try place(of: name, shape: shape)
    guard entry.numberType.isWidened else {
      throw .unsupportedNumberType(file: source.path, name: name, found: entry.numberType.rawValue)
    }
    let values = try source.withBytes(entry.bytes) { bytes in
      Widening.floats(bytes, entry.numberType, count: entry.count)
    }
    try Self.requireFinite(values, file: source.path, name)
    return values
  }

  private func values(of tensor: Computed, _ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
    guard tensor.shape == shape else {
      throw .shapeMismatch(file: file, name: name, expected: shape, found: tensor.shape)
    }
    let values = try tensor.values()
    try Self.requireFinite(values, file: file, name)
    return values
  }

  private static func requireFinite(
    _ values: [Float], file: String, _ name: String
  ) throws(CheckpointError) {
    guard let position = Widening.firstNotFinite(values) else { return }
    throw .notFinite(file: file, name: name, position: position, value: "\(values[position])")
  }

  /// Where a stored tensor of the given shape stands; nothing gives the place of a computed one.
  func place(of name: String, shape: [Int]) throws(CheckpointError) -> (MappedFile, TensorEntry) {
    guard computed[name] == nil, let place = places[name] else {
      throw .tensorMissing(file: file, name: name, closest: closest(to: name))
    }
    let source = shards[place.file].file
    guard place.entry.shape == shape else {
      throw .shapeMismatch(file: source.path, name: name, expected: shape, found: place.entry.shape)
    }
    return (source, place.entry)
  }

  /// How many floating-point numbers are stored under each number type.
  var floatCounts: [NumberType: Int] {
    var counts: [NumberType: Int] = [:]
    for (name, place) in places where place.entry.numberType.isWidened && computed[name] == nil {
      counts[place.entry.numberType, default: 0] += place.entry.count
    }
    for tensor in computed.values { counts[tensor.numberType, default: 0] += tensor.shape.reduce(1, *) }
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
