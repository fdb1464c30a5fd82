/// How many columns text takes, and what is shown for characters that must not reach a terminal.
///
/// Widths follow UAX #11 with ambiguous characters counted as 1, emoji sequences and flags as 2
/// (UTS #51), and marks as 0. Control, bidirectional and other invisible characters are replaced by
/// something visible, so that no text can move the cursor, change colours or reorder its neighbours.
public enum TextWidth {
  /// The columns that a text takes.
  public static func columns(of text: some StringProtocol) -> Int {
    var columns = 0
    for character in text { columns += self.columns(of: character) }
    return columns
  }

  /// The columns that a grapheme cluster takes; at least 1.
  public static func columns(of character: Character) -> Int {
    if isPlain(character) { return 1 }
    if isPlainWide(character) { return 2 }
    return pieces(of: character).reduce(0) { $0 + $1.width }
  }

  /// The text as it is shown: invisible characters replaced.
  public static func visible(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      if isPlain(character) {
        result.append(character)
      } else {
        for piece in pieces(of: character) { result += piece.text }
      }
    }
    return result
  }

  /// What one cell, or two adjacent ones, show of a character.
  struct Piece: Equatable {
    var text: String
    var width: Int
  }

  /// True for characters that are shown as they are in one column, which needs no look-up.
  ///
  /// Printable ASCII and Latin, dashes and quotation marks, box drawing and blocks, braille.
  static func isPlain(_ character: Character) -> Bool {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex else {
      return false
    }
    switch first.value {
    case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300: return true
    case 0x2010...0x2027, 0x2500...0x259F, 0x2800...0x28FF: return true
    default: return false
    }
  }

  /// True for characters that are shown as they are in two columns, which needs no look-up.
  ///
  /// Letters of kana, unified ideographs without later additions, Hangul syllables.
  static func isPlainWide(_ character: Character) -> Bool {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, first.value >= 0x3041,
      scalars.index(after: scalars.startIndex) == scalars.endIndex
    else { return false }
    switch first.value {
    case 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: return true
    default: return false
    }
  }

  /// The pieces of a cluster: one for most, several where letters join without becoming one cell
  /// (Indic conjuncts, spacing vowel signs).
  static func pieces(of character: Character) -> [Piece] {
    if isPlainWide(character) { return [Piece(text: String(character), width: 2)] }
    let scalars = Array(character.unicodeScalars.prefix(longestCluster))
    guard let first = scalars.first else { return [] }
    if let substitute = substitute(for: first, in: scalars) { return [Piece(text: substitute, width: 1)] }
    if isEmojiSequence(scalars) { return [Piece(text: text(scalars), width: 2)] }
    var pieces: [Piece] = []
    for scalar in scalars {
      let width = width(of: scalar)
      if width == 0, pieces.isEmpty {
        pieces.append(Piece(text: "\u{25CC}" + String(scalar), width: 1))
      } else if width == 0 {
        pieces[pieces.count - 1].text.unicodeScalars.append(scalar)
      } else {
        pieces.append(Piece(text: String(scalar), width: width))
      }
    }
    return pieces
  }

  /// Longer clusters are cut: no script needs more, and stacked marks could be endless.
  private static let longestCluster = 24

  private static func text(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// What stands for a character that is invisible or commands the terminal.
  private static func substitute(for first: Unicode.Scalar, in scalars: [Unicode.Scalar]) -> String? {
    switch first.properties.generalCategory {
    case .control:
      if scalars.count == 2 { return "\u{240A}" }  // CR LF is one cluster.
      if first.value < 0x20 { return Unicode.Scalar(0x2400 + first.value).map { String($0) } }
      return first.value == 0x7f ? "\u{2421}" : "\u{FFFD}"
    case .lineSeparator, .paragraphSeparator: return "\u{240A}"
    case .format where !isPrependedMark(first): return "·"
    default: return first.properties.isDefaultIgnorableCodePoint && scalars.count == 1 ? "·" : nil
    }
  }

  private static func isEmojiSequence(_ scalars: [Unicode.Scalar]) -> Bool {
    guard scalars.count > 1, let first = scalars.first else { return false }
    if isRegionalIndicator(first) { return isRegionalIndicator(scalars[1]) }
    guard first.properties.isEmoji else { return false }
    return scalars.dropFirst().contains { $0.value == 0xFE0F || $0.properties.isEmojiModifier }
      || first.properties.isEmojiPresentation
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  /// Signs before a number that are formally invisible but have a shape (Prepended_Concatenation_Mark).
  private static func isPrependedMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
    default: false
    }
  }

  /// The columns of one scalar that stands alone: 0, 1 or 2.
  static func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    case .format: return isPrependedMark(scalar) ? 1 : 0
    default: break
    }
    if isWide(value) { return 2 }
    return scalar.properties.isEmojiPresentation && !isRegionalIndicator(scalar) ? 2 : 1
  }

  /// True in the ranges of East Asian Wide and Fullwidth that are not emoji; those have a property.
  ///
  /// Gaps without assigned characters belong to the range around them, as in UAX #11.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x1100: false
    case 0x1100...0x115F,  // Hangul initial consonants
      0x2329...0x232A,  // angle brackets
      0x2E80...0x303E,  // CJK and Kangxi radicals, ideographic description, CJK punctuation
      0x3041...0x3247,  // kana, Bopomofo, Hangul compatibility, enclosed CJK
      0x3250...0xA4C6,  // CJK compatibility, hexagrams, unified ideographs, Yi
      0xA960...0xA97C, 0xAC00...0xD7A3,  // Hangul
      0xF900...0xFAFF,  // compatibility ideographs
      0xFE10...0xFE19, 0xFE30...0xFE6B,  // vertical and small forms
      0xFF01...0xFF60, 0xFFE0...0xFFE6,  // full-width forms
      0x16FE0...0x1B2FB,  // Tangut, Khitan, Nüshu, further kana
      0x1D300...0x1D376,  // Tai Xuan Jing, counting rods
      0x1F200...0x1F265,  // enclosed ideographic
      0x20000...0x3FFFD:  // further ideographs
      true
    default: false
    }
  }
}
