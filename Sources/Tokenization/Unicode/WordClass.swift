/// What the splitting expressions of byte-level tokenizers tell apart (Unicode 16.0).
enum WordClass: UInt8, Sendable {
  case other
  case letter
  case number
  /// White space but for line ends.
  case space
  /// Carriage return and line feed.
  case lineEnd

  @inline(__always)
  static func of(_ scalar: Unicode.Scalar) -> WordClass {
    if scalar.value < 0x80 { return ascii[Int(scalar.value)] }
    if scalar.value < 0x1_0000 { return basicPlane[Int(scalar.value)] }
    return WordClass(computedFor: scalar)
  }

  /// The classes of ASCII on their own, so that a text of nothing else need not wait for the larger table.
  private static let ascii = (0..<0x80).map { WordClass(computedFor: Unicode.Scalar(UInt8($0))) }

  private static let basicPlane = (UInt32(0)..<0x1_0000).map { value in
    Unicode.Scalar(value).map(WordClass.init(computedFor:)) ?? .other
  }

  init(computedFor scalar: Unicode.Scalar) {
    if scalar == "\n" || scalar == "\r" {
      self = .lineEnd
    } else if scalar.properties.isWhitespace {
      self = .space
    } else {
      let categories = CategorySet(scalar)
      self =
        !categories.isDisjoint(with: .letters)
        ? .letter : categories.isDisjoint(with: .numbers) ? .other : .number
    }
  }
}

/// General categories as regular expressions see them: those of Unicode 16.0.
struct CategorySet: OptionSet, Sendable, Hashable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  static let uppercaseLetter = CategorySet(rawValue: 1 << 0)
  static let lowercaseLetter = CategorySet(rawValue: 1 << 1)
  static let titlecaseLetter = CategorySet(rawValue: 1 << 2)
  static let modifierLetter = CategorySet(rawValue: 1 << 3)
  static let otherLetter = CategorySet(rawValue: 1 << 4)
  static let nonspacingMark = CategorySet(rawValue: 1 << 5)
  static let spacingMark = CategorySet(rawValue: 1 << 6)
  static let enclosingMark = CategorySet(rawValue: 1 << 7)
  static let decimalNumber = CategorySet(rawValue: 1 << 8)
  static let letterNumber = CategorySet(rawValue: 1 << 9)
  static let otherNumber = CategorySet(rawValue: 1 << 10)
  static let connectorPunctuation = CategorySet(rawValue: 1 << 11)
  static let dashPunctuation = CategorySet(rawValue: 1 << 12)
  static let openPunctuation = CategorySet(rawValue: 1 << 13)
  static let closePunctuation = CategorySet(rawValue: 1 << 14)
  static let initialPunctuation = CategorySet(rawValue: 1 << 15)
  static let finalPunctuation = CategorySet(rawValue: 1 << 16)
  static let otherPunctuation = CategorySet(rawValue: 1 << 17)
  static let mathSymbol = CategorySet(rawValue: 1 << 18)
  static let currencySymbol = CategorySet(rawValue: 1 << 19)
  static let modifierSymbol = CategorySet(rawValue: 1 << 20)
  static let otherSymbol = CategorySet(rawValue: 1 << 21)
  static let spaceSeparator = CategorySet(rawValue: 1 << 22)
  static let lineSeparator = CategorySet(rawValue: 1 << 23)
  static let paragraphSeparator = CategorySet(rawValue: 1 << 24)
  static let control = CategorySet(rawValue: 1 << 25)
  static let format = CategorySet(rawValue: 1 << 26)
  static let surrogate = CategorySet(rawValue: 1 << 27)
  static let privateUse = CategorySet(rawValue: 1 << 28)
  static let unassigned = CategorySet(rawValue: 1 << 29)

  static let casedLetters: CategorySet = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
  static let letters: CategorySet = [.casedLetters, .modifierLetter, .otherLetter]
  static let marks: CategorySet = [.nonspacingMark, .spacingMark, .enclosingMark]
  static let numbers: CategorySet = [.decimalNumber, .letterNumber, .otherNumber]
  static let punctuation: CategorySet = [
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
    .finalPunctuation, .otherPunctuation,
  ]
  static let symbols: CategorySet = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
  static let separators: CategorySet = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
  static let others: CategorySet = [.control, .format, .surrogate, .privateUse, .unassigned]

  /// The short names of the standard, in lower case.
  static let names: [String: CategorySet] = [
    "lu": .uppercaseLetter, "ll": .lowercaseLetter, "lt": .titlecaseLetter, "lm": .modifierLetter,
    "lo": .otherLetter, "lc": .casedLetters, "l": .letters, "mn": .nonspacingMark, "mc": .spacingMark,
    "me": .enclosingMark, "m": .marks, "nd": .decimalNumber, "nl": .letterNumber, "no": .otherNumber,
    "n": .numbers, "pc": .connectorPunctuation, "pd": .dashPunctuation, "ps": .openPunctuation,
    "pe": .closePunctuation, "pi": .initialPunctuation, "pf": .finalPunctuation, "po": .otherPunctuation,
    "p": .punctuation, "sm": .mathSymbol, "sc": .currencySymbol, "sk": .modifierSymbol, "so": .otherSymbol,
    "s": .symbols, "zs": .spaceSeparator, "zl": .lineSeparator, "zp": .paragraphSeparator,
    "z": .separators, "cc": .control, "cf": .format, "cs": .surrogate, "co": .privateUse,
    "cn": .unassigned, "c": .others,
    "letter": .letters, "mark": .marks, "number": .numbers, "punctuation": .punctuation,
    "symbol": .symbols, "separator": .separators, "other": .others,
  ]

  /// The category of a scalar; what is younger than Unicode 16.0 is unassigned.
  init(_ scalar: Unicode.Scalar) {
    guard scalar.isAssigned(inUnicode: 16) else {
      self = .unassigned
      return
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter: self = .uppercaseLetter
    case .lowercaseLetter: self = .lowercaseLetter
    case .titlecaseLetter: self = .titlecaseLetter
    case .modifierLetter: self = .modifierLetter
    // The one letter whose category changed since.
    case .otherLetter: self = scalar.value == 0x295 ? .lowercaseLetter : .otherLetter
    case .nonspacingMark: self = .nonspacingMark
    case .spacingMark: self = .spacingMark
    case .enclosingMark: self = .enclosingMark
    case .decimalNumber: self = .decimalNumber
    case .letterNumber: self = .letterNumber
    case .otherNumber: self = .otherNumber
    case .connectorPunctuation: self = .connectorPunctuation
    case .dashPunctuation: self = .dashPunctuation
    case .openPunctuation: self = .openPunctuation
    case .closePunctuation: self = .closePunctuation
    case .initialPunctuation: self = .initialPunctuation
    case .finalPunctuation: self = .finalPunctuation
    case .otherPunctuation: self = .otherPunctuation
    case .mathSymbol: self = .mathSymbol
    case .currencySymbol: self = .currencySymbol
    case .modifierSymbol: self = .modifierSymbol
    case .otherSymbol: self = .otherSymbol
    case .spaceSeparator: self = .spaceSeparator
    case .lineSeparator: self = .lineSeparator
    case .paragraphSeparator: self = .paragraphSeparator
    case .control: self = .control
    case .format: self = .format
    case .surrogate: self = .surrogate
    case .privateUse: self = .privateUse
    case .unassigned: self = .unassigned
    @unknown default: self = .unassigned
    }
  }
}
