/// BERT's normaliser, its splitting and WordPiece in one walk over the UTF-8 of a text.
///
/// Gives what `BertNormalizer`, `PreTokenizer.bert` and `WordPiece` give one after the other, without a copy of the
/// text for each of their steps: most of a text is ASCII, of which a table says all, and what each other scalar becomes
/// does not depend on its neighbours, but for marks that stay. Where there is such a mark, the word with it goes
/// through the steps themselves.
struct BertWalk: Sendable {
  /// What an ASCII character is; smaller values are what it becomes within a word.
  enum Kind {
    static let removed: UInt8 = 0x80
    static let space: UInt8 = 0x81
    static let punctuation: UInt8 = 0x82
    /// A byte of a longer scalar.
    static let other: UInt8 = 0x83
  }

  let normalizer: BertNormalizer
  let model: WordPiece
  /// By byte.
  let kinds: [UInt8]

  /// nil where the parts are not BERT's.
  init?(_ normalizer: Normalizer?, _ preTokenizer: PreTokenizer?, _ model: SubwordModel) {
    guard case .bert(let bert) = normalizer, preTokenizer == .bert, case .wordPiece(let wordPiece) = model
    else { return nil }
    self.normalizer = bert
    self.model = wordPiece
    kinds = (0...UInt8.max).map { byte in
      guard byte < 0x80 else { return Kind.other }
      let scalar = Unicode.Scalar(byte)
      let classes = ScalarClass.of(scalar)
      if bert.cleansText, classes.contains(.unclean) { return Kind.removed }
      if classes.contains(.whitespace) { return Kind.space }
      if classes.contains(.punctuation) { return Kind.punctuation }
      return bert.lowercases && (0x41...0x5a).contains(byte) ? byte + 32 : byte
    }
  }

  /// Calls `body` with each token of a text, which must be valid UTF-8, and its range of the text's scalars.
  @inline(__always)
  func forEachToken(
    of bytes: UnsafeBufferPointer<UInt8>, _ body: (Int32, Range<Int>) -> Void
  ) {
    kinds.withUnsafeBufferPointer { kinds in
      var reader = BertWordReader(self, bytes, kinds)
      while reader.next() {
        for token in reader.tokens { body(token.id, token.range) }
      }
    }
  }
}

/// Reads one word after the other and cuts it into tokens.
private struct BertWordReader {
  /// The tokens found last, with their ranges of the text's scalars.
  private(set) var tokens: [ModelToken] = []

  private let walk: BertWalk
  private let bytes: UnsafeBufferPointer<UInt8>
  private let kinds: UnsafeBufferPointer<UInt8>
  /// The next byte, and the scalar that it begins.
  private var index = 0
  private var scalar = 0
  /// Where the scalars begin that may depend on one another, in bytes and in scalars.
  private var segment = (index: 0, scalar: 0)
  /// The word being read, as far as it is not plain ASCII, with the place of each scalar in the text.
  private var word: [Unicode.Scalar] = []
  private var places: [Int] = []
  /// Behind the last scalar of the word; more scalars than a word may have are not kept.
  private var wordEnd = 0
  private var isTooLong = false
  /// What one scalar became.
  private var parts: [Unicode.Scalar] = []

  init(_ walk: BertWalk, _ bytes: UnsafeBufferPointer<UInt8>, _ kinds: UnsafeBufferPointer<UInt8>) {
    (self.walk, self.bytes, self.kinds) = (walk, bytes, kinds)
  }

  /// Reads on until there are tokens.
  ///
  /// - Returns: false at the end of the text.
  mutating func next() -> Bool {
    tokens.removeAll(keepingCapacity: true)
    while index < bytes.count {
      let kind = kinds[Int(bytes[index])]
      if kind < 0x80 {
        readRun()
      } else {
        switch kind {
        case BertWalk.Kind.removed: advance(1)
        case BertWalk.Kind.space:
          finishWord()
          advance(1)
          startSegment()
        case BertWalk.Kind.punctuation:
          finishWord()
          takeAlone(Unicode.Scalar(bytes[index]))
          advance(1)
          startSegment()
        default: readLongerScalar()
        }
      }
      if !tokens.isEmpty { return true }
    }
    finishWord()
    return !tokens.isEmpty
  }

  private mutating func advance(_ byteCount: Int) {
    index += byteCount
    scalar += 1
  }

  private mutating func startSegment() { segment = (index, scalar) }
}

extension BertWordReader {
  /// Reads ASCII characters of a word: all of it, mostly.
  @inline(__always)
  private mutating func readRun() {
    let start = index
    var end = start + 1
    while end < bytes.count, kinds[Int(bytes[end])] < 0x80 { end += 1 }
    let count = end - start
    let following = end == bytes.count ? BertWalk.Kind.space : kinds[Int(bytes[end])]
    let isWhole = following == BertWalk.Kind.space || following == BertWalk.Kind.punctuation
    defer {
      index = end
      scalar += count
    }
    if word.isEmpty, isWhole {
      takePlainWord(start, count)
    } else {
      for offset in 0..<count {
        append(Unicode.Scalar(kinds[Int(bytes[start + offset])]), at: scalar + offset)
        if isTooLong { break }
      }
      wordEnd = scalar + count
    }
  }

  /// Cuts a word that stands in the text as it is, but for its case.
  @inline(__always)
  private mutating func takePlainWord(_ start: Int, _ count: Int) {
    let first = scalar
    let (bytes, kinds) = (bytes, kinds)
    if let id = walk.model.wholeWord(byteCount: count, { kinds[Int(bytes[start + $0])] }) {
      tokens.append(ModelToken(id: id, range: first..<first + count))
    } else {
      walk.model.tokenize(first..<first + count, into: &tokens) {
        Unicode.Scalar(kinds[Int(bytes[start + $0 - first])])
      }
    }
  }

  private mutating func append(_ part: Unicode.Scalar, at place: Int) {
    wordEnd = place + 1
    guard word.count <= walk.model.maximumWordLength else {
      isTooLong = true
      return
    }
    word.append(part)
    places.append(place)
  }

  /// Cuts the word that has been read, if there is one.
  @inline(__always)
  private mutating func finishWord() {
    if !word.isEmpty { takeWord() }
  }

  private mutating func takeWord() {
    let first = tokens.count
    let word = word
    walk.model.tokenize(word.indices, into: &tokens) { word[$0] }
    for index in first..<tokens.count {
      let range = tokens[index].range
      let end = range.upperBound == word.count ? wordEnd : places[range.upperBound - 1] + 1
      tokens[index].range = places[range.lowerBound]..<end
    }
    forgetWord()
  }

  private mutating func forgetWord() {
    word.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    isTooLong = false
  }

  /// A word of one scalar.
  private mutating func takeAlone(_ part: Unicode.Scalar) {
    walk.model.tokenize(scalar..<scalar + 1, into: &tokens) { _ in part }
  }
}

extension BertWordReader {
  /// Reads a scalar beyond ASCII.
  private mutating func readLongerScalar() {
    let (value, byteCount) = decoded()
    let classes = ScalarClass.of(value)
    if walk.normalizer.cleansText, classes.contains(.unclean) {
      advance(byteCount)
    } else if classes.contains(.whitespace) {
      finishWord()
      advance(byteCount)
      startSegment()
    } else if classes == .chinese, walk.normalizer.spacesChineseCharacters {
      finishWord()
      takeAlone(value)
      advance(byteCount)
      startSegment()
    } else if normalize(value, classes) {
      take(isAlone: walk.normalizer.spacesChineseCharacters && classes.contains(.chinese))
      let isStarter = !parts.isEmpty
      advance(byteCount)
      if isStarter, word.isEmpty { startSegment() }
    } else {
      takeSegment()
    }
  }

  private func decoded() -> (Unicode.Scalar, byteCount: Int) {
    let lead = UInt32(bytes[index])
    func following(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset]) & 0x3f }
    let (value, byteCount): (UInt32, Int) =
      if lead < 0xe0 {
        ((lead & 0x1f) << 6 | following(1), 2)
      } else if lead < 0xf0 {
        ((lead & 0xf) << 12 | following(1) << 6 | following(2), 3)
      } else {
        ((lead & 0x7) << 18 | following(1) << 12 | following(2) << 6 | following(3), 4)
      }
    return (Unicode.Scalar(value) ?? "\u{fffd}", byteCount)
  }

  /// Fills `parts` with what becomes of a scalar on its own.
  ///
  /// - Returns: false where that depends on its neighbours.
  private mutating func normalize(_ value: Unicode.Scalar, _ classes: ScalarClass) -> Bool {
    parts.removeAll(keepingCapacity: true)
    let normalizer = walk.normalizer
    guard normalizer.stripsAccents ?? normalizer.lowercases else { return lowercase(value, classes) }
    guard classes.contains(.decomposable) else {
      return classes.contains(.nonspacingMark) || lowercase(value, classes)
    }
    var decomposed: [Unicode.Scalar] = []
    CanonicalDecomposition.forEachScalar(of: value) { decomposed.append($0) }
    for part in decomposed {
      let classes = ScalarClass.of(part)
      if classes.contains(.nonspacingMark) { continue }
      // A mark that stays may change places with the marks beside it.
      guard CanonicalDecomposition.combiningClass(of: part) == 0, lowercase(part, classes) else {
        return false
      }
    }
    return true
  }

  /// Adds a scalar to `parts`, lower-cased if that is asked for; false where several come of it.
  private mutating func lowercase(_ value: Unicode.Scalar, _ classes: ScalarClass) -> Bool {
    guard walk.normalizer.lowercases, classes.contains(.lowercasable) else {
      parts.append(value)
      return true
    }
    if value.value < 0x80 {
      parts.append(Unicode.Scalar(UInt8(value.value + 32)))
      return true
    }
    let mapping = value.properties.lowercaseMapping.unicodeScalars
    guard let lower = mapping.first, mapping.count == 1 else { return false }
    parts.append(lower)
    return true
  }

  /// Adds what a scalar became to the word, or lets it stand alone.
  private mutating func take(isAlone: Bool) {
    if isAlone { finishWord() }
    for part in parts {
      let classes = ScalarClass.of(part)
      if classes.contains(.whitespace) {
        finishWord()
      } else if classes.contains(.punctuation) {
        finishWord()
        takeAlone(part)
      } else {
        append(part, at: scalar)
      }
    }
    if isAlone { finishWord() }
  }

  /// Lets the scalars that depend on one another, to the next ASCII character that is no part of a word, go through the
  /// steps of normalising, splitting and cutting.
  private mutating func takeSegment() {
    forgetWord()
    var end = index
    while end < bytes.count,
      kinds[Int(bytes[end])] != BertWalk.Kind.space, kinds[Int(bytes[end])] != BertWalk.Kind.punctuation
    { end += 1 }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[segment.index..<end]), as: UTF8.self)
    let scalars = Array(text.unicodeScalars)
    var normalized = NormalizedText(scalars, origin: segment.scalar)
    walk.normalizer.normalize(&normalized)
    var split = PreTokenizedText(normalized)
    PreTokenizer.bert.split(&split)
    for piece in split.pieces {
      let first = tokens.count
      walk.model.tokenize(split.text.scalars, piece, into: &tokens)
      for index in first..<tokens.count { tokens[index].range = split.text.source(of: tokens[index].range) }
    }
    index = end
    scalar = segment.scalar + scalars.count
    startSegment()
  }
}
