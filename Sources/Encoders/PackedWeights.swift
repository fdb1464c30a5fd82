internal import Checkpoints
internal import Kernels
internal import Recipes
internal import Synchronization

/// How an encoder's matrices are packed, and where they are kept.
struct Packing {
  let kernels: KernelSet
  let precision: Precision
  let cache: PackedWeights?

  /// A packed matrix `[outputs, inputs]`: the kept one, or one made of the values.
  func matrix(
    _ name: String, outputs: Int, inputs: Int, values: () throws(EncoderError) -> [Float]
  ) throws(EncoderError) -> PackedMatrix {
    if let kept = cache?.matrix(name, outputs: outputs, inputs: inputs) { return kept }
    let packed = PackedMatrix(
      outputs: outputs, inputs: inputs, precision: precision, values: try values(), kernels: kernels)
    return cache?.add(packed, name) ?? packed
  }
}

/// The packed matrices of a model, kept in one file for each precision and instruction set, and used where it is mapped.
///
/// The first start writes each matrix as it packs it and goes on with the mapped bytes, so that not even a large model is
/// held in memory twice; the next start maps the file. The name of a file says what decides its contents: the model's
/// content hash, the precision, the instruction set. A file counts only where all of that and every checksum agree;
/// whatever else stands there is passed over and written anew. A folder that cannot be written costs nothing but time.
///
/// Layout, little-endian: a page with the header; the matrices, each from a page on; the index, a line of text for each matrix
/// (`checksum outputs inputs name`, in the order of the matrices). The header holds the magic number, the place, size
/// and checksum of the index.
///
/// Sendable: what changes while the matrices are read stands behind `state`.
final class PackedWeights: Sendable {
  /// Changes with the order of packed weights and with this file's layout.
  private static let version = 1
  private static let magic: UInt64 = 0x0a77_656b_6361_7076  // "vpackew\n"
  private static let page = 1 << 12
  /// More than any model takes.
  private static let longestIndex = 1 << 24

  private struct Entry {
    var name: String
    var outputs: Int
    var inputs: Int
    var checksum: UInt64
    var offset: Int
  }

  private struct State {
    var mappings: [FileMapping] = []
    var kept: [String: Entry] = [:]
    var writer: Writer?
  }

  private let file: String
  private let precision: Precision
  private let kernels: KernelSet
  private let state = Mutex(State())

  /// Opens what is kept for a model, or begins to keep it.
  ///
  /// Nothing is kept where the disk is nearly full: `parameters` says how many weights there are about.
  init(folder: String, model: String, parameters: Int, precision: Precision, kernels: KernelSet) {
    let name = "weights-\(model.prefix(32))-\(precision.rawValue)-\(kernels.instructionSet.rawValue)"
    file = "\(folder)/\(name)-\(Self.version).packed"
    self.precision = precision
    self.kernels = kernels
    state.withLock { state in
      if let (mapping, entries) = open() {
        state.mappings = [mapping]
        state.kept = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
      } else {
        let bytes =
          switch precision {
          case .f32: 4
          case .bf16: 2
          case .int8: 1
          }
        state.writer = Writer(file: file, expectedBytes: parameters * bytes)
      }
    }
  }

  /// The kept matrix of a name and shape; nil where there is none.
  func matrix(_ name: String, outputs: Int, inputs: Int) -> PackedMatrix? {
    state.withLock { state in
      guard let entry = state.kept[name], let mapping = state.mappings.first,
        entry.outputs == outputs, entry.inputs == inputs
      else { return nil }
      return PackedMatrix(
        outputs: outputs, inputs: inputs, precision: precision, kernels: kernels, mapping: mapping,
        byteOffset: entry.offset)
    }
  }

  /// Writes a matrix and gives it where it is mapped; nil where nothing is kept.
  func add(_ matrix: PackedMatrix, _ name: String) -> PackedMatrix? {
    guard matrix.outputs > 0, matrix.inputs > 0 else { return nil }
    return state.withLock { state in
      guard let mapping = state.writer?.append(matrix, name) else {
        state.writer = nil
        return nil
      }
      state.mappings.append(mapping)
      return PackedMatrix(
        outputs: matrix.outputs, inputs: matrix.inputs, precision: precision, kernels: kernels,
        mapping: mapping, byteOffset: 0)
    }
  }

  /// Gives the file its name, after all matrices have been added.
  func keep() {
    state.withLock { state in
      state.writer?.finish()
      state.writer = nil
    }
  }

  /// Checks that nobody has cut the file.
  ///
  /// - Throws: `packedWeightsChanged`.
  func checkUnchanged() throws(EncoderError) {
    guard state.withLock({ $0.mappings.allSatisfy(\.isWhole) }) else {
      throw .packedWeightsChanged(file: file)
    }
  }

  private func open() -> (FileMapping, [Entry])? {
    do {
      let mapping = try FileMapping(path: file)
      guard let entries = entries(mapping.bytes) else { return nil }
      return (mapping, entries)
    } catch {
      return nil  // Not there, or not to be read: packed anew.
    }
  }

  /// What a file holds; nil where anything is wrong with it.
  private func entries(_ bytes: UnsafeRawBufferPointer) -> [Entry]? {
    guard bytes.count >= Self.page else { return nil }
    let header = (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
    guard header[0] == Self.magic, let start = Int(exactly: header[1]), let count = Int(exactly: header[2]),
      start >= Self.page, count <= Self.longestIndex, start <= bytes.count, count == bytes.count - start
    else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start...])
    guard checksum(text) == header[3], let index = String(validating: text, as: UTF8.self) else { return nil }
    var entries: [Entry] = []
    var offset = Self.page
    for line in index.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 3)
      guard parts.count == 4, let sum = UInt64(parts[0]), let outputs = Int(parts[1]),
        let inputs = Int(parts[2]),
        (1...1 << 31).contains(outputs), (1...1 << 31).contains(inputs)
      else { return nil }
      let size = PackedMatrix.byteCount(outputs, inputs, precision, kernels)
      guard size <= start - offset,
        checksum(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])) == sum
      else { return nil }
      entries.append(
        Entry(name: String(parts[3]), outputs: outputs, inputs: inputs, checksum: sum, offset: offset))
      offset += (size + Self.page - 1) / Self.page * Self.page
      guard offset <= start else { return nil }
    }
    return entries
  }

  /// Writes the file matrix by matrix.
  private struct Writer {
    private let file: PartialFile
    private var offset = PackedWeights.page
    private var index = ""

    /// Nil where nothing can be written.
    init?(file: String, expectedBytes: Int) {
      do {
        self.file = try PartialFile(replacing: file, expectedBytes: expectedBytes)
      } catch {
        return nil
      }
    }

    /// Nil where writing fails: the file is gone then.
    mutating func append(_ matrix: PackedMatrix, _ name: String) -> FileMapping? {
      let bytes = matrix.bytes
      do {
        try file.write(bytes, at: offset)
        let mapping = try FileMapping(path: file.path, offset: offset, count: bytes.count)
        index += "\(checksum(bytes)) \(matrix.outputs) \(matrix.inputs) \(name)\n"
        offset += (bytes.count + PackedWeights.page - 1) / PackedWeights.page * PackedWeights.page
        return mapping
      } catch {
        file.abandon()
        return nil
      }
    }

    mutating func finish() {
      do {
        let text = Array(index.utf8)
        try text.withUnsafeBytes { try file.write($0, at: offset) }
        let sum = text.withUnsafeBytes { checksum($0) }
        let header = [PackedWeights.magic, UInt64(offset), UInt64(text.count), sum]
        try header.withUnsafeBytes { try file.write($0, at: 0) }
        try file.finish()
      } catch {
        file.abandon()
      }
    }
  }
}
