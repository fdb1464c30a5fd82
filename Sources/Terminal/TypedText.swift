import Screen

/// Printable bytes that came together, to be cut into grapheme clusters.
struct TypedText {
  private var scalars = String.UnicodeScalarView()

  /// Takes one character of UTF-8 from the front and gives its length; nil where it is not complete.
  ///
  /// What is no UTF-8 becomes U+FFFD, byte by byte; control characters of two bytes have no key and are dropped.
  mutating func add(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Int? {
    guard let first = bytes.first else { return nil }
    if first < 0x80 {
      scalars.append(Unicode.Scalar(first))
      return 1
    }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let character = bytes.prefix(length)
    let continuations = character.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count
    if continuations + 1 == character.count, character.count < length, first >= 0xC2, first <= 0xF4, !isFinal
    {
      return nil
    }
    guard continuations + 1 == length, let scalar = Self.scalar(character) else {
      scalars.append("\u{FFFD}")
      return 1
    }
    if scalar.properties.generalCategory != .control { scalars.append(scalar) }
    return length
  }

  /// The keys of what was typed, one for each cluster.
  mutating func take() -> [InputEvent] {
    guard !scalars.isEmpty else { return [] }
    let events = String(scalars).map { InputEvent.key(KeyPress($0)) }
    scalars = String.UnicodeScalarView()
    return events
  }

  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
  }
}
