@testable import Corpora
import Foundation
import GRDB
import Kernels
import TestSupport
import Testing

struct StoreFailureTests {
  private func expectError(
    _ path: String, says text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try body() }
    guard let error else { return }
    #expect("\(error)".hasPrefix("\(path): "), sourceLocation: sourceLocation)
    #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
    #expect("\(error)".contains("vecscope goes on without storing vectors"), sourceLocation: sourceLocation)
  }

  private func manyVectors(_ count: Int) -> [(text: String, values: [Float])] {
    (0..<count).map { ("text \($0)", [Float](repeating: Float($0), count: 1000)) }
  }

  private func manyTexts(_ count: Int) -> [String] { (0..<count).map { "text \($0)" } }

  @Test func aStoreThatCannotBeWrittenSaysSo() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    _ = try CollectionStore(path: path)
    expectError(path, says: "cannot be written") {
      let store = try CollectionStore(path: path) { try $0.execute(sql: "PRAGMA query_only = 1") }
      try store.save(manyVectors(1))
    }
  }

  @Test func aFullDiskLosesNothingThatWasStored() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    // SQLite answers as it does on a full disk.
    let store = try CollectionStore(path: path) { try $0.execute(sql: "PRAGMA max_page_count = 24") }
    try store.save(manyVectors(10))
    expectError(path, says: "no space is left") { try store.save(manyVectors(1000)) }
    #expect(try store.values(manyTexts(1000), width: 1000).map { $0 == nil } == (0..<1000).map { $0 >= 10 })
    expectError(path, says: "no space is left") {
      let texts = (0..<2000).map { CorpusText(id: "\($0)", text: String(repeating: "x", count: 1000)) }
      _ = try store.open(collection: "c", texts: texts)
    }
    #expect(try store.collections().isEmpty)
    try store.save(manyVectors(11))
  }

  @Test func aFileThatMayNotGrowIsNamed() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/store.sqlite"
      let store = try CollectionStore(path: path)
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #else
        let resource = RLIMIT_FSIZE
      #endif
      guard setrlimit(resource, &limit) == 0 else { exit(EXIT_FAILURE) }
      let vectors = (0..<1000).map { ("text \($0)", [Float](repeating: 1, count: 1000)) }
      let error = #expect(throws: StoreError.self) { try store.save(vectors) }
      guard case .failing(let file, _) = try #require(error), file.hasSuffix("/mean.f32") else {
        exit(EXIT_FAILURE)
      }
      let stored = try store.values(vectors.map(\.0), width: 1000)
      guard stored.allSatisfy({ $0 == nil }) else { exit(EXIT_FAILURE) }
      try store.save(Array(vectors.prefix(1)))
    }
  }

  @Test(arguments: ["not a database at all, but long enough to have been one", "SQLite format 3\u{0}"])
  func aDamagedFileIsNamedAndKept(contents: String) throws {
    let folder = try TemporaryFolder()
    let bytes = Array(contents.utf8) + [UInt8](repeating: 7, count: 5000)
    let path = try folder.write(bytes, to: "store.sqlite")
    expectError(path, says: "the store is damaged") { _ = try CollectionStore(path: path) }
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
  }

  @Test func damageInTheMiddleIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let texts = (0..<500).map { CorpusText(id: "\($0)", text: String(repeating: "\($0) ", count: 50)) }
    _ = try CollectionStore(path: path).open(collection: "c", texts: texts)
    var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    for index in 16384..<bytes.count { bytes[index] = 0xAB }
    _ = try folder.write(bytes, to: "store.sqlite")
    expectError(path, says: "the store is damaged") {
      _ = try CollectionStore(path: path).load(collection: "c")
    }
  }

  @Test(arguments: [
    "UPDATE texts SET line = 'x'", "UPDATE collections SET chunkSize = -1, chunkOverlap = 0",
    "UPDATE texts SET text = x'FF00', position = x'00', id = 7, line = 1e300",
  ])
  func valuesOfAnotherTypeAreNoticed(sql: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let store = try CollectionStore(path: path)
    _ = try store.open(collection: "c", texts: CollectionStoreTests.texts.prefix(1).map { $0 })
    try store.write { try $0.execute(sql: sql) }
    expectError(path, says: "the store is damaged") { _ = try store.load(collection: "c") }
  }

  @Test func anotherProgramsDatabaseStaysAsItIs() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/other.sqlite"
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE mine (x)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    expectError(path, says: "a database of another program") { _ = try CollectionStore(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aNewerStoreIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    try CollectionStore(path: path).database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA user_version = 99")
    }
    expectError(path, says: "version 99, this program knows 2") { _ = try CollectionStore(path: path) }
  }

  @Test func aPlaceThatCannotHoldAStoreIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("x", to: "file")
    expectError("\(file)/store.sqlite", says: "cannot be opened") {
      _ = try CollectionStore(path: "\(file)/store.sqlite")
    }
    expectError(folder.path, says: "cannot be opened") { _ = try CollectionStore(path: folder.path) }
  }

  @Test func twoStoresShareAFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let one = try CollectionStore(path: path)
    let two = try CollectionStore(path: path)
    try one.save(manyVectors(3))
    try two.save(manyVectors(5))
    let collection = try one.open(collection: "c", texts: CollectionStoreTests.texts)
    #expect(try two.save(collection) == CollectionChange())
    #expect(try two.save(TextCollection(name: "c", texts: [])) == CollectionChange(removed: 3))
    #expect(try one.load(collection: "c").texts.isEmpty)
    #expect(try one.values(manyTexts(5), width: 1000) == manyVectors(5).map(\.values))
  }

  @Test func manyProgramsOpenAndWriteAtOnce() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    try await withThrowingTaskGroup { group in
      for index in 0..<6 {
        group.addTask {
          // A busy machine must not make programs that wait their turn give up.
          let store = try CollectionStore(path: path) { db in
            try db.execute(sql: "PRAGMA busy_timeout = 60000")
          }
          for layer in 0..<5 {
            try store.save([("text \(index)", [Float(index), Float(layer)])], layer: layer)
            _ = try store.open(collection: "c\(index % 3)", texts: CollectionStoreTests.texts)
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try CollectionStore(path: path)
    for layer in 0..<5 {
      let values = try store.values(manyTexts(6), layer: layer, width: 2)
      #expect(values == (0..<6).map { [Float($0), Float(layer)] })
    }
    #expect(try store.collections().map(\.textCount) == [3, 3, 3])
  }

  @Test func waitsForAnotherProgramOnlySoLong() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    let one = try CollectionStore(path: path)
    let two = try CollectionStore(path: path) { try $0.execute(sql: "PRAGMA busy_timeout = 1") }
    try one.write { _ in
      expectError(path, says: "another program keeps the store busy") {
        try two.save(manyVectors(1))
      }
    }
  }
}
