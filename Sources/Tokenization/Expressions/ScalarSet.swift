/// A set of Unicode scalars as a regular expression writes it.
struct ScalarSet: Sendable, Equatable {
  /// How a set is put together.
  indirect enum Node: Sendable, Equatable {
    case range(ClosedRange<UInt32>)
    /// A range of letters whose case does not count.
    case caseless(ClosedRange<UInt32>)
    case categories(CategorySet)
    /// White space, as Unicode's property says.
    case whitespace
    /// The `\w` of expressions inside a set.
    case word
    case alphabetic
    case union([Node])
    case intersection([Node])
    case complement(Node)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .range(let range): range.contains(scalar.value)
      case .caseless(let range):
        range.contains(scalar.value) || Self.caseVariants(of: scalar).contains { range.contains($0.value) }
      case .categories(let categories): !categories.isDisjoint(with: CategorySet(scalar))
      case .whitespace: scalar.properties.isWhitespace
      case .word: scalar.isWordCharacter && !scalar.properties.isJoinControl
      case .alphabetic: scalar.properties.isAlphabetic && scalar.isAssigned(inUnicode: 16)
      case .union(let nodes): nodes.contains { $0.contains(scalar) }
      case .intersection(let nodes): nodes.allSatisfy { $0.contains(scalar) }
      case .complement(let node): !node.contains(scalar)
      }
    }

    /// The scalars that differ from this one by case alone.
    static func caseVariants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
      func single(_ mapping: String) -> Unicode.Scalar? {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
      }
      let simple = [
        single(scalar.properties.lowercaseMapping), single(scalar.properties.uppercaseMapping),
      ].compactMap { $0 }
      return simple
        + simple.flatMap {
          [single($0.properties.lowercaseMapping), single($0.properties.uppercaseMapping)].compactMap { $0 }
        }
    }
  }

  let node: Node
  /// The answers for ASCII.
  private let ascii: [Bool]

  init(_ node: Node) {
    self.node = node
    ascii = (UInt8(0)..<0x80).map { node.contains(Unicode.Scalar($0)) }
  }

  @inline(__always)
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80 ? ascii[Int(scalar.value)] : node.contains(scalar)
  }
}

extension ScalarSet.Node {
  static func scalar(_ scalar: Unicode.Scalar) -> Self { .range(scalar.value...scalar.value) }

  /// The `\w` of expressions outside a set: Oniguruma adds six of Latin-1, by a table of its own.
  static let looseWord = Self.union([
    .word, .range(0xb2...0xb3), .range(0xb9...0xb9), .range(0xbc...0xbe),
  ])
  static let digit = Self.categories(.decimalNumber)
  static let hexadecimalDigit = Self.union([.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)])
  static let any = Self.range(0...0x10_ffff)
  /// What a dot matches: all but line feed.
  static let anyInLine = Self.complement(.range(0xa...0xa))

  /// What `\p{name}` means; nil for names that are not read here.
  ///
  /// Case, spaces, hyphens and underlines of a name do not count.
  static func property(_ name: String) -> Self? {
    let key = String(name.lowercased().unicodeScalars.filter { $0 != " " && $0 != "_" && $0 != "-" })
    if let categories = CategorySet.names[key] { return .categories(categories) }
    if let script = scripts[key] { return .union(script.map(Self.range)) }
    switch key {
    case "alpha", "alphabetic": return .alphabetic
    case "digit": return .digit
    case "space", "whitespace": return .whitespace
    case "punct": return .categories([.punctuation, .symbols])
    case "uppercaseletter": return .categories(.uppercaseLetter)
    case "lowercaseletter": return .categories(.lowercaseLetter)
    case "any": return .any
    default: return nil
    }
  }

  /// The scripts that splitting expressions name, by the script property of Unicode 16.0.
  private static let scripts: [String: [ClosedRange<UInt32>]] = [
    "han": [
      0x2e80...0x2e99, 0x2e9b...0x2ef3, 0x2f00...0x2fd5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
      0x3038...0x303b, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfa6d, 0xfa70...0xfad9, 0x16fe2...0x16fe3,
      0x16ff0...0x16ff1, 0x20000...0x2a6df, 0x2a700...0x2b739, 0x2b740...0x2b81d, 0x2b820...0x2cea1,
      0x2ceb0...0x2ebe0, 0x2ebf0...0x2ee5d, 0x2f800...0x2fa1d, 0x30000...0x3134a, 0x31350...0x323af,
    ],
    "hiragana": [
      0x3041...0x3096, 0x309d...0x309f, 0x1b001...0x1b11f, 0x1b132...0x1b132, 0x1b150...0x1b152,
      0x1f200...0x1f200,
    ],
    "katakana": [
      0x30a1...0x30fa, 0x30fd...0x30ff, 0x31f0...0x31ff, 0x32d0...0x32fe, 0x3300...0x3357, 0xff66...0xff6f,
      0xff71...0xff9d, 0x1aff0...0x1aff3, 0x1aff5...0x1affb, 0x1affd...0x1affe, 0x1b000...0x1b000,
      0x1b120...0x1b122, 0x1b155...0x1b155, 0x1b164...0x1b167,
    ],
    "hangul": [
      0x1100...0x11ff, 0x302e...0x302f, 0x3131...0x318e, 0x3200...0x321e, 0x3260...0x327e, 0xa960...0xa97c,
      0xac00...0xd7a3, 0xd7b0...0xd7c6, 0xd7cb...0xd7fb, 0xffa0...0xffbe, 0xffc2...0xffc7, 0xffca...0xffcf,
      0xffd2...0xffd7, 0xffda...0xffdc,
    ],
  ]
}
