/// A part of a text that is embedded on its own; by default a text is one passage.
public struct Passage: Sendable, Hashable {
  /// The text's place in its collection.
  public var parent: Int
  /// The Unicode scalars of the parent's embedded text.
  public var range: Range<Int>
  /// Stands for the passage's text: the key of its stored vectors.
  public var hash: ContentHash

  public init(parent: Int, range: Range<Int>, hash: ContentHash) {
    self.parent = parent
    self.range = range
    self.hash = hash
  }
}

extension Chunking {
  /// Cuts a text into passages, as ranges of Unicode scalars without white space at their ends.
  ///
  /// A passage ends at the last white space of its last quarter; where there is none (as in Chinese), at its
  /// size, but not before a combining mark. The next one begins up to `overlap` before that, behind white
  /// space where there is some. A text that fits, or is blank, is one passage.
  /// - Complexity: O(scalars).
  public func ranges(of text: String) -> [Range<Int>] {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count > size else { return [0..<scalars.count] }
    var ranges: [Range<Int>] = []
    var start = 0
    while let begin = scalars.firstText(from: start) {
      let passage = begin..<end(of: begin, in: scalars)
      if let last = ranges.last, passage.upperBound <= last.upperBound {
        start = last.upperBound  // Long white space: what they share would bring nothing new.
        continue
      }
      ranges.append(passage)
      guard scalars.firstText(from: passage.upperBound) != nil else { break }
      start = nextStart(after: passage, in: scalars)
    }
    return ranges.isEmpty ? [0..<scalars.count] : ranges
  }

  private func end(of begin: Int, in scalars: [Unicode.Scalar]) -> Int {
    let limit = begin + size
    guard limit < scalars.count else { return scalars.endOfText(in: begin..<scalars.count) }
    let lastQuarter = max(begin + 1, limit - size / 4)...limit
    let cut =
      lastQuarter.last { scalars[$0].properties.isWhitespace }
      ?? lastQuarter.last { !scalars[$0].joinsToItsLeft && scalars[$0 - 1] != "\u{200D}" }
    return scalars.endOfText(in: begin..<(cut ?? limit))
  }

  private func nextStart(after passage: Range<Int>, in scalars: [Unicode.Scalar]) -> Int {
    let earliest = max(passage.upperBound - overlap, passage.lowerBound + 1)
    let space = ((earliest - 1)..<passage.upperBound).first { scalars[$0].properties.isWhitespace }
    return space ?? (earliest..<passage.upperBound).first { !scalars[$0].joinsToItsLeft } ?? earliest
  }
}

extension [Unicode.Scalar] {
  fileprivate func firstText(from start: Int) -> Int? {
    (start..<count).first { !self[$0].properties.isWhitespace }
  }

  /// The end of a range whose first scalar is no white space, without white space at its end.
  fileprivate func endOfText(in range: Range<Int>) -> Int {
    (range.last { !self[$0].properties.isWhitespace } ?? range.lowerBound) + 1
  }
}

extension Unicode.Scalar {
  fileprivate var joinsToItsLeft: Bool { properties.isGraphemeExtend || self == "\u{200D}" }
}
