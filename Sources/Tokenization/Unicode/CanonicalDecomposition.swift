import Foundation

/// Canonical decomposition (NFD) of single scalars, and the classes that order combining marks.
///
/// The tables are those of Unicode 9.0, like the reference implementation's: a younger scalar neither
/// decomposes nor moves.
enum CanonicalDecomposition {
  /// Whether the scalar decomposes, or is a mark that may change places with its neighbours.
  static func changes(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0xc0 else { return false }
    return isHangulSyllable(scalar.value) || combiningClass(of: scalar) != 0 || table[scalar] != nil
  }

  /// The canonical combining class: 0 for what stays in its place.
  static func combiningClass(of scalar: Unicode.Scalar) -> UInt8 {
    let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
    return combiningClass == 0 || !scalar.isAssigned(inUnicode: 9) ? 0 : combiningClass
  }

  /// Calls `body` with each scalar of the full decomposition, in order; with the scalar itself if it has none.
  @inline(__always)
  static func forEachScalar(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    if isHangulSyllable(scalar.value) {
      decomposeHangul(scalar.value, body)
    } else if let decomposed = table[scalar] {
      for part in decomposed { body(part) }
    } else {
      body(scalar)
    }
  }

  /// All scalars that decompose but the Hangul syllables, with their full decompositions.
  static var listed: [Unicode.Scalar: [Unicode.Scalar]] { table }

  private static func isHangulSyllable(_ value: UInt32) -> Bool { (0xac00...0xd7a3).contains(value) }

  /// Section 3.12 of the Unicode standard: syllables are computed, not listed.
  private static func decomposeHangul(_ value: UInt32, _ body: (Unicode.Scalar) -> Void) {
    let index = value - 0xac00
    let trailing = index % 28
    let jamo = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11a7 + trailing]
    for part in jamo.prefix(trailing == 0 ? 2 : 3) {
      if let scalar = Unicode.Scalar(part) { body(scalar) }
    }
  }

  /// The blocks with scalars that decomposed in Unicode 9.0, Hangul apart.
  private static let blocks: [ClosedRange<UInt32>] = [
    0xc0...0x33ff, 0xf900...0xfb4f, 0x11080...0x115ff, 0x1d100...0x1d1ff, 0x2f800...0x2fa1f,
  ]

  /// Asked of Foundation in one go, one scalar a line, because a call for each would take longer than the
  /// rest of loading a tokenizer.
  private static let table: [Unicode.Scalar: [Unicode.Scalar]] = {
    let scalars = blocks.joined().compactMap(Unicode.Scalar.init)
    var lines = String.UnicodeScalarView()
    for scalar in scalars {
      lines.append(scalar)
      lines.append("\n")
    }
    let decomposed = String(lines).decomposedStringWithCanonicalMapping.unicodeScalars
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for (scalar, parts) in zip(scalars, decomposed.split(separator: "\n", omittingEmptySubsequences: false)) {
      let isChanged = parts.first != scalar || parts.dropFirst().first != nil
      if isChanged, scalar.isAssigned(inUnicode: 9) { table[scalar] = Array(parts) }
    }
    return table
  }()
}
