@testable import Corpora
import Testing

struct TableTests {
  @Test func readsQuotedValuesOverSeveralLines() throws {
    let text =
      "id,title,text,note\r\n1,T,\"a, \"\"b\"\"\nsecond\",x\r\n2,,plain 5\" disc,\"\"\r\n\r\n3,,\"\",\n4,t,last,y"
    let texts = try read(text, as: "a.csv").texts
    #expect(texts.map(\.id) == ["1", "2", "3", "4"])
    #expect(texts.map(\.title) == ["T", nil, nil, "t"])
    #expect(texts.map(\.text) == ["a, \"b\"\nsecond", "plain 5\" disc", "", "last"])
    #expect(texts.map { $0.field("note") } == ["x", "", "", "y"])
    #expect(texts.map(\.line) == [2, 4, 6, 7])
  }

  @Test func readsTabsWithoutQuoting() throws {
    let texts = try read("text\tmark\n\"a\tb\"\n\tc\n \n", as: "a.tsv").texts
    #expect(texts.map(\.text) == ["\"a", ""])
    #expect(texts.map { $0.field("mark") } == ["b\"", "c"])
    #expect(texts.map(\.id) == ["a.tsv:2", "a.tsv:3"])
  }

  @Test func readsAHeaderWithAMarkQuotesAndUnnamedColumns() throws {
    let texts = try read("\u{FEFF}\"text\", _id ,\nhello,7,rest", as: "a.csv").texts
    #expect(texts[0].text == "hello" && texts[0].id == "7")
    #expect(texts[0].fields == [TextField(name: "column 3", value: "rest")])
  }

  @Test func readsDoubledQuotesOnly() throws {
    #expect(try read("text\n\"\"\"\"\n\"\"\"a\"\"\"\n", as: "a.csv").texts.map(\.text) == ["\"", "\"a\""])
  }

  @Test func takesTheTextFromAnotherColumn() throws {
    let texts = try read("a,b\n1,2\n", as: "a.csv", CorpusOptions(textColumn: "b")).texts
    #expect(texts[0].text == "2" && texts[0].field("a") == "1")
  }

  @Test func listsTheColumnsWhereTheTextIsMissing() throws {
    let error = #expect(throws: CorpusError.self) { try read("one,two\n1,2", as: "a.csv") }
    #expect("\(try #require(error))".contains("no column 'text'; choose one with --text-column: one, two"))
  }

  @Test func refusesAHeaderThatIsMissingDoubledOrDamaged() throws {
    #expect(throws: CorpusError.self) { try read("", as: "a.csv") }
    #expect(throws: CorpusError.self) { try read("\n\n", as: "a.tsv") }
    let error = #expect(throws: CorpusError.self) { try read("text,a,a\n", as: "a.csv") }
    #expect("\(try #require(error))".contains("two columns are named 'a'"))
    expectRowError("\"text\nx", as: "a.csv", line: 1, .unclosedQuote)
    expectRowError([0xFF, 0x0A], as: "a.csv", line: 1, .invalidUTF8(offset: 0, byte: 0xFF))
  }

  @Test func namesRaggedAndDamagedRows() {
    let message = expectRowError("text,b\n1,2\n1\n", as: "a.csv", line: 3, .ragged(expected: 2, found: 1))
    #expect(message.contains("line 3: 1 columns, but the header has 2"))
    expectRowError("text,b\n\"1\n1\",2,3\n", as: "a.csv", line: 2, .ragged(expected: 2, found: 3))
    expectRowError("text\tb\n1\n", as: "a.tsv", line: 2, .ragged(expected: 2, found: 1))
    expectRowError("text,b\n\"a\"b,2\n", as: "a.csv", line: 2, .textAfterQuote)
    expectRowError("text,b\nx,2\n\"a,2\n", as: "a.csv", line: 3, .unclosedQuote)
    expectRowError("id,text\n1,a\n\n1,b\n", as: "a.csv", line: 4, .duplicatedID("1", firstLine: 2))
    expectRowError(
      Array("text\n\"a\"\"".utf8) + [0xFF, 0x22], as: "a.csv", line: 2, .invalidUTF8(offset: 9, byte: 0xFF))
  }

  @Test func goesOnBehindTheFirstLineOfADamagedRow() throws {
    let contents = try read("text,b\n\"a\"x,1\n2,2\n3\n\"4,\n5,5\n", as: "a.csv", skipping)
    #expect(contents.texts.map(\.text) == ["2", "5"])
    #expect(contents.skipped.map(\.line) == [2, 4, 5])
    #expect(
      contents.skipped.map(\.reason) == [.textAfterQuote, .ragged(expected: 2, found: 1), .unclosedQuote])
  }

  /// Every table over a small alphabet is read without a trap, and no row without quotes is lost.
  @Test func readsEverySmallTable() throws {
    let alphabet = Array("\",\na\r".utf8)
    for code in 0..<(5 * 5 * 5 * 5 * 5 * 5) {
      var rest = code
      var bytes = Array("text\n".utf8)
      for _ in 0..<6 {
        bytes.append(alphabet[rest % 5])
        rest /= 5
      }
      bytes += Array("\nlast".utf8)
      let source = TextSource(name: "a.csv", bytes: bytes)
      var sink = RowSink(source: source, origin: TextOrigin(file: "a.csv"), options: skipping)
      try TableReader.read(&sink, isQuoted: true)
      let rows = sink.contents.texts.count + sink.contents.skipped.count
      #expect(rows >= 1, "\(bytes)")
      if !bytes.contains(UInt8(ascii: "\"")) { #expect(sink.contents.texts.last?.text == "last", "\(bytes)") }
    }
  }
}
