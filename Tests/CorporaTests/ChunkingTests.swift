import Corpora
import TestSupport
import Testing

struct ChunkingTests {
  private func passages(_ text: String, _ size: Int, _ overlap: Int = 0) throws -> [String] {
    let scalars = Array(text.unicodeScalars)
    return try Chunking(size: size, overlap: overlap).ranges(of: text).map { range in
      var passage = String.UnicodeScalarView()
      passage.append(contentsOf: scalars[range])
      return String(passage)
    }
  }

  @Test func aTextThatFitsIsOnePassage() throws {
    #expect(try passages(" ten chars", 10) == [" ten chars"])
    #expect(try passages("", 10) == [""])
    #expect(try passages("            ", 10) == ["            "])
  }

  @Test func cutsAtWhiteSpaceNearTheSize() throws {
    #expect(try passages("the kettle is on the stove", 12) == ["the kettle", "is on the", "stove"])
    #expect(
      try passages("the kettle is on the stove  ", 12, 6) == [
        "the kettle", "kettle is on", "is on the", "on the stove",
      ])
  }

  @Test func cutsWithoutWhiteSpaceButNotBeforeACombiningMark() throws {
    #expect(try passages("雪が静かに降る夜", 4) == ["雪が静か", "に降る夜"])
    #expect(try passages("abcde\u{301}fgh", 5) == ["abcd", "e\u{301}fgh"])
  }

  @Test(arguments: ["0", "-1", "4/3", "4/-1", "a", "4/", "4/2/1", "", "99999999999999999999"])
  func refusesWhatIsNoSize(value: String) throws {
    let error = #expect(throws: CorpusError.chunking(value)) { try Chunking(value) }
    #expect("\(try #require(error))".contains("'\(value)'"))
  }

  @Test func readsSizeAndOverlap() throws {
    #expect(try Chunking("1000/200") == Chunking(size: 1000, overlap: 200))
    #expect(try Chunking("12").description == "12/0")
    #expect(throws: CorpusError.chunking("2/2")) { try Chunking(size: 2, overlap: 2) }
  }

  /// Passages cover all text in order, within the size, without white space at their ends, and make progress.
  @Test(arguments: 0..<200)
  func passagesCoverTheText(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let alphabet: [Unicode.Scalar] = ["a", "b", " ", "\n", "\u{301}", "雪", "\u{200D}", "😀"]
    let text = (0..<Int.random(in: 0...80, using: &random)).map { _ in
      alphabet.randomElement(using: &random) ?? "a"
    }
    let size = Int.random(in: 1...20, using: &random)
    let overlap = Int.random(in: 0...(size / 2), using: &random)
    var string = String.UnicodeScalarView()
    string.append(contentsOf: text)
    let ranges = try Chunking(size: size, overlap: overlap).ranges(of: String(string))
    guard text.count > size, text.contains(where: { !$0.properties.isWhitespace }) else {
      #expect(ranges == [0..<text.count])
      return
    }
    let covered = Set(ranges.flatMap { Array($0) })
    for index in text.indices where !text[index].properties.isWhitespace { #expect(covered.contains(index)) }
    for range in ranges {
      #expect(range.count <= size && !range.isEmpty)
      #expect(!text[range.lowerBound].properties.isWhitespace)
      #expect(!text[range.upperBound - 1].properties.isWhitespace)
    }
    for (one, next) in zip(ranges, ranges.dropFirst()) {
      #expect(next.lowerBound > one.lowerBound && next.upperBound > one.upperBound)
    }
  }
}
