import Explorer
import Foundation
import Kernels
import Recipes
import Screen
import TestSupport
import Testing

@testable import Engine

struct UserFilesTests {
  private let folder: TemporaryFolder
  private let files: UserFiles

  init() throws {
    folder = try TemporaryFolder()
    files = UserFiles(folder: folder.path + "/state/vecscope")
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: files.folder).sorted()
  }

  @Test func nothingIsKeptYet() {
    #expect(files.history().isEmpty && files.texts().isEmpty && files.lastModel() == nil)
  }

  @Test func textsOfEveryKindComeBack() throws {
    let texts = [
      "plain", "two\nlines", "\r\n", "\"quoted\" \\ and / more", "", " spaces ", "\u{0}\u{1B}", "👩‍👩‍👧 é",
      "e\u{301}", "\u{2028}", String(repeating: "long ", count: 50_000),
    ]
    try files.save(texts: texts, knowing: [])
    #expect(files.texts().map { Array($0.unicodeScalars) } == texts.map { Array($0.unicodeScalars) })
    try files.save(texts: [], knowing: texts)
    #expect(files.texts().isEmpty)
    #expect(try names() == ["texts"])
  }

  @Test func whatAnotherExplorerAddedStays() throws {
    try files.save(texts: ["mine"], knowing: [])
    try files.save(texts: ["theirs"], knowing: [])
    #expect(files.texts() == ["theirs", "mine"])
    try files.save(texts: ["mine", "more"], knowing: ["mine"])
    #expect(files.texts() == ["mine", "more", "theirs"])
    try files.save(texts: ["more"], knowing: ["mine", "more"])
    #expect(files.texts() == ["more", "theirs"])
  }

  @Test func theHistoryKeepsTheLatestOnce() throws {
    for query in ["one", "two\nlines", "three", "one"] { try files.append(queries: [query]) }
    #expect(files.history() == ["two\nlines", "three", "one"])
  }

  @Test func theHistoryHasALimit() throws {
    let lines = (0..<1200).map { "\"query \($0)\"\n" }.joined()
    _ = try folder.write(lines, to: "state/vecscope/history")
    try files.append(queries: ["the last"])
    #expect(files.history().count == 1000)
    #expect(files.history().first == "query 201" && files.history().last == "the last")
  }

  @Test func longQueriesDoNotFillTheHistory() throws {
    let long = String(repeating: "é", count: 200_000)
    try files.append(queries: (0..<5).map { "\($0) \(long)" })
    #expect(files.history().map(\.first) == ["3", "4"])
    let longer = String(repeating: "w", count: 3 << 20)
    try files.append(queries: ["short", longer])
    #expect(files.history() == [longer])
    try files.append(queries: ["new", "newer"])
    #expect(files.history() == ["new", "newer"])
  }

  @Test func aDamagedLineCostsItselfAlone() throws {
    let bytes =
      Array("\"good\"\nnot JSON\n{\"a\":1}\n\n\"cut".utf8) + [0x0A, 0xFF, 0x0A] + Array("\"too\"".utf8)
    _ = try folder.write(bytes, to: "state/vecscope/history")
    #expect(files.history() == ["good", "too"])
    try files.append(queries: ["new"])
    #expect(files.history() == ["good", "too", "new"])
  }

  @Test func theLastModelComesBack() throws {
    try files.save(lastModel: "org/name")
    try files.save(lastModel: "/a folder/with\nodd names")
    #expect(files.lastModel() == "/a folder/with\nodd names")
  }

  @Test func aWriteThatFailsLeavesTheOldFileAndNothingElse() async throws {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let folder = try TemporaryFolder()
      let files = UserFiles(folder: folder.path)
      try files.save(texts: ["old"], knowing: [])
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #else
        let resource = RLIMIT_FSIZE
      #endif
      guard setrlimit(resource, &limit) == 0 else { exit(2) }
      do {
        try files.save(texts: [String(repeating: "new", count: 10_000)], knowing: ["old"])
        exit(3)
      } catch {}
      guard files.texts() == ["old"] else { exit(4) }
      guard try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["texts"] else { exit(5) }
    }
  }

  @Test func aSessionKeepsWhatItIsAskedTo() async throws {
    var desk = try Desk()
    desk.settings.userFiles = files
    let model = try Desk.model("bert-mean")
    let options = LaunchOptions(
      model: model, corpora: [try desk.largeCorpus(3000)], size: Size(columns: 80, rows: 24))
    // Quits at once, with work under way.
    let session = HeadlessSession(desk.settings, options, timeoutSeconds: 600)
    try await session.start()
    let keys = "first<Enter><Esc><A-a><C-u>second\u{20}<Enter><Esc><A-a><F3><Down><Enter>x<C-q>"
    for item in try KeyNotation.parse(keys) {
      if case .input(let input) = item { await session.handle(input) }
    }
    #expect(session.hasQuit)
    await session.finish()
    #expect(files.history() == ["first", "second "])
    #expect(files.texts() == ["first", "second "])
    #expect(files.lastModel() == model)

    let next = desk.session(model: try #require(files.lastModel()), corpora: [])
    try await next.start()
    await next.press(KeyPress("r", .control))
    #expect(FrameRenderer.text(view(next.state)).contains("second"))
    await next.finish()
  }

  @Test func aFolderThatIsNamedFromHereIsRememberedForEverywhere() async throws {
    var desk = try Desk()
    desk.settings.userFiles = files
    let engine = Engine(desk.settings) { _ in }
    let model = try Desk.model("bert-mean")
    let here = FileManager.default.currentDirectoryPath
    let up = String(repeating: "../", count: here.split(separator: "/").count)
    await engine.run(.rememberModel(up + model.dropFirst()))
    #expect(files.lastModel() == model)
    await engine.run(.rememberModel("org/name"))
    #expect(files.lastModel() == "org/name")
    await engine.finish()
  }

  @Test func aPlaceThatCannotBeWrittenIsTold() async throws {
    var desk = try Desk()
    let file = try folder.write("x", to: "file")
    desk.settings.userFiles = UserFiles(folder: file + "/vecscope")
    let answers = Answers()
    let engine = Engine(desk.settings) { answers.send($0) }
    await engine.run(.saveQuery("query"))
    await engine.run(.saveTexts(["text"]))
    await engine.finish()
    #expect(answers.notices.count == 2)
    #expect(answers.notices.allSatisfy { $0.message.contains(file) })
  }
}
