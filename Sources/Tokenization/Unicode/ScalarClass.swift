/// What the tokenizers of the field hold a Unicode scalar to be.
///
/// The reference implementation carries tables of several Unicode versions: its categories are those of
/// Unicode 8.0, its normalisation that of 9.0, its word characters those of 16.0. A scalar that is younger
/// than a table is, to that table, unassigned. Vocabularies were made with those tables, so the age of a
/// scalar is part of every rule here.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt8

  /// White space, as Unicode's property says (the one thing on which all versions agree).
  static let whitespace = ScalarClass(rawValue: 1)
  /// Removed by the cleaning of BERT: controls (but tab and line ends), formats, private use, U+0000, U+FFFD.
  static let unclean = ScalarClass(rawValue: 2)
  /// A non-spacing mark: what the stripping of accents by BERT removes.
  static let nonspacingMark = ScalarClass(rawValue: 4)
  /// Punctuation: the categories P, and all that looks like it in ASCII.
  static let punctuation = ScalarClass(rawValue: 8)
  /// A Chinese character by BERT's ranges.
  static let chinese = ScalarClass(rawValue: 16)
  /// Changed or moved by canonical decomposition.
  static let decomposable = ScalarClass(rawValue: 32)
  /// Has a lower-case mapping that differs from itself.
  static let lowercasable = ScalarClass(rawValue: 64)

  /// The classes of a scalar.
  @inline(__always)
  static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.value < 0x80 { return ScalarClass(rawValue: ascii[Int(scalar.value)]) }
    if scalar.value < 0x1_0000 { return ScalarClass(rawValue: basicPlane[Int(scalar.value)]) }
    return ScalarClass(computedFor: scalar)
  }

  /// The classes of ASCII on their own, so that a text of nothing else need not wait for the larger table.
  private static let ascii = (0..<0x80).map { ScalarClass(computedFor: Unicode.Scalar(UInt8($0))).rawValue }

  /// The classes of the Basic Multilingual Plane, computed once.
  ///
  /// The large blocks in which all scalars are alike are filled, not asked for one by one, which keeps this
  /// within a few milliseconds.
  private static let basicPlane: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 0x1_0000)
    let uniform: [ClosedRange<UInt32>] = [0x3400...0x4dbf, 0x4e00...0x9fff, 0xac00...0xd7a3, 0xe000...0xf8ff]
    var next: UInt32 = 0
    for block in uniform + [0x1_0000...0x1_0000] {
      for value in next..<block.lowerBound {
        if let scalar = Unicode.Scalar(value) {
          table[Int(value)] = ScalarClass(computedFor: scalar).rawValue
        }
      }
      if block.lowerBound < 0x1_0000, let first = Unicode.Scalar(block.lowerBound) {
        let shared = ScalarClass(computedFor: first).rawValue
        for value in block { table[Int(value)] = shared }
      }
      next = block.upperBound + 1
    }
    return table
  }()

  /// Asks the Unicode database; `of` is the fast way to the same answer.
  init(computedFor scalar: Unicode.Scalar) {
    var classes: ScalarClass = []
    let properties = scalar.properties
    if properties.isWhitespace { classes.insert(.whitespace) }
    let category = properties.generalCategory
    if Self.isUnclean(scalar, category) { classes.insert(.unclean) }
    if Self.isNonspacingMark(scalar, category) { classes.insert(.nonspacingMark) }
    if Self.isPunctuation(scalar, category) { classes.insert(.punctuation) }
    if Self.isChinese(scalar.value) { classes.insert(.chinese) }
    if CanonicalDecomposition.changes(scalar) { classes.insert(.decomposable) }
    if properties.changesWhenLowercased { classes.insert(.lowercasable) }
    self = classes
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }
}

extension ScalarClass {
  private static func isUnclean(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory
  ) -> Bool {
    switch scalar.value {
    case 0x9, 0xa, 0xd: return false
    case 0xfffd: return true
    default: break
    }
    switch category {
    case .control, .privateUse: return true
    case .format: return scalar.isAssigned(inUnicode: 8)
    default: return false
    }
  }

  private static func isNonspacingMark(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory
  ) -> Bool {
    switch scalar.value {
    case 0x1734, 0x1171e: true  // Became spacing marks after Unicode 8.
    case 0x1885, 0x1886, 0xa9bd, 0x111c9: false  // Became marks after Unicode 8.
    default: category == .nonspacingMark && scalar.isAssigned(inUnicode: 8)
    }
  }

  private static func isPunctuation(
    _ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory
  ) -> Bool {
    switch scalar.value {
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: return true
    case 0x166d, 0x111c9: return true  // Became a symbol and a mark after Unicode 8.
    default: break
    }
    switch category {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return scalar.isAssigned(inUnicode: 8)
    default: return false
    }
  }

  /// Whether the value is in the ranges of the reference implementation.
  ///
  /// There the fifth extension begins at 2B920 by a slip (the block begins at 2B820). Kana and Hangul are
  /// not Chinese characters.
  private static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2b73f, 0x2b740...0x2b81f,
      0x2b920...0x2ceaf, 0xf900...0xfaff, 0x2f800...0x2fa1f:
      true
    default: false
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar was assigned in that major version of Unicode.
  func isAssigned(inUnicode major: Int) -> Bool {
    guard let age = properties.age else { return false }
    return age.major < major || (age.major == major && age.minor == 0)
  }

  /// Whether the scalar is a word character, the `\w` of regular expressions (Unicode 16.0).
  var isWordCharacter: Bool {
    if value < 0x80 {
      return switch value {
      case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a: true
      default: false
      }
    }
    guard isAssigned(inUnicode: 16) else { return false }
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }

  /// Whether the scalar is a number of any kind: a digit, a letter that counts, a fraction.
  var isNumeric: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Whether the scalar is a combining mark of any kind (Unicode 9.0).
  var isCombiningMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark:
      isAssigned(inUnicode: 9) && value != 0x111c9  // Became a mark after Unicode 9.
    default: value == 0x1cf2 || value == 0x1cf3  // Became letters after Unicode 9.
    }
  }

  /// White space, as Unicode's property says.
  var isWhitespace: Bool { ScalarClass.of(self).contains(.whitespace) }
}
