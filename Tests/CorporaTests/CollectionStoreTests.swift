@testable import Corpora
import Foundation
import GRDB
import Kernels
import TestSupport
import Testing

struct CollectionStoreTests {
  static let texts = [
    CorpusText(
      id: "a", title: "Tea", text: "Boil water.",
      fields: [TextField(name: "z", value: "1"), TextField(name: "a", value: "")], file: "a.txt", line: 1),
    CorpusText(id: "b", text: "Pour it.", file: "a.txt", line: 2),
    CorpusText(id: "c", text: "Wait, then drink it slowly.", file: "a.txt", line: 3),
  ]

  /// The planes of the tests: one, of so many values.
  static func planes(_ width: Int, _ names: [String] = ["mean"]) -> VectorPlanes {
    VectorPlanes(width: width, names: names)
  }

  /// The vectors of some texts, in one plane.
  static func group(_ vectors: [(text: String, values: [Float])]) -> VectorGroup {
    let texts = vectors.map(\.text)
    return VectorGroup(
      passages: texts.map { ContentHash($0) }, tokens: texts.map(\.count),
      isTruncated: texts.map { $0.count > 10 },
      planes: [
        Matrix(
          rows: texts.count, columns: vectors.first?.values.count ?? 1, values: vectors.flatMap(\.values))
      ])
  }

  private func rowNumbers(_ store: CollectionStore) throws -> [String: Int64] {
    try store.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT id, number FROM texts")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }
  }

  private func count(_ table: String, _ store: CollectionStore) throws -> Int? {
    try store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") }
  }

  @Test func givesBackWhatItStored() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/new/folder/store.sqlite"
    let chunking = try Chunking(size: 12, overlap: 3)
    let stored = try CollectionStore(path: path).open(
      collection: "tea", texts: Self.texts, chunking: chunking)
    let store = try CollectionStore(path: path)
    #expect(try store.load(collection: "tea") == stored)
    #expect(stored == TextCollection(name: "tea", texts: Self.texts, chunking: chunking))
    #expect(
      try store.collections() == [
        CollectionSummary(name: "tea", textCount: 3, passageCount: stored.passages.count, chunking: chunking)
      ])
  }

  @Test func writesNothingWhereNothingChanged() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    _ = try CollectionStore(path: path).open(collection: "tea", texts: Self.texts)
    // A connection that cannot write opens the collection again.
    let store = try CollectionStore(path: path)
    try store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
    #expect(try store.open(collection: "tea", texts: Self.texts).passages.count == 3)
    #expect(try store.save(TextCollection(name: "tea", texts: Self.texts)) == CollectionChange())
    #expect(throws: StoreError.readOnly(path: path)) {
      try store.open(collection: "tea", texts: Array(Self.texts.dropLast()))
    }
  }

  @Test func changesOnlyWhatChanged() throws {
    let store = try CollectionStore.temporary()
    _ = try store.open(collection: "tea", texts: Self.texts)
    _ = try store.open(collection: "other", texts: [CorpusText(id: "x", text: "x")])
    let before = try rowNumbers(store)
    var texts = [Self.texts[2], Self.texts[0], CorpusText(id: "d", text: "New.")]
    texts[1].fields[0].value = "2"
    let collection = TextCollection(name: "tea", texts: texts)
    let change = try store.save(collection)
    #expect(change == CollectionChange(added: 1, changed: 1, moved: 1, removed: 1))
    let after = try rowNumbers(store)
    #expect(after["a"] == before["a"] && after["c"] == before["c"] && after["x"] == before["x"])
    #expect(after["b"] == nil && after["d"] != nil)
    #expect(try store.load(collection: "tea") == collection)
    #expect(try count("passages", store) == 4 && count("fields", store) == 2)
  }

  @Test func cutsAnewWhereTheChunkingChanges() throws {
    let store = try CollectionStore.temporary()
    _ = try store.open(collection: "tea", texts: Self.texts)
    let cut = try store.open(collection: "tea", texts: Self.texts, chunking: Chunking(size: 10))
    #expect(try count("passages", store) == cut.passages.count && cut.passages.count > 3)
    #expect(try store.load(collection: "tea") == cut)
  }

  @Test func dropsACollectionWithTheVectorsNobodyShares() throws {
    let store = try CollectionStore.temporary()
    _ = try store.open(
      collection: "one", texts: [CorpusText(id: "1", text: "a"), CorpusText(id: "2", text: "b")])
    _ = try store.open(collection: "two", texts: [CorpusText(id: "1", text: "b")])
    try store.save([("a", [1]), ("b", [2])], layer: 0)
    try store.save([("a", [3])], layer: 1)
    try store.drop(collection: "one")
    #expect(try store.collections().map(\.name) == ["two"])
    #expect(try count("texts", store) == 1 && count("passages", store) == 1 && count("vectors", store) == 1)
    #expect(try store.vectorFolders().count == 1, "the files of the layer that nobody needs are gone")
    #expect(try store.values([("b")], layer: 0) == [[2]])
    let error = StoreError.unknownCollection(name: "one", known: ["two"])
    #expect(throws: error) { try store.drop(collection: "one") }
    #expect(throws: error) { try store.load(collection: "one") }
    #expect("\(error)" == "no collection 'one'; stored are: two")
  }

  @Test func refusesWhatSQLiteWouldCutShort() throws {
    let store = try CollectionStore.temporary()
    #expect(throws: StoreError.zeroCharacter(id: "x")) {
      try store.open(collection: "c", texts: [CorpusText(id: "x", text: "a\u{0}b")])
    }
    #expect(try store.collections().isEmpty)
  }
}

extension CollectionStore {
  /// Stores vectors of the encoding `e` in one plane.
  @discardableResult
  func save(_ vectors: [(text: String, values: [Float])], layer: Int = 0) throws -> StoredVectors {
    try save(
      CollectionStoreTests.group(vectors), encoding: "e", layer: layer,
      planes: CollectionStoreTests.planes(vectors.first?.values.count ?? 1))
  }

  /// The stored values of texts under the encoding `e`, in one plane; nil for one that is not stored.
  func values(_ texts: [String], layer: Int = 0, width: Int = 1) throws -> [[Float]?] {
    let stored = try storedVectors(
      encoding: "e", layer: layer, planes: CollectionStoreTests.planes(width),
      of: texts.map { ContentHash($0) })
    return stored.rows(of: 0)
  }

  /// The names of the folders that hold vectors.
  func vectorFolders() throws -> [String] {
    guard FileManager.default.fileExists(atPath: vectorsFolder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: vectorsFolder).sorted()
  }
}

extension StoredVectors {
  /// The values of each passage in a plane; nil for one that is not stored.
  func rows(of plane: Int) -> [[Float]?] {
    slots.map { slot in slot < 0 ? nil : planes?.matrices[plane].row(Int(slot)) }
  }
}
