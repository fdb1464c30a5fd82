/// Finds added tokens in a text: the leftmost, and of those that begin there the longest.
struct AddedTokenFinder: Sendable {
  /// A part of a text: an added token, or what lies between two.
  struct Part: Equatable, Sendable {
    var range: Range<Int>
    /// The id of the added token; nil for text.
    var id: Int32?
  }

  private var trie = ScalarTrie()
  private var tokens: [AddedToken] = []
  private var asciiStarts = [Bool](repeating: false, count: 128)
  private var hasOtherStarts = false
  private var isASCII = true

  var isEmpty: Bool { tokens.isEmpty }

  /// Adds a token that is looked for as `pattern`, the content as the searched text would write it.
  ///
  /// An empty pattern is never found; of two tokens with one pattern the first is.
  mutating func insert(_ token: AddedToken, pattern: [Unicode.Scalar]) {
    guard let first = pattern.first else { return }
    guard trie.insert(pattern, value: Int32(tokens.count)) == nil else { return }
    tokens.append(token)
    if pattern.contains(where: { $0.value >= 128 }) { isASCII = false }
    if first.value < 128 { asciiStarts[Int(first.value)] = true } else { hasOtherStarts = true }
  }

  /// Cuts a text into added tokens and what lies between them, covering it from end to end.
  ///
  /// White space that a token took on its right may be part of the next token too, where that begins with
  /// it: so it is in the reference implementation.
  func parts(of scalars: [Unicode.Scalar]) -> [Part] {
    guard !isEmpty else { return scalars.isEmpty ? [] : [Part(range: 0..<scalars.count)] }
    var parts: [Part] = []
    var covered = 0
    var index = 0
    while index < scalars.count {
      guard mayStart(scalars[index]),
        let match = trie.longestMatch(in: scalars, index..<scalars.count)
      else {
        index += 1
        continue
      }
      let token = tokens[Int(match.value)]
      if let range = accepted(token, index..<match.end, in: scalars, after: covered) {
        if covered < range.lowerBound { parts.append(Part(range: covered..<range.lowerBound)) }
        parts.append(Part(range: range, id: Int32(token.id)))
        covered = range.upperBound
      }
      index = match.end
    }
    if covered < scalars.count { parts.append(Part(range: covered..<scalars.count)) }
    return parts
  }

  /// Whether a token may be in the text, which is valid UTF-8: false is certain.
  func mayFindToken(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !isEmpty else { return false }
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte < 128 else {
        if hasOtherStarts { return true }
        continue
      }
      guard asciiStarts[Int(byte)] else { continue }
      var node = ScalarTrie.root
      for byte in bytes[index...] {
        guard byte < 128 else {
          if isASCII { break }
          return true
        }
        node = trie.child(of: node, Unicode.Scalar(byte))
        if node == ScalarTrie.root { break }
        if trie.value(at: node) >= 0 { return true }
      }
    }
    return false
  }

  @inline(__always)
  private func mayStart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 128 ? asciiStarts[Int(scalar.value)] : hasOtherStarts
  }

  /// The range that the token takes where it was found; nil where it must stand alone and does not.
  private func accepted(
    _ token: AddedToken, _ match: Range<Int>, in scalars: [Unicode.Scalar], after covered: Int
  ) -> Range<Int>? {
    var (start, end) = (match.lowerBound, match.upperBound)
    if token.isSingleWord {
      if start > 0, scalars[start - 1].isWordCharacter { return nil }
      if end < scalars.count, scalars[end].isWordCharacter { return nil }
    }
    if token.stripsLeft {
      while start > covered, scalars[start - 1].isWhitespace { start -= 1 }
      start = max(start, covered)
    }
    if token.stripsRight {
      while end < scalars.count, scalars[end].isWhitespace { end += 1 }
    }
    return start <= end ? start..<end : nil
  }
}
