@testable import Corpora
import Foundation
import GRDB
import Kernels
import TestSupport
import Testing

/// Stores of the first version, which kept vectors as BLOBs.
struct FormerVectorTests {
  private static let planes = VectorPlanes(width: 2, names: ["cls", "mean"])
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/store.sqlite" }

  init() throws { folder = try TemporaryFolder() }

  /// A store as the first version wrote it, with the vectors of `count` texts at layers 0 and 1.
  private func writeFormerStore(_ count: Int, floats: Int = 4) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(sql: StoreSchema.migrations[0])
      try db.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID)")
      try db.execute(sql: "PRAGMA user_version = 1")
      for layer in 0..<2 {
        try db.execute(
          sql: "INSERT INTO vectorSets (encoding, layer, width) VALUES ('e', ?, 4)", arguments: [layer])
        let set = db.lastInsertedRowID
        for index in 0..<count {
          let values = (0..<floats).map { Float(100 * index + 10 * layer + $0) }
          try db.execute(
            sql: "INSERT INTO vectors VALUES (?, ?, ?, ?, ?)",
            arguments: [
              set, ContentHash("text \(index)").data, index, index == 1, values.withUnsafeBytes { Data($0) },
            ])
        }
      }
    }
    try queue.close()
  }

  private func stored(_ store: CollectionStore, layer: Int, _ count: Int) throws -> StoredVectors {
    try store.storedVectors(
      encoding: "e", layer: layer, planes: Self.planes, of: (0..<count).map { ContentHash("text \($0)") })
  }

  private func expectEverything(_ vectors: StoredVectors, layer: Int, _ count: Int) {
    #expect(vectors.missing.isEmpty)
    for plane in 0..<2 {
      let first = 10 * layer + 2 * plane
      #expect(
        vectors.rows(of: plane)
          == (0..<count).map { [Float(100 * $0 + first), Float(100 * $0 + first + 1)] })
    }
    #expect(vectors.tokens == (0..<Int32(count)).map { $0 })
    #expect(vectors.isTruncated == (0..<count).map { $0 == 1 })
  }

  private func hasFormerTables(_ store: CollectionStore) throws -> Bool {
    try store.read { try CollectionStore.hasFormerTables($0) }
  }

  @Test(arguments: [1, 3, 1200])
  func comeIntoFilesSetBySetAndLoseNothing(count: Int) throws {
    try writeFormerStore(count)
    var store = try CollectionStore(path: path)
    #expect(try hasFormerTables(store))
    expectEverything(try stored(store, layer: 1, count), layer: 1, count)
    store = try CollectionStore(path: path)
    #expect(try hasFormerTables(store), "the other layer is still to come")
    expectEverything(try stored(store, layer: 0, count), layer: 0, count)
    #expect(try !hasFormerTables(store))
    store = try CollectionStore(path: path)
    for layer in 0..<2 { expectEverything(try stored(store, layer: layer, count), layer: layer, count) }
    #expect(try store.vectorFolders().count == 2)
  }

  @Test func theFileGivesItsSpaceBack() throws {
    try writeFormerStore(3000)
    func size() throws -> Int {
      try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }
    let before = try size()
    let store = try CollectionStore(path: path)
    for layer in 0..<2 { _ = try stored(store, layer: layer, 1) }
    try store.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    #expect(try size() < before)
  }

  @Test func areConvertedBeforeAnythingIsAdded() throws {
    try writeFormerStore(2)
    let store = try CollectionStore(path: path)
    let added = VectorGroup(
      passages: [ContentHash("text 0"), ContentHash("new")], tokens: [7, 8], isTruncated: [false, false],
      planes: [Matrix(rows: 2, columns: 2), Matrix(rows: 2, columns: 2)])
    let saved = try store.save(added, encoding: "e", layer: 0, planes: Self.planes)
    #expect(saved.rows(of: 1) == [[2, 3], [0, 0]])
    expectEverything(try stored(store, layer: 0, 2), layer: 0, 2)
  }

  @Test func twoProgramsConvertOnce() async throws {
    try writeFormerStore(600)
    let stores = try (0..<4).map { _ in
      try CollectionStore(path: path) { try $0.execute(sql: "PRAGMA busy_timeout = 60000") }
    }
    try await withThrowingTaskGroup { group in
      for store in stores {
        group.addTask { expectEverything(try stored(store, layer: 0, 600), layer: 0, 600) }
      }
      try await group.waitForAll()
    }
    #expect(try stores[0].vectorFolders().count == 1)
  }

  @Test func damagedOnesAreNoticedAndKept() throws {
    try writeFormerStore(3, floats: 3)
    let store = try CollectionStore(path: path)
    #expect(throws: StoreError.damaged(path: path, reason: "a vector of 12 bytes, not 16")) {
      _ = try stored(store, layer: 0, 3)
    }
    #expect(try hasFormerTables(store))
    #expect(try stored(store, layer: 7, 3).missing.count == 3)
  }

  @Test func onesOfAnotherWidthAreAnError() throws {
    try writeFormerStore(3)
    let store = try CollectionStore(path: path)
    let expected = StoreError.vectorPlanes(
      path: path, encoding: "e", layer: 0, stored: "4 values", expected: "1 × 3 values (mean)")
    #expect(throws: expected) { try store.values(["text 0"], width: 3) }
    try store.removeVectors(encoding: "e")
    #expect(try !hasFormerTables(store))
    #expect(try store.values(["text 0"], width: 3) == [nil])
  }

  @Test func aFullDiskLeavesThemWhereTheyAre() throws {
    try writeFormerStore(100)
    let full = try CollectionStore(
      path: path,
      write: { _, _, _, _ in
        errno = ENOSPC
        return -1
      }, configure: { _ in })
    let error = #expect(throws: StoreError.self) { _ = try stored(full, layer: 0, 100) }
    guard case .full = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    expectEverything(try stored(CollectionStore(path: path), layer: 0, 100), layer: 0, 100)
  }

  @Test func aNewStoreHasNoFormerTables() throws {
    #expect(try !hasFormerTables(CollectionStore(path: path)))
  }
}
