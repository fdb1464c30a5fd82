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

  static func vector(_ text: String, _ values: [Float]) -> StoredVector {
    StoredVector(passage: ContentHash(text), tokens: text.count, isTruncated: text.count > 10, values: values)
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
    let store = try CollectionStore.inMemory()
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
    let store = try CollectionStore.inMemory()
    _ = try store.open(collection: "tea", texts: Self.texts)
    let cut = try store.open(collection: "tea", texts: Self.texts, chunking: Chunking(size: 10))
    #expect(try count("passages", store) == cut.passages.count && cut.passages.count > 3)
    #expect(try store.load(collection: "tea") == cut)
  }

  @Test func vectorsOutliveTheStoreAndBelongToTexts() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.sqlite"
    var store = try CollectionStore(path: path)
    try store.save(
      [Self.vector("Pour it.", [1, -2.5]), Self.vector("Tea Boil water.", [.nan, 4])], encoding: "e", layer: 6
    )
    try store.save([Self.vector("Pour it.", [7])], encoding: "e", layer: 5)
    store = try CollectionStore(path: path)
    let collection = try store.open(
      collection: "tea", texts: Self.texts + [CorpusText(id: "2", text: "Pour it.")])
    let vectors = try store.storedVectors(encoding: "e", layer: 6, width: 2, of: collection)
    #expect(vectors.isPresent == [true, true, false, true])
    #expect(vectors.missing == [2])
    #expect(vectors.tokens == [15, 8, 0, 8])
    #expect(vectors.isTruncated == [true, false, false, false])
    #expect(vectors.matrix.row(0)[0].isNaN && vectors.matrix.row(0)[1] == 4)
    #expect(vectors.matrix.row(1) == [1, -2.5] && vectors.matrix.row(3) == [1, -2.5])
    #expect(vectors.matrix.row(2) == [0, 0])
    for (encoding, layer) in [("e", 4), ("f", 6)] {
      let none = try store.storedVectors(encoding: encoding, layer: layer, width: 9, of: collection)
      #expect(none.missing.count == 4 && none.matrix.columns == 9)
    }
  }

  @Test func replacesAndRemovesVectors() throws {
    let store = try CollectionStore.inMemory()
    let hashes = [ContentHash("a"), ContentHash("b")]
    try store.save([Self.vector("a", [1]), Self.vector("b", [2])], encoding: "e", layer: 0)
    try store.save([Self.vector("a", [3])], encoding: "e", layer: 0)
    try store.save([Self.vector("a", [4, 5])], encoding: "e", layer: 1)
    try store.save([], encoding: "e", layer: 2)
    #expect(try store.storedVectors(encoding: "e", layer: 0, width: 1, of: hashes).matrix.values == [3, 2])
    try store.removeVectors(encoding: "e", layer: 0)
    #expect(try store.storedVectors(encoding: "e", layer: 0, width: 3, of: hashes).missing == [0, 1])
    #expect(try store.storedVectors(encoding: "e", layer: 1, width: 2, of: hashes).missing == [1])
    try store.removeVectors(encoding: "e")
    #expect(try count("vectors", store) == 0)
  }

  @Test func noticesAnotherWidth() throws {
    let store = try CollectionStore.inMemory()
    try store.save([Self.vector("a", [1, 2])], encoding: "e", layer: 0)
    let expected = StoreError.vectorWidth(path: ":memory:", encoding: "e", layer: 0, stored: 2, expected: 3)
    #expect(throws: expected) {
      try store.storedVectors(encoding: "e", layer: 0, width: 3, of: [ContentHash("a")])
    }
    #expect(throws: expected) { try store.save([Self.vector("b", [1, 2, 3])], encoding: "e", layer: 0) }
    #expect("\(expected)".contains("encoding e, layer 0, have 2 values, not 3"))
    try store.write { try $0.execute(sql: "UPDATE vectors SET floats = x'0011'") }
    #expect(throws: StoreError.damaged(path: ":memory:", reason: "a vector of 2 bytes, not 8")) {
      try store.storedVectors(encoding: "e", layer: 0, width: 2, of: [ContentHash("a")])
    }
  }

  @Test func dropsACollectionWithTheVectorsNobodyShares() throws {
    let store = try CollectionStore.inMemory()
    _ = try store.open(
      collection: "one", texts: [CorpusText(id: "1", text: "a"), CorpusText(id: "2", text: "b")])
    _ = try store.open(collection: "two", texts: [CorpusText(id: "1", text: "b")])
    try store.save([Self.vector("a", [1]), Self.vector("b", [2])], encoding: "e", layer: 0)
    try store.drop(collection: "one")
    #expect(try store.collections().map(\.name) == ["two"])
    #expect(try count("texts", store) == 1 && count("passages", store) == 1 && count("vectors", store) == 1)
    let error = StoreError.unknownCollection(name: "one", known: ["two"])
    #expect(throws: error) { try store.drop(collection: "one") }
    #expect(throws: error) { try store.load(collection: "one") }
    #expect("\(error)" == "no collection 'one'; stored are: two")
  }

  @Test func refusesWhatSQLiteWouldCutShort() throws {
    let store = try CollectionStore.inMemory()
    #expect(throws: StoreError.zeroCharacter(id: "x")) {
      try store.open(collection: "c", texts: [CorpusText(id: "x", text: "a\u{0}b")])
    }
    #expect(try store.collections().isEmpty)
  }
}
