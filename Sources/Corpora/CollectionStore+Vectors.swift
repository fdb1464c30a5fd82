import Foundation
import GRDB
public import Kernels

/// The vectors of one passage at one layer, to be stored.
public struct StoredVector: Sendable, Equatable {
  public var passage: ContentHash
  /// Tokens that were pooled.
  public var tokens: Int
  /// Whether the text had more tokens than were encoded.
  public var isTruncated: Bool
  /// As many for each passage of an encoding and layer; what they mean is the caller's.
  public var values: [Float]

  public init(passage: ContentHash, tokens: Int, isTruncated: Bool = false, values: [Float]) {
    self.passage = passage
    self.tokens = tokens
    self.isTruncated = isTruncated
    self.values = values
  }
}

/// The stored vectors of a list of passages, at one layer.
public struct StoredVectors: Sendable {
  /// `[passages, width]`; zeros where none is stored.
  public let matrix: Matrix
  /// Whether the passage of that row is stored.
  public internal(set) var isPresent: [Bool]
  public internal(set) var tokens: [Int]
  public internal(set) var isTruncated: [Bool]

  init(count: Int, width: Int) {
    matrix = Matrix(rows: count, columns: width)
    isPresent = Array(repeating: false, count: count)
    tokens = Array(repeating: 0, count: count)
    isTruncated = Array(repeating: false, count: count)
  }

  /// The rows whose passages are still to be encoded.
  public var missing: [Int] { isPresent.indices.filter { !isPresent[$0] } }
}

extension CollectionStore {
  /// Reads the vectors of a collection's passages, in their order.
  public func storedVectors(
    encoding: String, layer: Int, width: Int, of collection: TextCollection
  ) throws(StoreError) -> StoredVectors {
    try storedVectors(encoding: encoding, layer: layer, width: width, of: collection.passages.map(\.hash))
  }

  /// Reads the vectors of passages, in their order; a passage may stand there more than once.
  ///
  /// Throws `vectorWidth` where what is stored has another width.
  public func storedVectors(
    encoding: String, layer: Int, width: Int, of passages: [ContentHash]
  ) throws(StoreError) -> StoredVectors {
    try read { db in
      var vectors = StoredVectors(count: passages.count, width: width)
      guard let set = try vectorSet(encoding, layer, width: width, db) else { return vectors }
      let select = try db.makeStatement(
        sql: "SELECT tokens, isTruncated, floats FROM vectors WHERE vectorSet = ? AND hash = ?")
      for (index, passage) in passages.enumerated() {
        let rows = try Row.fetchCursor(select, arguments: [set, passage.data])
        guard let row = try rows.next() else { continue }
        vectors.tokens[index] = try row.at(0)
        vectors.isTruncated[index] = try row.at(1)
        try row.withUnsafeData(atIndex: 2) { data in
          guard let data, data.count == 4 * width else {
            throw StoreError.damaged(
              path: path, reason: "a vector of \(data?.count ?? 0) bytes, not \(4 * width)")
          }
          data.withUnsafeBytes { vectors.matrix.setRow(index, bytes: $0) }
        }
        vectors.isPresent[index] = true
      }
      return vectors
    }
  }

  /// Stores vectors, all or none, in place of those of the same passages.
  ///
  /// All must have the same width. Throws `vectorWidth` where the stored ones have another.
  public func save(_ vectors: [StoredVector], encoding: String, layer: Int) throws(StoreError) {
    guard let width = vectors.first?.values.count else { return }
    precondition(
      vectors.allSatisfy { $0.values.count == width }, "vectors of one layer with widths other than \(width)")
    try write { db in
      let set =
        try vectorSet(encoding, layer, width: width, db) ?? insertVectorSet(encoding, layer, width, db)
      let insert = try db.makeStatement(sql: "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)")
      for vector in vectors {
        // The machines that this runs on are little-endian, as the file is.
        let floats = vector.values.withUnsafeBytes { Data($0) }
        try insert.execute(arguments: [set, vector.passage.data, vector.tokens, vector.isTruncated, floats])
      }
    }
  }

  /// Removes the vectors of an encoding, at one layer or at all.
  public func removeVectors(encoding: String, layer: Int? = nil) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM vectorSets WHERE encoding = ? AND layer = IFNULL(?, layer)",
        arguments: [encoding, layer])
    }
  }

  private func vectorSet(_ encoding: String, _ layer: Int, width: Int, _ db: Database) throws -> Int64? {
    let row = try Row.fetchOne(
      db, sql: "SELECT number, width FROM vectorSets WHERE encoding = ? AND layer = ?",
      arguments: [encoding, layer])
    guard let row else { return nil }
    let stored: Int = try row.at(1)
    guard stored == width else {
      throw StoreError.vectorWidth(
        path: path, encoding: encoding, layer: layer, stored: stored, expected: width)
    }
    return try row.at(0)
  }

  private func insertVectorSet(
    _ encoding: String, _ layer: Int, _ width: Int, _ db: Database
  ) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO vectorSets (encoding, layer, width) VALUES (?, ?, ?)",
      arguments: [encoding, layer, width])
    return db.lastInsertedRowID
  }
}
