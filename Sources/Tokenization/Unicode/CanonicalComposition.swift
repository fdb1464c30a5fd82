import Foundation

/// Canonical composition of two scalars into one, with the tables of Unicode 9.0.
enum CanonicalComposition {
  /// The primary composite of a pair; nil where there is none.
  @inline(__always)
  static func of(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    // No second part lies outside of these.
    guard second.value >= 0x300, second.value <= 0x309a || second.value >= 0x1_1000 else { return nil }
    return hangul(first.value, second.value) ?? table[key(first, second)]
  }

  /// Section 3.12 of the Unicode standard: syllables are computed, not listed.
  private static func hangul(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
    switch (first, second) {
    case (0x1100...0x1112, 0x1161...0x1175):
      Unicode.Scalar(0xac00 + ((first - 0x1100) * 21 + second - 0x1161) * 28)
    case (0xac00...0xd7a3, 0x11a8...0x11c2) where (first - 0xac00) % 28 == 0:
      Unicode.Scalar(first + second - 0x11a7)
    default: nil
    }
  }

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }

  /// Derived from the decompositions: of each scalar that composition leaves alone, the last part of its
  /// decomposition and what all the parts before it compose to.
  private static let table: [UInt64: Unicode.Scalar] = {
    var composites: [[Unicode.Scalar]: Unicode.Scalar] = [:]
    for (scalar, parts) in CanonicalDecomposition.listed where parts.count > 1 && isPrimary(scalar) {
      composites[parts] = scalar
    }
    var table: [UInt64: Unicode.Scalar] = [:]
    for (parts, scalar) in composites {
      guard let last = parts.last else { continue }
      let head = Array(parts.dropLast())
      if let first = head.count == 1 ? head.first : composites[head] { table[key(first, last)] = scalar }
    }
    return table
  }()

  /// Whether the scalar survives composition: some that decompose are excluded from it for ever.
  private static func isPrimary(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isFullCompositionExclusion
  }
}
