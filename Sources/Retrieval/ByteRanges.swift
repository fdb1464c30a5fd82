public import Kernels

/// The ranges by which f32 values become bytes: 256 steps for each dimension, from its least value to its greatest.
///
/// As sentence-transformers' `quantize_embeddings` with precision `int8`, to the bit.
public struct ByteRanges: Equatable, Sendable {
  /// The least value of each dimension.
  public let starts: [Float]
  /// The width of a step of each dimension; 1 where all values are equal.
  public let steps: [Float]

  /// The ranges of vectors, `[rows, dimensions]`.
  ///
  /// Rows with a value that is not finite count for nothing; without any other, ranges begin at 0.
  public init(calibratedOn vectors: Matrix) {
    self.init(Extents(vectors))
  }

  init(_ extents: Extents) {
    starts = extents.least.map { $0.isFinite ? $0 : 0 }
    steps = zip(extents.least, extents.greatest).map { least, greatest in
      let step = (greatest - least) / 255
      return step == 0 || !least.isFinite ? 1 : step
    }
  }

  /// The bytes of a vector: floor((value − start) / step) − 128, within −128…127; nil where a value is not finite.
  public func bytes(_ vector: [Float]) -> [Int8]? {
    precondition(vector.count == starts.count, "\(vector.count) values for \(starts.count) ranges")
    guard vector.allSatisfy(\.isFinite) else { return nil }
    return vector.indices.map { Self.byte(vector[$0], start: starts[$0], step: steps[$0]) }
  }

  /// The values that bytes stand for: the lower bounds of their steps.
  public func values(_ bytes: [Int8]) -> [Float] {
    precondition(bytes.count == starts.count, "\(bytes.count) bytes for \(starts.count) ranges")
    return bytes.indices.map { Float((Double(bytes[$0]) + 128) * Double(steps[$0]) + Double(starts[$0])) }
  }

  @inline(__always)
  private static func byte(_ value: Float, start: Float, step: Float) -> Int8 {
    let position = (value - start) / step
    // Not below zero, so that cutting off the fraction rounds down.
    let clamped = position > 0 ? (position < 255 ? position : 255) : 0
    return Int8(truncatingIfNeeded: Int32(clamped) - 128)
  }
}

/// The least and greatest value of each dimension.
struct Extents: Sendable {
  private(set) var least: [Float]
  private(set) var greatest: [Float]

  /// Of vectors, `[rows, dimensions]`, without those that are not finite.
  init(_ vectors: Matrix) {
    var least = [Float](repeating: .infinity, count: vectors.columns)
    var greatest = [Float](repeating: -.infinity, count: vectors.columns)
    for row in 0..<vectors.rows {
      let values = vectors.row(row)
      guard values.allSatisfy(\.isFinite) else { continue }
      for column in least.indices {
        let value = values[column]
        least[column] = value < least[column] ? value : least[column]
        greatest[column] = value > greatest[column] ? value : greatest[column]
      }
    }
    self.least = least
    self.greatest = greatest
  }

  mutating func formUnion(_ other: Extents) {
    for column in least.indices {
      least[column] = min(least[column], other.least[column])
      greatest[column] = max(greatest[column], other.greatest[column])
    }
  }
}

/// One bit for each value, set where it is above zero; the first value is the highest bit of the first byte.
///
/// As sentence-transformers' `quantize_embeddings` with precision `ubinary`; zeros fill the last byte. Nil where a value
/// is not a number, since that has no sign.
public func signBits(_ vector: [Float]) -> [UInt8]? {
  guard !vector.contains(where: \.isNaN) else { return nil }
  var bits = [UInt8](repeating: 0, count: (vector.count + 7) / 8)
  for (index, value) in vector.enumerated() where value > 0 { bits[index / 8] |= 0x80 >> UInt8(index % 8) }
  return bits
}
