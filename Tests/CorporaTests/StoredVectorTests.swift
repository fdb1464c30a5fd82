@testable import Corpora
import Foundation
import GRDB
import Kernels
import TestSupport
import Testing

/// Vectors in files beside the store.
struct StoredVectorTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/store.sqlite" }

  init() throws { folder = try TemporaryFolder() }

  private func file(_ store: CollectionStore, _ name: String = "mean") throws -> String {
    let set = try #require(try store.vectorFolders().first)
    return "\(store.vectorsFolder)/\(set)/\(name).f32"
  }

  private func size(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  }

  private func numbered(_ range: Range<Int>) -> [(text: String, values: [Float])] {
    range.map { ("text \($0)", [Float($0), 0.5]) }
  }

  private func texts(_ range: Range<Int>) -> [String] { range.map { "text \($0)" } }

  @Test func vectorsOutliveTheStoreAndBelongToTexts() throws {
    try CollectionStore(path: path).save(
      [("Pour it.", [1, -2.5]), ("Tea Boil water.", [.nan, 4])], layer: 6)
    try CollectionStore(path: path).save([("Pour it.", [7])], layer: 5)
    let store = try CollectionStore(path: path)
    let collection = try store.open(
      collection: "tea", texts: CollectionStoreTests.texts + [CorpusText(id: "2", text: "Pour it.")])
    let vectors = try store.storedVectors(
      encoding: "e", layer: 6, planes: CollectionStoreTests.planes(2), of: collection)
    #expect(vectors.missing == [2])
    #expect(vectors.tokens == [15, 8, 0, 8])
    #expect(vectors.isTruncated == [true, false, false, false])
    let rows = vectors.rows(of: 0)
    #expect(try #require(rows[0])[0].isNaN && rows[0]?[1] == 4)
    #expect(rows[1] == [1, -2.5] && rows[3] == [1, -2.5] && rows[2] == nil)
    for (encoding, layer) in [("e", 4), ("f", 6)] {
      let none = try store.storedVectors(
        encoding: encoding, layer: layer, planes: CollectionStoreTests.planes(9), of: collection)
      #expect(none.missing.count == 4 && none.planes == nil)
    }
  }

  @Test func aPassageThatIsStoredKeepsWhatItHas() throws {
    let store = try CollectionStore.temporary()
    try store.save([("a", [1]), ("b", [2])])
    let saved = try store.save([("c", [4]), ("a", [3]), ("c", [5])])
    #expect(saved.rows(of: 0) == [[4], [1], [4]])
    #expect(try store.values(["a", "b", "c", "d"]) == [[1], [2], [4], nil])
    #expect(try size(file(store)) == PlaneFiles.headBytes + 3 * 4)
    #expect(try store.save([]).slots.isEmpty)
  }

  @Test func removingASetRemovesItsFiles() throws {
    let store = try CollectionStore.temporary()
    try store.save([("a", [1])], layer: 0)
    try store.save([("a", [4, 5])], layer: 1)
    #expect(try store.vectorFolders().count == 2)
    let open = try store.storedVectors(
      encoding: "e", layer: 1, planes: CollectionStoreTests.planes(2), of: [ContentHash("a")])
    try store.removeVectors(encoding: "e", layer: 0)
    #expect(try store.values(["a"], width: 3) == [nil])
    #expect(try store.vectorFolders().count == 1)
    try store.removeVectors(encoding: "e")
    #expect(try store.vectorFolders().isEmpty)
    #expect(open.rows(of: 0) == [[4, 5]], "who has them open goes on reading them")
    #expect(FileManager.default.fileExists(atPath: store.vectorsFolder))
    try store.save([("a", [6, 7])], layer: 1)
    #expect(try store.values(["a"], layer: 1, width: 2) == [[6, 7]])
  }

  @Test func aTemporaryStoreTakesItsFilesWithIt() throws {
    var store: CollectionStore? = try CollectionStore.temporary()
    try store?.save([("a", [1])])
    let folder = try #require(store?.vectorsFolder)
    #expect(FileManager.default.fileExists(atPath: folder))
    store = nil
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func otherPlanesAreAnError() throws {
    let store = try CollectionStore(path: path)
    try store.save([("a", [1, 2])])
    let expected = StoreError.vectorPlanes(
      path: path, encoding: "e", layer: 0, stored: "1 × 2 values (mean)", expected: "1 × 3 values (mean)")
    #expect(throws: expected) { try store.values(["a"], width: 3) }
    #expect(throws: expected) { try store.save([("b", [1, 2, 3])]) }
    #expect("\(expected)".contains("encoding e, layer 0, have 1 × 2 values (mean), not 1 × 3"))
  }

  @Test func everyPlaneHasAFileOfItsOwn() throws {
    let store = try CollectionStore(path: path)
    let planes = VectorPlanes(width: 2, names: ["cls", "mean-promptless"])
    let group = VectorGroup(
      passages: [ContentHash("a"), ContentHash("b")], tokens: [3, 4], isTruncated: [false, true],
      planes: [
        Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4]), Matrix(rows: 2, columns: 2, values: [5, 6, 7, 8]),
      ])
    _ = try store.save(group, encoding: "e", layer: 0, planes: planes)
    #expect(
      try Array(Data(contentsOf: URL(fileURLWithPath: file(store, "cls")))).suffix(8) == [
        0, 0, 64, 64, 0, 0, 128, 64,
      ])
    let vectors = try store.storedVectors(encoding: "e", layer: 0, planes: planes, of: [ContentHash("b")])
    #expect(vectors.rows(of: 0) == [[3, 4]] && vectors.rows(of: 1) == [[7, 8]])
  }

  // MARK: - Looking up

  @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 1, 5, 5, 2], [9, 0, 9, 8, 1], [7]])
  func passagesAreFoundInAnyOrderAndCompany(order: [Int]) throws {
    let store = try CollectionStore.temporary()
    try store.save(numbered(0..<4))
    #expect(
      try store.values(order.map { "text \($0)" }, width: 2) == order.map { $0 < 4 ? [Float($0), 0.5] : nil })
  }

  @Test func aFewPassagesOfManyAreFound() throws {
    let store = try CollectionStore.temporary()
    try store.save(numbered(0..<1000))
    for wanted in [[999], [0, 1, 2], [1000], Array(0..<1000), Array((0..<1000).reversed())] {
      let found = try store.values(wanted.map { "text \($0)" }, width: 2)
      #expect(found == wanted.map { $0 < 1000 ? [Float($0), 0.5] : nil })
    }
  }

  @Test func aMappingStaysAsItIsWhileTheFileGrows() throws {
    let store = try CollectionStore(path: path)
    let first = try store.save(numbered(0..<3))
    let second = try CollectionStore(path: path).save(numbered(3..<50))
    #expect(first.planes?.matrices[0].rows == 3 && second.planes?.matrices[0].rows == 50)
    #expect(first.planes?.identity == second.planes?.identity)
    #expect(first.rows(of: 0) == numbered(0..<3).map(\.values))
    #expect(second.rows(of: 0) == numbered(3..<50).map(\.values))
  }

  // MARK: - Damage

  @Test func whatAShortFileLacksIsMissingAndComesAgain() throws {
    let store = try CollectionStore(path: path)
    let former = try store.save(numbered(0..<10))
    let file = try file(store)
    // Four rows and a half.
    #expect(truncate(file, off_t(PlaneFiles.headBytes + 4 * 8 + 4)) == 0)
    let found = try store.values(texts(0..<10), width: 2)
    #expect(found.map { $0 == nil } == (0..<10).map { $0 >= 4 })
    try store.save(numbered(4..<12))
    #expect(try store.values(texts(0..<12), width: 2) == numbered(0..<12).map(\.values))
    // Who has the former rows open must not see others in their place.
    #expect(try size(file) == PlaneFiles.headBytes + 4 * 8 + 4)
    #expect(former.slots == Array(0..<10))
    #expect(former.planes?.matrices.allSatisfy(\.isWhole) == false)
  }

  @Test func whoHasFilesOpenThatWereRemovedKeepsThem() throws {
    let store = try CollectionStore(path: path)
    let former = try store.save(numbered(0..<10))
    try FileManager.default.removeItem(atPath: store.vectorsFolder)
    let later = try store.save(numbered(10..<20))
    #expect(former.planes?.matrices.allSatisfy(\.isWhole) == true)
    #expect(former.rows(of: 0) == numbered(0..<10).map(\.values))
    #expect(later.rows(of: 0) == numbered(10..<20).map(\.values))
    #expect(later.planes?.identity != former.planes?.identity)
    #expect(try store.values(texts(5..<15), width: 2).map { $0 == nil } == (5..<15).map { $0 < 10 })
  }

  @Test func filesThatNobodyNamesGoWhenOthersAreMade() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3), layer: 0)
    let orphan = "\(store.vectorsFolder)/0123456789abcdef01234567"
    let other = "\(store.vectorsFolder)/somebody's"
    for folder in [orphan, other] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }
    try store.save(numbered(3..<6), layer: 0)
    #expect(FileManager.default.fileExists(atPath: orphan))
    try store.save(numbered(3..<6), layer: 1)
    #expect(!FileManager.default.fileExists(atPath: orphan))
    #expect(FileManager.default.fileExists(atPath: other))
    #expect(try store.values(texts(0..<3), width: 2) == numbered(0..<3).map(\.values))
  }

  @Test(arguments: [0, 1, 63, 64, 71])
  func aFileThatLostNearlyEverythingIsBegunAgain(byteCount: Int) throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    #expect(try truncate(file(store), off_t(byteCount)) == 0)
    #expect(try store.values(texts(0..<3), width: 2) == [nil, nil, nil])
    try store.save(numbered(0..<3))
    #expect(try store.values(texts(0..<3), width: 2) == numbered(0..<3).map(\.values))
  }

  @Test func missingFilesAreMadeAnew() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    try FileManager.default.removeItem(atPath: file(store))
    #expect(try store.values(texts(0..<3), width: 2) == [nil, nil, nil])
    try store.save(numbered(1..<3))
    #expect(try store.values(texts(0..<3), width: 2) == [nil, [1, 0.5], [2, 0.5]])
  }

  @Test func aFolderThatWasRemovedIsMadeAnew() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    try FileManager.default.removeItem(atPath: store.vectorsFolder)
    #expect(try store.values(texts(0..<3), width: 2) == [nil, nil, nil])
    try store.save(numbered(0..<3))
    #expect(try store.values(texts(0..<3), width: 2) == numbered(0..<3).map(\.values))
  }

  @Test func whatIsLeftOfAShortFileCanBeSavedAgain() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<10))
    #expect(try truncate(file(store), off_t(PlaneFiles.headBytes + 4 * 8)) == 0)
    #expect(try store.save(numbered(0..<2)).rows(of: 0) == numbered(0..<2).map(\.values))
  }

  @Test func aForeignFileIsNamedAndStays() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    let file = try file(store)
    let foreign = Data(
      "a letter that somebody has put here, long enough to have been vectors of some texts".utf8)
    try foreign.write(to: URL(fileURLWithPath: file))
    for _ in 0..<2 {
      #expect(throws: StoreError.notVectors(path: file)) { try store.values(texts(0..<3), width: 2) }
      #expect(throws: StoreError.notVectors(path: file)) { try store.save(numbered(3..<4)) }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == foreign)
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    #expect(throws: StoreError.notVectors(path: file)) { try store.values(texts(0..<3), width: 2) }
  }

  @Test func filesOfAnotherSetAreForeign() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3), layer: 0)
    let one = try file(store)
    try store.save(numbered(3..<6), layer: 1)
    let both = try store.vectorFolders().map { "\(store.vectorsFolder)/\($0)/mean.f32" }
    let other = try #require(both.first { $0 != one })
    try FileManager.default.removeItem(atPath: one)
    try FileManager.default.copyItem(atPath: other, toPath: one)
    #expect(throws: StoreError.notVectors(path: one)) { try store.values(texts(0..<3), width: 2) }
  }

  @Test(arguments: [
    "UPDATE vectors SET slot = -1 WHERE slot = 0", "UPDATE vectors SET slot = -1 WHERE slot = 2",
    "UPDATE vectors SET tokens = -1", "UPDATE vectors SET slot = 1000000 WHERE slot = 1",
    "UPDATE vectors SET hash = x'00' WHERE slot = 0", "UPDATE vectors SET tokens = 1 << 40",
    "UPDATE vectorSets SET slots = 1000000", "UPDATE vectorSets SET slots = -1",
    "UPDATE vectorSets SET folder = '../../elsewhere'", "UPDATE vectorSets SET folder = x'00'",
  ])
  func aTableThatLiesIsNoticedOrNotBelieved(sql: String) throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    try store.write { try $0.execute(sql: sql) }
    do {
      let found = try store.values(texts(0..<3), width: 2)
      for (index, values) in found.enumerated() { #expect(values == nil || values == [Float(index), 0.5]) }
    } catch let error as StoreError {
      guard case .damaged = error else { throw error }
    }
  }

  // MARK: - Writing that fails

  @Test(arguments: [
    (ENOSPC, "no space is left"), (EIO, "cannot be read or written"), (EROFS, "cannot be written"),
  ])
  func aFailedWriteIsAnErrorInWordsAndLeavesNothing(code: Int32, words: String) throws {
    try CollectionStore(path: path).save(numbered(0..<3))
    let failing = try CollectionStore(
      path: path,
      write: { descriptor, bytes, count, offset in
        // Half of it is written before it fails.
        guard count > 100 else {
          errno = code
          return -1
        }
        return pwrite(descriptor, bytes, count / 2, offset)
      }, configure: { _ in })
    let error = #expect(throws: StoreError.self) { try failing.save(numbered(3..<200)) }
    #expect("\(try #require(error))".contains(words))
    #expect("\(try #require(error))".contains("mean.f32"))
    let store = try CollectionStore(path: path)
    #expect(try store.values(texts(0..<200), width: 2).count { $0 != nil } == 3)
    try store.save(numbered(100..<103))
    #expect(try store.values(texts(100..<103), width: 2) == numbered(100..<103).map(\.values))
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let store = try CollectionStore(path: path)
    _ = try folder.write("in the way", to: "store.sqlite-vectors")
    let error = #expect(throws: StoreError.self) { try store.save(numbered(0..<3)) }
    guard case .failing(let file, _) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file.hasPrefix(store.vectorsFolder))
  }

  @Test func whatAnInterruptionLeftIsWrittenOver() throws {
    let store = try CollectionStore(path: path)
    try store.save(numbered(0..<3))
    let file = try #require(FileHandle(forWritingAtPath: try file(store)))
    try file.seekToEnd()
    try file.write(contentsOf: Data(repeating: 0xAB, count: 1001))
    try file.close()
    let folder = "\(store.vectorsFolder)/\(VectorSetRow.newFolder())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(try store.values(texts(0..<4), width: 2) == numbered(0..<3).map(\.values) + [nil])
    try store.save(numbered(3..<6))
    #expect(try store.values(texts(0..<6), width: 2) == numbered(0..<6).map(\.values))
    try store.removeVectors(encoding: "another")
    #expect(try store.vectorFolders().count == 1)
  }
}
