internal import Checkpoints
internal import Kernels

/// Reads an encoder's tensors under the names that its architecture gives them.
///
/// Training code wraps encoders, and saving keeps the wrappers' names (`bert.`, `0.auto_model.`, …): the prefix is what
/// stands before `anchor`, the name of a tensor that every such encoder has.
struct TensorReader {
  private let weights: WeightStore
  private let prefix: String
  private let kernels: KernelSet

  init(_ weights: WeightStore, anchor: String, kernels: KernelSet) throws(EncoderError) {
    self.weights = weights
    self.kernels = kernels
    guard !weights.contains(anchor) else {
      prefix = ""
      return
    }
    let prefixes = weights.names.filter { $0.hasSuffix("." + anchor) }.map { $0.dropLast(anchor.count) }
    guard prefixes.count <= 1 else {
      throw .ambiguousWeights(file: weights.file, prefixes: prefixes.map { String($0) })
    }
    prefix = prefixes.first.map { String($0) } ?? ""
  }

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
    let hasOlder = !weights.contains(prefix + name) && weights.contains(prefix + older)
    return try tensor(hasOlder ? older : name, shape)
  }

  /// A table of rows, `[rows, columns]`.
  func table(_ name: String, rows: Int, columns: Int) throws(EncoderError) -> Matrix {
    Matrix(rows: rows, columns: columns, values: try tensor(name, [rows, columns]))
  }

  /// Linear layers of one input as a single one, whose outputs stand one after another.
  func linear(_ names: [String], inputs: Int, outputs: Int) throws(EncoderError) -> Linear {
    var values: [Float] = []
    var bias: [Float] = []
    for name in names {
      let part = try tensor(name + ".weight", [outputs, inputs])
      if values.isEmpty { values = part } else { values += part }
      bias += try tensor(name + ".bias", [outputs])
    }
    let weights = PackedMatrix(
      outputs: names.count * outputs, inputs: inputs, values: values, kernels: kernels)
    return Linear(weights: weights, bias: bias)
  }

  /// A layer norm; checkpoints converted from TensorFlow call its parts gamma and beta.
  func norm(_ name: String, width: Int, epsilon: Float) throws(EncoderError) -> Norm {
    Norm(
      weight: try tensor(name + ".weight", or: name + ".gamma", [width]),
      bias: try tensor(name + ".bias", or: name + ".beta", [width]), epsilon: epsilon)
  }
}
