internal import Checkpoints
internal import Kernels
internal import Recipes

/// Reads an encoder's tensors under the names that its architecture gives them.
///
/// Training code wraps encoders, and saving keeps the wrappers' names (`bert.`, `0.auto_model.`, …): the prefix is what
/// stands before an anchor, the name of a tensor that every such encoder has.
struct TensorReader {
  private let weights: WeightStore
  private let prefix: String
  private let packing: Packing
  private let isTransposed: Bool
  /// Whether matrices stay as they stand in the file.
  let isCompact: Bool

  var file: String { weights.file }

  /// Finds the prefix by the anchors, best first; from `size` bytes in half precision on a checkpoint is compact.
  init(
    _ weights: WeightStore, anchors: [String], isTransposed: Bool, packing: Packing, mappedFrom size: Int
  ) throws(EncoderError) {
    self.weights = weights
    self.packing = packing
    self.isTransposed = isTransposed
    isCompact = packing.precision == .f32 && weights.halfPrecisionBytes >= size
    guard !anchors.contains(where: weights.contains) else {
      prefix = ""
      return
    }
    var found: [String] = []
    for anchor in anchors where found.isEmpty {
      found = weights.names.filter { $0.hasSuffix("." + anchor) }.map { String($0.dropLast(anchor.count)) }
    }
    guard found.count <= 1 else { throw .ambiguousWeights(file: weights.file, prefixes: found) }
    prefix = found.first ?? ""
  }

  func contains(_ name: String) -> Bool { weights.contains(prefix + name) }

  /// The shape of the first of the names that the checkpoint has; empty where it has none.
  func shape(_ names: [String]) -> [Int] { weights.shape(of: prefix + first(names)) ?? [] }

  private func first(_ names: [String]) -> String { names.first(where: contains) ?? names.first ?? "" }

  /// A tensor of the given shape.
  func tensor(_ name: String, _ shape: [Int]) throws(EncoderError) -> [Float] {
    do {
      return try weights.floats(prefix + name, shape: shape)
    } catch {
      throw .unusableWeights(error)
    }
  }

  /// The first tensor if the checkpoint has it, else one of an older name.
  func tensor(_ name: String, or older: String, _ shape: [Int]) throws(EncoderError) -> [Float] {
    try tensor(first([name, older]), shape)
  }

  /// A table of rows, `[rows, columns]`.
  func table(_ name: String, rows: Int, columns: Int) throws(EncoderError) -> Matrix {
    Matrix(rows: rows, columns: columns, values: try tensor(name, [rows, columns]))
  }

  /// The table of words, `[rows, columns]`, under the first of the names that the checkpoint has.
  func words(_ names: [String], rows: Int, columns: Int) throws(EncoderError) -> StoredMatrix {
    try stored(first(names), outputs: rows, inputs: columns)
  }

  /// The row of each id; nil where the checkpoint has no such tensor.
  func mapping(_ name: String, count: Int) throws(EncoderError) -> [Int]? {
    guard contains(name) else { return nil }
    do {
      return try weights.integers(prefix + name, count: count)
    } catch {
      throw .unusableWeights(error)
    }
  }

  /// Linear layers of one input as a single one, whose outputs stand one after another.
  ///
  /// `moves` says where runs of the outputs belong, for a single matrix in another order.
  func linear(
    _ names: [(name: String, outputs: Int)], inputs: Int, hasBias: Bool, moves: [ColumnMove] = []
  ) throws(EncoderError) -> Linear {
    // A transposed matrix is not what the kernels read, so that it is unpacked whatever its size.
    if isCompact, !isTransposed {
      return try compact(names, inputs: inputs, hasBias: hasBias, moves: moves)
    }
    var bias: [Float] = []
    if hasBias {
      for (name, outputs) in names { bias += try tensor(name + ".bias", [outputs]) }
      if !moves.isEmpty { bias = reordered(bias, moves, width: 1) }
    }
    let weights = try packing.matrix(
      names.map(\.name).joined(separator: "+"), outputs: names.reduce(0) { $0 + $1.outputs }, inputs: inputs
    ) { () throws(EncoderError) in
      var values: [Float] = []
      for (name, outputs) in names {
        let part = try matrix(name + ".weight", outputs: outputs, inputs: inputs)
        if values.isEmpty { values = part } else { values += part }
      }
      return moves.isEmpty ? values : reordered(values, moves, width: inputs)
    }
    return Linear(parts: [Linear.Part(weights: .packed(weights), bias: hasBias ? bias : nil)])
  }

  /// The same of matrices that stay where they are mapped.
  private func compact(
    _ names: [(name: String, outputs: Int)], inputs: Int, hasBias: Bool, moves: [ColumnMove]
  ) throws(EncoderError) -> Linear {
    var parts: [Linear.Part] = []
    var column = 0
    for (name, outputs) in names {
      let (matrix, change) = try adapted(name + ".weight", outputs: outputs, inputs: inputs)
      parts.append(
        Linear.Part(
          weights: .stored(matrix), change: change,
          bias: hasBias ? try tensor(name + ".bias", [outputs]) : nil,
          column: column, moves: moves))
      column += outputs
    }
    return Linear(parts: parts)
  }

  /// A matrix `[outputs, inputs]`, however it is stored.
  private func matrix(_ name: String, outputs: Int, inputs: Int) throws(EncoderError) -> [Float] {
    guard isTransposed else { return try tensor(name, [outputs, inputs]) }
    let stored = try tensor(name, [inputs, outputs])
    return [Float](unsafeUninitializedCapacity: stored.count) { values, initialized in
      for output in 0..<outputs {
        for input in 0..<inputs { values[output * inputs + input] = stored[input * outputs + output] }
      }
      initialized = stored.count
    }
  }

  /// A matrix where it is mapped, and an adapter's change beside it.
  private func adapted(
    _ name: String, outputs: Int, inputs: Int
  ) throws(EncoderError) -> (StoredMatrix, Linear.Change?) {
    let tensor: AdaptedTensor?
    do {
      tensor = try weights.adapted(prefix + name, shape: [outputs, inputs])
    } catch {
      throw .unusableWeights(error)
    }
    guard let tensor, let matrix = StoredMatrix(tensor.stored, outputs: outputs, inputs: inputs) else {
      return (try stored(name, outputs: outputs, inputs: inputs), nil)
    }
    func packed(_ outputs: Int, _ inputs: Int, _ values: [Float]) -> PackedMatrix {
      PackedMatrix(outputs: outputs, inputs: inputs, values: values, kernels: packing.kernels)
    }
    return (
      matrix,
      Linear.Change(
        down: packed(tensor.rank, inputs, tensor.right), up: packed(outputs, tensor.rank, tensor.left))
    )
  }

  private func stored(_ name: String, outputs: Int, inputs: Int) throws(EncoderError) -> StoredMatrix {
    do {
      let tensor = try weights.stored(
        prefix + name, shape: [outputs, inputs], checkingAll: !isCompact)
      if let tensor, let matrix = StoredMatrix(tensor, outputs: outputs, inputs: inputs) { return matrix }
    } catch {
      throw .unusableWeights(error)
    }
    return StoredMatrix(
      outputs: outputs, inputs: inputs, format: .f32, values: try self.tensor(name, [outputs, inputs]))
  }

  /// A norm of one width; checkpoints converted from TensorFlow call its parts gamma and beta.
  func norm(
    _ name: String, _ kind: NormKind, width: Int, epsilon: Float
  ) throws(EncoderError) -> Norm {
    let weight = try tensor(name + ".weight", or: name + ".gamma", [width])
    switch kind {
    case .layer(let hasBias):
      let bias = hasBias ? try tensor(name + ".bias", or: name + ".beta", [width]) : nil
      return Norm(kind: .layer(bias: bias), weight: weight, epsilon: epsilon)
    case .rms(let addsOne):
      return Norm(kind: .rms, weight: addsOne ? weight.map { 1 + $0 } : weight, epsilon: epsilon)
    }
  }

  private func reordered(_ values: [Float], _ moves: [ColumnMove], width: Int) -> [Float] {
    var result = values
    for move in moves {
      let target = move.destination * width..<(move.destination + move.columns.count) * width
      result.replaceSubrange(
        target, with: values[move.columns.lowerBound * width..<move.columns.upperBound * width])
    }
    return result
  }
}

extension StoredMatrix {
  /// Nil for a number type that the kernels do not read.
  convenience init?(_ tensor: StoredTensor, outputs: Int, inputs: Int) {
    guard let format = NumberFormat(tensor.numberType) else { return nil }
    self.init(
      outputs: outputs, inputs: inputs, format: format, bytes: tensor.bytes, owner: tensor.owner)
  }
}

extension NumberFormat {
  /// Nil for number types that the kernels do not read.
  init?(_ type: NumberType) {
    switch type {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    default: return nil
    }
  }
}
