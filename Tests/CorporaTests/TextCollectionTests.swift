import Corpora
import Testing

struct TextCollectionTests {
  @Test func aTextIsOnePassage() {
    let texts = [
      CorpusText(id: "a", text: "Boil water."), CorpusText(id: "b", title: "Tea", text: "Boil water."),
      CorpusText(id: "c", text: ""),
    ]
    let collection = TextCollection(name: "tea", texts: texts)
    #expect(collection.passages.map(\.parent) == [0, 1, 2])
    #expect(collection.passages.map(\.range) == [0..<11, 0..<15, 0..<0])
    #expect(collection.passages.map { collection.text(of: $0) } == ["Boil water.", "Tea Boil water.", ""])
    #expect(
      collection.passages.map(\.hash) == ["Boil water.", "Tea Boil water.", ""].map { ContentHash($0) })
  }

  @Test func titlesAreJoinedAndTrimmed() {
    #expect(CorpusText(id: "a", title: " T", text: "x ").embeddedText == "T x")
    #expect(CorpusText(id: "a", title: "T", text: "").embeddedText == "T")
    #expect(CorpusText(id: "a", text: " x ").embeddedText == " x ")
    #expect(CorpusText(id: "a", title: " ", text: "\n").embeddedText == "")
  }

  @Test func passagesKnowTheirText() throws {
    let texts = ["short", "the kettle is on the stove", "", "雪が静かに降る夜の静かな町"].enumerated()
      .map { CorpusText(id: "\($0)", text: $1) }
    let collection = TextCollection(name: "c", texts: texts, chunking: try Chunking(size: 12))
    #expect(
      collection.passages.map { collection.text(of: $0) } == [
        "short", "the kettle", "is on the", "stove", "", "雪が静かに降る夜の静かな", "町",
      ])
    #expect((0..<4).map { collection.passages(of: $0) } == [0..<1, 1..<4, 4..<5, 5..<7])
  }

  @Test func equalTextsShareAHashAndOthersDoNot() {
    #expect(ContentHash("a") == ContentHash("a"))
    #expect(ContentHash("a") != ContentHash("b"))
    #expect(ContentHash("é") != ContentHash("e\u{301}"))
  }
}
