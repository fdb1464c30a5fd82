import Foundation
import GRDB
import Kernels

/// Vectors of the first version of the store, whose tables hold a passage's planes one after another in a BLOB.
extension CollectionStore {
  /// Rows that are brought into files at once.
  private static let convertedTogether = 512

  static func hasFormerTables(_ db: Database) throws -> Bool { try db.tableExists("formerVectorSets") }

  /// Removes the former tables once nothing is in them.
  static func dropFormerTablesIfEmpty(_ db: Database) throws {
    guard try hasFormerTables(db),
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM formerVectorSets") == 0
    else { return }
    try db.execute(sql: "DROP TABLE formerVectors; DROP TABLE formerVectorSets")
  }

  /// Brings the vectors that the first version has stored of an encoding and layer into files: all or none.
  func convertFormerVectors(_ encoding: String, _ layer: Int, _ planes: VectorPlanes) throws(StoreError) {
    guard try read({ try formerSet(encoding, layer, $0) }) != nil else { return }
    try write { db in
      // Another program may have done it by now.
      guard let former = try formerSet(encoding, layer, db) else { return }
      guard former.width == planes.names.count * planes.width else {
        throw StoreError.vectorPlanes(
          path: path, encoding: encoding, layer: layer, stored: "\(former.width) values",
          expected: planes.description)
      }
      var set =
        try vectorSet(encoding, layer, planes, db) ?? insertVectorSet(encoding, layer, planes, db)
      let rows = try Row.fetchCursor(
        db,
        sql: "SELECT hash, tokens, isTruncated, floats FROM formerVectors WHERE vectorSet = ? ORDER BY rowid",
        arguments: [former.number])
      var group = FormerGroup(planes)
      while let row = try rows.next() {
        try group.add(row, path: path)
        guard group.count == Self.convertedTogether else { continue }
        try append(group.vectors, to: &set, planes, db)
        group = FormerGroup(planes)
      }
      if group.count > 0 { try append(group.vectors, to: &set, planes, db) }
      try db.execute(sql: "DELETE FROM formerVectorSets WHERE number = ?", arguments: [former.number])
      try Self.dropFormerTablesIfEmpty(db)
    }
    try giveBackSpace()
  }

  private func formerSet(
    _ encoding: String, _ layer: Int, _ db: Database
  ) throws -> (number: Int64, width: Int)? {
    guard try Self.hasFormerTables(db) else { return nil }
    return try Row.fetchOne(
      db, sql: "SELECT number, width FROM formerVectorSets WHERE encoding = ? AND layer = ?",
      arguments: [encoding, layer]
    ).map { (try $0.at(0), try $0.at(1)) }
  }

  /// Makes the file as small as its tables once the last former vectors have left it.
  ///
  /// Where another program keeps the store busy the space stays in the file, for what comes.
  private func giveBackSpace() throws(StoreError) {
    guard try !read({ try Self.hasFormerTables($0) }) else { return }
    do {
      try database.vacuum()
    } catch let error as DatabaseError
      where [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL].contains(error.resultCode)
    {
    } catch {
      throw StoreError(error, path: path)
    }
  }
}

/// Rows of the former table, taken apart by planes.
private struct FormerGroup {
  private let planes: VectorPlanes
  private var passages: [ContentHash] = []
  private var tokens: [Int] = []
  private var isTruncated: [Bool] = []
  private var values: [[Float]]

  init(_ planes: VectorPlanes) {
    self.planes = planes
    values = Array(repeating: [], count: planes.names.count)
  }

  var count: Int { passages.count }

  /// Takes hash, tokens, isTruncated and floats.
  mutating func add(_ row: Row, path: String) throws {
    let (hash, floats): (Data, Data) = (try row.at(0), try row.at(3))
    let rowBytes = planes.rowBytes
    guard let passage = hash.withUnsafeBytes({ ContentHash(bytes: $0) }),
      floats.count == rowBytes * planes.names.count
    else {
      throw StoreError.damaged(
        path: path, reason: "a vector of \(floats.count) bytes, not \(rowBytes * planes.names.count)")
    }
    passages.append(passage)
    tokens.append(try row.at(1))
    isTruncated.append(try row.at(2))
    floats.withUnsafeBytes { bytes in
      for plane in values.indices {
        values[plane] += (0..<planes.width).map { column in
          let bits = bytes.loadUnaligned(fromByteOffset: plane * rowBytes + 4 * column, as: UInt32.self)
          return Float(bitPattern: UInt32(littleEndian: bits))
        }
      }
    }
  }

  var vectors: VectorGroup {
    VectorGroup(
      passages: passages, tokens: tokens, isTruncated: isTruncated,
      planes: values.map { Matrix(rows: count, columns: planes.width, values: $0) })
  }
}
