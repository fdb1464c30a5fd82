import Corpora
import Testing

struct PlainTextTests {
  @Test func readsATextPerLine() throws {
    let texts = try read("A kettle\n\n  \nTwo cups\r\nno newline", as: "tea.txt").texts
    #expect(texts.map(\.text) == ["A kettle", "Two cups", "no newline"])
    #expect(texts.map(\.line) == [1, 4, 5])
    #expect(texts.map(\.id) == ["tea.txt:1", "tea.txt:4", "tea.txt:5"])
    #expect(texts.allSatisfy { $0.file == "tea.txt" && $0.title == nil && $0.fields.isEmpty })
  }

  @Test func dropsTheByteOrderMark() throws {
    #expect(try read("\u{FEFF}first\nsecond", as: "a.txt").texts.map(\.text) == ["first", "second"])
  }

  @Test func keepsSpacesAndLoneReturnsOfALine() throws {
    #expect(try read("  a\rb \n", as: "a.txt").texts.map(\.text) == ["  a\rb "])
  }

  @Test func readsATextPerParagraph() throws {
    let text = "one\n  two\r\n\r\n \nthree\n"
    let texts = try read(text, as: "a.txt", CorpusOptions(split: .paragraph)).texts
    #expect(texts.map(\.text) == ["one two", "three"])
    #expect(texts.map(\.line) == [1, 5])
  }

  @Test func readsMarkdownAsParagraphsUnderHeadings() throws {
    let text = """
      Before.

      # Tea ##
      Boil
      water.
      ## Cups
      #hash
      ```swift
      let a = 1

        # no heading
      ```
      After.
      """
    let texts = try read(text, as: "notes.md").texts
    #expect(
      texts.map(\.text) == [
        "Before.", "Boil water.", "#hash", "```swift\nlet a = 1\n\n  # no heading\n```", "After.",
      ])
    #expect(texts.map { $0.field("heading") } == [nil, "Tea", "Cups", "Cups", "Cups"])
    #expect(texts.map(\.line) == [1, 4, 7, 8, 13])
    #expect(try read(text, as: "notes.md", CorpusOptions(split: .line)).texts.count == 11)
  }

  @Test func readsMarkdownThatEndsInsideABlockOfCode() throws {
    let texts = try read("~~~\n a\n~~\n```\n", as: "a.md").texts
    #expect(texts.map(\.text) == ["~~~\n a\n~~\n```"])
  }

  @Test(arguments: [
    ([0x61, 0xFF, 0x0A], 1, 1, 0xFF), ([0x61, 0x0A, 0xC3, 0x28], 2, 2, 0xC3),
    ([0x61, 0x0A, 0x62, 0x20, 0xE2, 0x82], 2, 4, 0xE2), ([0xED, 0xA0, 0x80], 1, 0, 0xED),
    ([0xEF, 0xBB, 0xBF, 0x61, 0xC0, 0x80], 1, 4, 0xC0),
  ])
  func namesTheByteThatIsNotUTF8(bytes: [UInt8], line: Int, offset: Int, byte: UInt8) throws {
    let message = expectRowError(bytes, as: "a.txt", line: line, .invalidUTF8(offset: offset, byte: byte))
    #expect(message.contains("a.txt, line \(line): byte 0x\(String(byte, radix: 16, uppercase: true))"))
    #expect(message.contains("offset \(offset)"))
  }

  @Test func skipsAndCountsInvalidLines() throws {
    let contents = try read([0x61, 0x0A, 0xFF, 0x0A, 0x62], as: "a.txt", skipping)
    #expect(contents.texts.map(\.text) == ["a", "b"])
    #expect(
      contents.skipped == [
        SkippedRow(file: "a.txt", line: 2, reason: .invalidUTF8(offset: 2, byte: 0xFF))
      ])
  }

  @Test func recognisesUTF16() throws {
    let message = expectRowError([0x61, 0x00, 0x62, 0x00], as: "a.txt", line: 1, .zeroCharacter)
    #expect(message.contains("UTF-16"))
  }

  @Test func readsALineOfTenMegabytes() throws {
    let bytes = [UInt8](repeating: 0x61, count: 10 << 20)
    let texts = try read(bytes, as: "a.txt").texts
    #expect(texts.count == 1 && texts[0].text.utf8.count == 10 << 20)
  }

  @Test func refusesWhatIsLargerThanTheLimits() throws {
    var options = CorpusOptions(limits: CorpusLimits(fileByteCount: 10))
    #expect(throws: CorpusError.self) { try read("12345678901", as: "a.txt", options) }
    #expect(try read("1234567890", as: "a.txt", options).texts.count == 1)
    options = CorpusOptions(skipsInvalid: true, limits: CorpusLimits(rowByteCount: 3))
    let contents = try read("1234\n123", as: "a.txt", options)
    #expect(contents.texts.map(\.text) == ["123"])
    #expect(contents.skipped.map(\.reason) == [.tooLong(byteCount: 4, limit: 3)])
  }
}
