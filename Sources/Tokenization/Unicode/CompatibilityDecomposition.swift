import Foundation

/// Compatibility decomposition (NFKD) of single scalars, with the tables of Unicode 9.0.
enum CompatibilityDecomposition {
  /// The full decomposition; nil for a scalar whose decomposition is the canonical one.
  static func of(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= 0xa0, scalar.value >= 0x1_0000 || changesBasic[Int(scalar.value)] else {
      return nil
    }
    return table[scalar]
  }

  /// Which scalars of the Basic Multilingual Plane are in `table`.
  ///
  /// Not among the classes of scalars: tokenizers that need no compatibility should not wait for this.
  private static let changesBasic: [Bool] = {
    var changes = [Bool](repeating: false, count: 0x1_0000)
    for scalar in table.keys where scalar.value < 0x1_0000 { changes[Int(scalar.value)] = true }
    return changes
  }()

  /// The blocks with scalars that have compatibility decompositions in Unicode 9.0.
  private static let blocks: [ClosedRange<UInt32>] = [
    0xa0...0x33ff, 0xa690...0xa7ff, 0xab50...0xab6f, 0xf900...0xffff, 0x1d100...0x1d7ff, 0x1ee00...0x1eeff,
    0x1f100...0x1f2ff,
  ]

  /// Asked of Foundation in one go, like the canonical ones.
  private static let table: [Unicode.Scalar: [Unicode.Scalar]] = {
    let scalars = blocks.joined().compactMap(Unicode.Scalar.init)
    var lines = String.UnicodeScalarView()
    for scalar in scalars {
      lines.append(scalar)
      lines.append("\n")
    }
    let text = String(lines)
    let canonical = text.decomposedStringWithCanonicalMapping.unicodeScalars
      .split(separator: "\n", omittingEmptySubsequences: false)
    let compatible = text.decomposedStringWithCompatibilityMapping.unicodeScalars
      .split(separator: "\n", omittingEmptySubsequences: false)
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for (scalar, parts) in zip(scalars, zip(canonical, compatible)) {
      let isChanged = !parts.0.elementsEqual(parts.1)
      if isChanged, scalar.isAssigned(inUnicode: 9) { table[scalar] = Array(parts.1) }
    }
    return table
  }()
}
