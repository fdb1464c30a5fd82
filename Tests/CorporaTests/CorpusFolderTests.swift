import Corpora
import Foundation
import TestSupport
import Testing

struct CorpusFolderTests {
  @Test func readsAFolderByName() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("b", to: "b.txt")
    _ = try folder.write("text\na", to: "a.csv")
    _ = try folder.write("inner", to: "sub/c.txt")
    _ = try folder.write("no corpus", to: "image.png")
    _ = try folder.write("hidden", to: ".hidden.txt")
    let texts = try CorpusReader.read([folder.path]).texts
    #expect(texts.map(\.text) == ["a", "b", "inner"])
    #expect(texts.map(\.id) == ["a.csv:2", "b.txt:1", "sub/c.txt:1"])
  }

  @Test func readsOnlyTheCorpusOfABEIRFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(#"{"_id":"1","title":"T","text":"d","metadata":{}}"#, to: "corpus.jsonl")
    _ = try folder.write(#"{"_id":"q","text":"query"}"#, to: "queries.jsonl")
    _ = try folder.write("query-id\tcorpus-id\tscore\n", to: "qrels/test.tsv")
    let texts = try CorpusReader.read([folder.path]).texts
    #expect(texts.map(\.embeddedText) == ["T d"])
  }

  @Test func qualifiesIdsThatSeveralFilesUse() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("id,text\n1,a\nb.csv/1,x\n", to: "a.csv")
    let second = try folder.write("id,text\n1,b\n2,c\n", to: "b.csv")
    let other = try folder.write("id,text\n1,d\n", to: "other/b.csv")
    let texts = try CorpusReader.read([first, second, first, other]).texts
    #expect(texts.map(\.id) == ["1", "b.csv/1", "b.csv/b.csv/1", "2", "\(other)/1"])
  }

  @Test func doesNotGoRoundInCircles() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a", to: "a.txt")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: "\(folder.path)/round", withDestinationPath: folder.path)
    try files.createSymbolicLink(atPath: "\(folder.path)/again.txt", withDestinationPath: file)
    try files.createSymbolicLink(atPath: "\(folder.path)/gone.md", withDestinationPath: "/nowhere")
    let error = #expect(throws: CorpusError.self) { try CorpusReader.read([folder.path]) }
    #expect(try #require(error) == .notFound(path: "\(folder.path)/gone.md"))
    try files.removeItem(atPath: "\(folder.path)/gone.md")
    #expect(try CorpusReader.read([folder.path]).texts.count == 1)
  }

  @Test func saysWhatItCannotRead() throws {
    let folder = try TemporaryFolder()
    let image = try folder.write("x", to: "image.png")
    let empty = try folder.write("", to: "empty.txt")
    let missing = "\(folder.path)/missing.txt"
    try FileManager.default.createDirectory(atPath: "\(folder.path)/none", withIntermediateDirectories: true)
    let cases: [(String, CorpusError, String)] = [
      (missing, .notFound(path: missing), "no such file or folder"),
      (image, .unknownFormat(path: image), ".txt .md .markdown .jsonl .ndjson .csv .tsv"),
      (empty, .noTexts(paths: [empty], skipped: 0), "no text in it"),
      ("\(folder.path)/none", .nothingToRead(folder: "\(folder.path)/none"), "no corpus in this folder"),
    ]
    for (path, expected, text) in cases {
      let error = try #require(#expect(throws: CorpusError.self) { try CorpusReader.read([path]) })
      #expect(error == expected)
      #expect("\(error)".contains(text) && "\(error)".contains(path))
      #expect(error.isMissingInput == (path == missing))
    }
  }

  @Test func refusesWhatIsNoFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/zero.txt"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
    #expect(throws: CorpusError.notAFile(path: path)) { try CorpusReader.read([path]) }
  }

  @Test func limitsTheFilesOfAFolder() throws {
    let folder = try TemporaryFolder()
    for index in 0..<3 { _ = try folder.write("a", to: "\(index).txt") }
    let options = CorpusOptions(limits: CorpusLimits(fileCount: 2))
    #expect(throws: CorpusError.tooManyFiles(folder: folder.path, limit: 2)) {
      try CorpusReader.read([folder.path], options: options)
    }
  }

  @Test func countsWhatWasSkippedWhereNothingIsLeft() throws {
    let error = try #require(
      #expect(throws: CorpusError.self) { try read([0xFF, 0x0A, 0xFE], as: "a.txt", skipping) })
    #expect("\(error)".contains("no valid text in it, 2 invalid rows skipped"))
  }
}
