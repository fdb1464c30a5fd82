/// The normaliser of BERT: cleaning, spaces around Chinese characters, accents, case, in this order.
struct BertNormalizer: Sendable, Equatable {
  /// Removes controls and turns all white space into spaces.
  var cleansText = true
  /// Puts a space on both sides of each Chinese character.
  var spacesChineseCharacters = true
  /// Removes non-spacing marks after canonical decomposition; nil follows `lowercases`.
  var stripsAccents: Bool?
  var lowercases = true

  func normalize(_ text: inout NormalizedText) {
    if cleansText {
      text.filter { !isUnclean($0) }
      text.map { isSpace($0) ? " " : $0 }
    }
    if spacesChineseCharacters {
      text.expand(where: { ScalarClass.of($0).contains(.chinese) }) { scalar, append in
        append(" ")
        append(scalar)
        append(" ")
      }
    }
    if stripsAccents ?? lowercases {
      text.decompose()
      text.filter { $0.value < 0x80 || !ScalarClass.of($0).contains(.nonspacingMark) }
    }
    if lowercases { text.lowercase() }
  }

  @inline(__always)
  private func isUnclean(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || scalar.value >= 0x7f ? ScalarClass.of(scalar).contains(.unclean) : false
  }

  @inline(__always)
  private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value <= 0x20 || scalar.value >= 0x7f ? ScalarClass.of(scalar).contains(.whitespace) : false
  }
}
