/// Byte-pair encoding: each word is spelled out in characters, which are then joined by a list of merges.
///
/// The byte-level kind gets words in which every character stands for a byte; the kind of SentencePiece gets
/// texts as they are and spells unknown characters in tokens for bytes.
struct BytePairEncoding: Sendable {
  /// What the file says beside vocabulary and merges.
  struct Options: Sendable {
    /// The token for characters that the vocabulary lacks; without one they are left out.
    var unknownID: Int32?
    /// Whether unknown characters in a row are one token.
    var fusesUnknown = false
    /// Whether unknown characters are spelled in the tokens `<0x00>` to `<0xFF>`, where all that are needed exist.
    var fallsBackToBytes = false
    /// Whether a word that is a token is that token, whatever the merges say.
    var ignoresMerges = false
    /// What the vocabulary writes before every character of a word but the first.
    var continuingPrefix: [Unicode.Scalar] = []
    /// What the vocabulary writes behind the last character of a word.
    var endSuffix: [Unicode.Scalar] = []
  }

  let vocabulary: Vocabulary
  let options: Options
  private let merges: MergeTable
  /// The ids of single scalars of the Basic Multilingual Plane, -1 where there is none.
  private let singles: [Int32]
  /// The ids of the tokens for bytes, -1 where there is none.
  private let byteIDs: [Int32]

  init(vocabulary: Vocabulary, merges: [Merge], options: Options) {
    self.vocabulary = vocabulary
    self.options = options
    self.merges = MergeTable(merges)
    var singles = [Int32](repeating: -1, count: 0x1_0000)
    for (id, place) in vocabulary.places.enumerated() where place.end - place.start <= 3 {
      guard let token = vocabulary.token(for: Int32(id))?.unicodeScalars, token.count == 1,
        let scalar = token.first, scalar.value < 0x1_0000
      else { continue }
      singles[Int(scalar.value)] = Int32(id)
    }
    self.singles = singles
    byteIDs = (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return vocabulary.id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>") ?? -1
    }
  }

  /// The work is at most n log n in the length of the word.
  func tokenize(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into tokens: inout [ModelToken]) {
    if options.ignoresMerges, let id = vocabulary.id(of: scalars[word]) {
      tokens.append(ModelToken(id: id, range: word))
      return
    }
    var chain = spell(scalars, word)
    chain.join(merges)
    var cursor = ByteCursor(scalars: scalars, word: word)
    chain.forEach { id, byteCount in tokens.append(ModelToken(id: id, range: cursor.take(byteCount))) }
  }

  /// The symbols that the word begins with.
  ///
  /// Unknown characters that wait to be fused come behind characters spelled in bytes that follow them: so
  /// it is in the reference implementation, where only some tokens for bytes exist.
  private func spell(_ scalars: [Unicode.Scalar], _ word: Range<Int>) -> SymbolChain {
    var chain = SymbolChain(capacity: word.count)
    var unknownByteCount = 0
    for index in word {
      let scalar = scalars[index]
      let byteCount = UTF8.width(scalar)
      if let id = id(of: scalar, isFirst: index == word.lowerBound, isLast: index == word.upperBound - 1) {
        flush(&unknownByteCount, into: &chain)
        chain.append(id, byteCount: byteCount)
      } else if options.fallsBackToBytes, spellBytes(of: scalar, at: index, in: word, into: &chain) {
        continue
      } else {
        if !options.fusesUnknown { flush(&unknownByteCount, into: &chain) }
        unknownByteCount += byteCount
      }
    }
    flush(&unknownByteCount, into: &chain)
    return chain
  }

  private func flush(_ unknownByteCount: inout Int, into chain: inout SymbolChain) {
    if unknownByteCount > 0, let unknown = options.unknownID {
      chain.append(unknown, byteCount: unknownByteCount)
    }
    unknownByteCount = 0
  }

  @inline(__always)
  private func id(of scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> Int32? {
    let isBare =
      (isFirst || options.continuingPrefix.isEmpty) && (!isLast || options.endSuffix.isEmpty)
    guard isBare, scalar.value < 0x1_0000 else {
      return vocabulary.id(of: symbol(of: scalar, isFirst: isFirst, isLast: isLast))
    }
    let id = singles[Int(scalar.value)]
    return id < 0 ? nil : id
  }

  /// A character as the vocabulary writes it in that place of a word.
  private func symbol(of scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> [Unicode.Scalar] {
    (isFirst ? [] : options.continuingPrefix) + [scalar] + (isLast ? options.endSuffix : [])
  }

  /// Adds the tokens for the bytes of a character; false where one of them does not exist.
  private func spellBytes(
    of scalar: Unicode.Scalar, at index: Int, in word: Range<Int>, into chain: inout SymbolChain
  ) -> Bool {
    var ids: [Int32] = []
    for part in symbol(
      of: scalar, isFirst: index == word.lowerBound, isLast: index == word.upperBound - 1)
    {
      for byte in part.utf8 { ids.append(byteIDs[Int(byte)]) }
    }
    guard !ids.contains(-1) else { return false }
    for id in ids { chain.append(id, byteCount: 1) }
    return true
  }
}

/// Turns lengths in bytes into ranges of scalars, from the beginning of a word on.
///
/// A part that begins or ends inside a scalar has the whole of it.
private struct ByteCursor {
  private let scalars: [Unicode.Scalar]
  private let word: Range<Int>
  /// The scalar in which the next part begins.
  private var index: Int
  /// How many of its bytes are taken.
  private var taken = 0

  init(scalars: [Unicode.Scalar], word: Range<Int>) {
    self.scalars = scalars
    self.word = word
    index = word.lowerBound
  }

  @inline(__always)
  mutating func take(_ byteCount: Int) -> Range<Int> {
    let start = min(index, word.upperBound - 1)
    var end = start
    var left = byteCount
    while left > 0, index < word.upperBound {
      let available = UTF8.width(scalars[index]) - taken
      end = index + 1
      if left < available {
        taken += left
        left = 0
      } else {
        left -= available
        taken = 0
        index += 1
      }
    }
    return start..<max(end, start + 1)
  }
}
