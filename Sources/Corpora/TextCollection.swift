/// Texts under a name, with the passages that are embedded.
public struct TextCollection: Sendable, Equatable {
  public let name: String
  public let texts: [CorpusText]
  /// How texts are cut into passages; nil makes each text one passage.
  public let chunking: Chunking?
  /// In the order of the texts, and within a text from its beginning; the rows of vectors are in this order.
  public let passages: [Passage]
  /// What each text holds, everything included.
  let textHashes: [ContentHash]
  /// What the whole collection holds, in order.
  let hash: ContentHash

  /// Cuts the texts into passages; ids must differ.
  ///
  /// - Complexity: O(characters).
  public init(name: String, texts: [CorpusText], chunking: Chunking? = nil) {
    self.name = name
    self.texts = texts
    self.chunking = chunking
    var passages: [Passage] = []
    passages.reserveCapacity(texts.count)
    var textHashes: [ContentHash] = []
    textHashes.reserveCapacity(texts.count)
    var hasher = ContentHasher()
    hasher.add(chunking?.description)
    for (index, text) in texts.enumerated() {
      passages.append(contentsOf: text.passages(parent: index, chunking: chunking))
      textHashes.append(text.contentHash)
      hasher.add(textHashes[index])
    }
    self.passages = passages
    self.textHashes = textHashes
    hash = hasher.finalize()
  }

  /// The text of a passage, as it is embedded.
  public func text(of passage: Passage) -> String {
    texts[passage.parent].embeddedText.scalars(passage.range)
  }

  /// The places of a text's passages among `passages`.
  public func passages(of text: Int) -> Range<Int> {
    let lower = firstPassage(notBefore: text)
    return lower..<firstPassage(notBefore: text + 1)
  }

  private func firstPassage(notBefore text: Int) -> Int {
    var range = 0..<passages.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = passages[middle].parent < text ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension CorpusText {
  var contentHash: ContentHash {
    var hasher = ContentHasher()
    for part in [id, title, text, file] { hasher.add(part) }
    hasher.add(count: line)
    for field in fields {
      hasher.add(field.name)
      hasher.add(field.value)
    }
    return hasher.finalize()
  }

  func passages(parent: Int, chunking: Chunking?) -> [Passage] {
    let text = embeddedText
    let count = text.unicodeScalars.count
    guard let chunking, count > chunking.size else {
      return [Passage(parent: parent, range: 0..<count, hash: ContentHash(text))]
    }
    return chunking.ranges(of: text).map { range in
      Passage(parent: parent, range: range, hash: ContentHash(text.scalars(range)))
    }
  }
}

extension String {
  func scalars(_ range: Range<Int>) -> String {
    let lower = unicodeScalars.index(startIndex, offsetBy: range.lowerBound)
    return String(unicodeScalars[lower..<unicodeScalars.index(lower, offsetBy: range.count)])
  }
}
