import Foundation

/// A low-rank adapter, merged with the tensors of its base: W + scale · B·A.
///
/// A merged tensor is computed when it is asked for, in f32 from the widened numbers of both, so that a model of seven
/// billion parameters opens as fast with an adapter as without.
struct Adapter {
  static let file = "adapter_model.safetensors"

  let configuration: AdapterConfiguration
  let weights: WeightStore

  /// Reads `adapter_config.json` and opens the adapter's tensors.
  init(folder: String) throws(CheckpointError) {
    configuration = try AdapterConfiguration(folder: folder)
    let path = joined(folder, Self.file)
    let pickle = joined(folder, "adapter_model.bin")
    let exists = FileManager.default.fileExists(atPath:)
    if !exists(path), exists(pickle) { throw .pickleOnly(file: pickle) }
    weights = try WeightStore(file: path)
  }

  /// The two factors of one module's change.
  private struct Factors {
    var down: String?
    var up: String?
    var isEmbedding = false
  }

  /// The base's tensors with all changes in place.
  ///
  /// Some architectures store their weights `[inputs, outputs]` (GPT-2): `storesTransposed` says so.
  func merged(with base: WeightStore, storesTransposed: Bool) throws(CheckpointError) -> WeightStore {
    let places = BasePlaces(base)
    var factors: [String: Factors] = [:]
    var merged: [String: WeightStore.Computed] = [:]
    for name in weights.names {
      guard let (module, part) = Self.split(name) else {
        guard configuration.replaces(name) else {
          throw unusable(name, "is neither part of a low-rank change nor among 'modules_to_save'")
        }
        let target = try place(of: Self.plainName(name), for: name, in: places)
        merged[target] = try replacement(name, of: target, base)
        continue
      }
      switch part {
      case .down(let isEmbedding):
        factors[module, default: Factors()].down = name
        factors[module, default: Factors()].isEmbedding = isEmbedding
      case .up: factors[module, default: Factors()].up = name
      case .other: throw unusable(name, "is part of a kind of adapter that is not merged")
      }
    }
    guard !factors.isEmpty else { throw unusable("lora_A", "is missing: the file has no low-rank change") }
    for (module, pair) in factors.sorted(by: { $0.key < $1.key }) {
      let target = try place(of: module + ".weight", for: pair.down ?? pair.up ?? module, in: places)
      guard merged[target] == nil else {
        throw unusable(pair.down ?? module, "changes a tensor a second time")
      }
      merged[target] = try change(
        of: target, by: pair, module: Self.withoutWrapper(module), base, storesTransposed: storesTransposed)
    }
    return base.computing(merged)
  }

  private enum Part {
    case down(isEmbedding: Bool)
    case up
    case other
  }

  /// The module's path and which factor a tensor is; nil for a tensor that is no factor.
  private static func split(_ name: String) -> (module: String, part: Part)? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let index = parts.firstIndex(where: { $0.hasPrefix("lora_") }) else { return nil }
    let module = parts[..<index].joined(separator: ".")
    // Older versions keep the adapter's name, `default`, between the factor's and `weight`.
    let rest = parts[(index + 1)...].filter { $0 != "default" }
    switch (parts[index], rest) {
    case ("lora_A", ["weight"]): return (module, .down(isEmbedding: false))
    case ("lora_B", ["weight"]), ("lora_embedding_B", []): return (module, .up)
    case ("lora_embedding_A", []): return (module, .down(isEmbedding: true))
    default: return (module, .other)
    }
  }

  private func change(
    of target: String, by pair: Factors, module: String, _ base: WeightStore, storesTransposed: Bool
  ) throws(CheckpointError) -> WeightStore.Computed {
    guard let down = pair.down, let up = pair.up else {
      throw unusable(pair.down ?? pair.up ?? module, "has no partner: a change has two factors, A and B")
    }
    let rank = configuration.rank(ofModule: module)
    let (inputs, outputs) = (weights.shape(of: down)?.last ?? 0, weights.shape(of: up)?.first ?? 0)
    for (name, expected) in [(down, [rank, inputs]), (up, [outputs, rank])] {
      guard let found = weights.shape(of: name), found == expected else {
        throw .shapeMismatch(
          file: weights.file, name: name, expected: expected, found: weights.shape(of: name) ?? [])
      }
    }
    let isTransposed = configuration.fanInFanOut || storesTransposed || pair.isEmbedding
    let shape = isTransposed ? [inputs, outputs] : [outputs, inputs]
    guard let found = base.shape(of: target), found == shape, let type = base.numberType(of: target) else {
      throw .shapeMismatch(
        file: base.file, name: target, expected: shape, found: base.shape(of: target) ?? [])
    }
    let scale = Float(configuration.scale(ofModule: module))
    let weights = weights
    let values = { @Sendable () throws(CheckpointError) -> [Float] in
      var values = try base.floats(target, shape: shape)
      let left = try weights.floats(up, shape: [outputs, rank]).map { $0 * scale }
      let right = try weights.floats(down, shape: [rank, inputs])
      if isTransposed {
        // (B·A)ᵀ = Aᵀ·Bᵀ
        let (leftPart, rightPart) = (Self.transposed(right, rows: rank), Self.transposed(left, rows: outputs))
        Self.add(leftPart, rightPart, rank: rank, to: &values)
      } else {
        Self.add(left, right, rank: rank, to: &values)
      }
      return values
    }
    return WeightStore.Computed(shape: shape, numberType: type, values: values) {
      () throws(CheckpointError) in
      guard !isTransposed, let stored = try base.stored(target, shape: shape, checkingAll: false) else {
        return nil
      }
      return AdaptedTensor(
        stored: stored, left: try weights.floats(up, shape: [outputs, rank]).map { $0 * scale },
        right: try weights.floats(down, shape: [rank, inputs]), rank: rank)
    }
  }

  /// Adds `left` `[rows, rank]` times `right` `[rank, columns]` to `values` `[rows, columns]`.
  private static func add(_ left: [Float], _ right: [Float], rank: Int, to values: inout [Float]) {
    let columns = right.count / rank
    let padded = right + [Float](repeating: 0, count: (4 - rank % 4) % 4 * columns)
    var change = [Float](repeating: 0, count: columns)
    for row in 0..<left.count / rank {
      let factors = (0..<(rank + 3) / 4 * 4).map { $0 < rank ? left[row * rank + $0] : 0 }
      multiply(factors, padded, into: &change)
      values.withUnsafeMutableBufferPointer { values in
        change.withUnsafeBufferPointer { change in
          for column in 0..<columns { values[row &* columns &+ column] += change[column] }
        }
      }
    }
  }

  /// `factors` times the rows of `matrix`, four rows at a time, so that the sum is loaded and stored a fourth as often.
  private static func multiply(_ factors: [Float], _ matrix: [Float], into sum: inout [Float]) {
    let columns = sum.count
    sum.withUnsafeMutableBufferPointer { sum in
      sum.update(repeating: 0)
      matrix.withUnsafeBufferPointer { matrix in
        for part in stride(from: 0, to: factors.count, by: 4) {
          let (a, b, c, d) = (factors[part], factors[part + 1], factors[part + 2], factors[part + 3])
          let first = part &* columns
          let (second, third, fourth) = (first &+ columns, first &+ 2 &* columns, first &+ 3 &* columns)
          for column in 0..<columns {
            sum[column] +=
              (a * matrix[first &+ column] + b * matrix[second &+ column])
              + (c * matrix[third &+ column] + d * matrix[fourth &+ column])
          }
        }
      }
    }
  }

  private static func transposed(_ values: [Float], rows: Int) -> [Float] {
    let columns = values.count / max(1, rows)
    return [Float](unsafeUninitializedCapacity: values.count) { result, initialized in
      for row in 0..<rows {
        for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
      }
      initialized = values.count
    }
  }

  /// The adapter's own tensor instead of the base's.
  private func replacement(
    _ name: String, of target: String, _ base: WeightStore
  ) throws(CheckpointError) -> WeightStore.Computed {
    let (expected, found) = (base.shape(of: target) ?? [], weights.shape(of: name) ?? [])
    guard found == expected, let type = weights.numberType(of: name) else {
      throw .shapeMismatch(file: weights.file, name: name, expected: expected, found: found)
    }
    let weights = weights
    return WeightStore.Computed(
      shape: expected, numberType: type,
      values: { () throws(CheckpointError) in try weights.floats(name, shape: expected) })
  }

  /// The path inside the base model: PEFT wraps it twice.
  private static func withoutWrapper(_ name: String) -> String {
    name.hasPrefix("base_model.model.") ? String(name.dropFirst("base_model.model.".count)) : name
  }

  /// The name that a replaced tensor has in the base: older versions name the adapter and the wrapped layer too.
  private static func plainName(_ name: String) -> String {
    name.replacing(".modules_to_save.default.", with: ".").replacing(".base_layer.", with: ".")
  }

  private func place(
    of name: String, for adapterName: String, in places: BasePlaces
  ) throws(CheckpointError) -> String {
    let found = places.names(of: Self.withoutWrapper(name))
    guard let first = found.first else {
      throw unusable(adapterName, "belongs to no tensor of the base model, \(places.file)")
    }
    guard found.count == 1 else {
      throw unusable(adapterName, "could belong to \(found.prefix(3).map(quoted).joined(separator: ", "))")
    }
    return first
  }

  private func unusable(_ name: String, _ reason: String) -> CheckpointError {
    .unusableAdapter(file: weights.file, name: name, reason: reason)
  }
}

/// Finds the base's tensors by their paths without wrappers.
///
/// Adapters are trained on models with and without a head, so that either side may have one more wrapper before the
/// same path.
private struct BasePlaces {
  let file: String
  private var byPath: [Substring: [String]] = [:]

  private static let wrappers: Set<Substring> = [
    "model", "transformer", "bert", "roberta", "ernie", "distilbert", "mpnet", "0", "auto_model",
    "base_model",
  ]

  init(_ base: WeightStore) {
    file = base.file
    for name in base.names { byPath[Self.path(name), default: []].append(name) }
  }

  /// The exact name where the base has it, else all names of the same path.
  func names(of name: String) -> [String] {
    let found = byPath[Self.path(name)] ?? []
    return found.contains(name) ? [name] : found
  }

  private static func path(_ name: String) -> Substring {
    var path = Substring(name)
    while let dot = path.firstIndex(of: "."), wrappers.contains(path[..<dot]) {
      path = path[path.index(after: dot)...]
    }
    return path
  }
}
