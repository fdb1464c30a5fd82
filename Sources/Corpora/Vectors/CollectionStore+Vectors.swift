import Foundation
import GRDB
import Kernels

extension CollectionStore {
  /// Finds the vectors of a collection's passages, in their order.
  public func storedVectors(
    encoding: String, layer: Int, planes: VectorPlanes, of collection: TextCollection
  ) throws(StoreError) -> StoredVectors {
    try storedVectors(
      encoding: encoding, layer: layer, planes: planes, of: collection.passages.map(\.hash))
  }

  /// Finds the vectors of passages, in their order; a passage may stand there more than once.
  ///
  /// The vectors are mapped, not read. What an older version has stored is brought into files first.
  ///
  /// - Throws: `vectorPlanes` where what is stored has another shape; `notVectors` where a foreign file is in the way.
  public func storedVectors(
    encoding: String, layer: Int, planes: VectorPlanes, of passages: [ContentHash]
  ) throws(StoreError) -> StoredVectors {
    try convertFormerVectors(encoding, layer, planes)
    return try read { db in
      guard let set = try vectorSet(encoding, layer, planes, db), set.slots > 0, !passages.isEmpty else {
        return StoredVectors(count: passages.count)
      }
      let files = files(of: set, planes)
      let available = min(set.slots, try files.availableRows())
      guard available > 0 else { return StoredVectors(count: passages.count) }
      var vectors = try find(passages, in: set, slots: available, db)
      vectors.planes = try files.map(rows: available)
      return vectors
    }
  }

  /// Stores vectors, all or none; a passage that is stored already, by another program for instance, keeps what it has.
  ///
  /// - Returns: Where the vectors of the group are now.
  /// - Throws: `vectorPlanes` where those that are stored have another shape.
  public func save(
    _ group: VectorGroup, encoding: String, layer: Int, planes: VectorPlanes
  ) throws(StoreError) -> StoredVectors {
    precondition(
      group.planes.count == planes.names.count && group.planes.allSatisfy { $0.columns == planes.width },
      "vectors of \(group.planes.map(\.columns)) values for \(planes)")
    try convertFormerVectors(encoding, layer, planes)
    guard !group.passages.isEmpty else { return StoredVectors(count: 0) }
    return try write { db in
      var set =
        try vectorSet(encoding, layer, planes, db) ?? insertVectorSet(encoding, layer, planes, db)
      try append(group, to: &set, planes, db)
      let files = files(of: set, planes)
      let available = min(set.slots, try files.availableRows())
      var matcher = SlotMatcher(group.passages)
      try addEach(group.passages, of: set, below: available, to: &matcher, db)
      var vectors = matcher.vectors
      vectors.planes = try files.map(rows: available)
      return vectors
    }
  }

  /// Removes the vectors of an encoding, at one layer or at all, with their files.
  public func removeVectors(encoding: String, layer: Int? = nil) throws(StoreError) {
    try write { db in
      for table in ["vectorSets"] + (try Self.hasFormerTables(db) ? ["formerVectorSets"] : []) {
        try db.execute(
          sql: "DELETE FROM \(table) WHERE encoding = ? AND layer = IFNULL(?, layer)",
          arguments: [encoding, layer])
      }
      try Self.dropFormerTablesIfEmpty(db)
    }
    try removeUnusedFolders()
  }

  /// Removes the files of sets that no table names: of those that were removed, or whose making was interrupted.
  ///
  /// Within a transaction, as sets are made in one: nobody is making one meanwhile.
  func removeUnusedFolders() throws(StoreError) {
    try write { try removeUnusedFolders($0) }
  }

  private func removeUnusedFolders(_ db: Database) throws {
    let used = Set(try String.fetchAll(db, sql: "SELECT folder FROM vectorSets"))
    // A folder that is not there has nothing to remove.
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: vectorsFolder)) ?? []
    for folder in folders where !used.contains(folder) && VectorSetRow.isFolder(folder) {
      do {
        try FileManager.default.removeItem(atPath: "\(vectorsFolder)/\(folder)")
      } catch {
        throw StoreError.failing(path: "\(vectorsFolder)/\(folder)", reason: systemsReason(error))
      }
    }
  }
}

/// The row of a vector set.
struct VectorSetRow {
  var number: Int64
  /// The name of its folder.
  var folder: String
  /// How many slots were given out; the next one has this number.
  var slots: Int

  private static let folderLength = 24

  /// A name that no other set has.
  static func newFolder() -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<folderLength).map { _ in digits[Int.random(in: 0..<16)] })
  }

  static func isFolder(_ name: String) -> Bool {
    name.utf8.count == folderLength && name.allSatisfy(\.isHexDigit)
  }
}

// MARK: - Rows of the tables

extension CollectionStore {
  func files(of set: VectorSetRow, _ planes: VectorPlanes) -> PlaneFiles {
    PlaneFiles(
      folder: "\(vectorsFolder)/\(set.folder)", identity: set.folder, planes: planes, write: writePlane)
  }

  func vectorSet(
    _ encoding: String, _ layer: Int, _ planes: VectorPlanes, _ db: Database
  ) throws -> VectorSetRow? {
    let row = try Row.fetchOne(
      db, sql: "SELECT number, folder, slots, width, planes FROM vectorSets WHERE encoding = ? AND layer = ?",
      arguments: [encoding, layer])
    guard let row else { return nil }
    let (width, names): (Int, String) = (try row.at(3), try row.at(4))
    guard width == planes.width, names == planes.joinedNames else {
      throw StoreError.vectorPlanes(
        path: path, encoding: encoding, layer: layer,
        stored: "\(names.split(separator: " ").count) × \(width) values (\(names))",
        expected: planes.description)
    }
    let set = VectorSetRow(number: try row.at(0), folder: try row.at(1), slots: try row.at(2))
    guard VectorSetRow.isFolder(set.folder), 0...Int(Int32.max) ~= set.slots else {
      throw StoreError.damaged(path: path, reason: "a vector set of \(set.slots) rows in '\(set.folder)'")
    }
    return set
  }

  func insertVectorSet(
    _ encoding: String, _ layer: Int, _ planes: VectorPlanes, _ db: Database
  ) throws -> VectorSetRow {
    // A store that was moved away, or a disk that was full, leaves files behind that nobody names.
    try removeUnusedFolders(db)
    let folder = VectorSetRow.newFolder()
    try db.execute(
      sql: "INSERT INTO vectorSets (encoding, layer, width, planes, folder, slots) VALUES (?, ?, ?, ?, ?, 0)",
      arguments: [encoding, layer, planes.width, planes.joinedNames, folder])
    return VectorSetRow(number: db.lastInsertedRowID, folder: folder, slots: 0)
  }

  /// Writes the rows of passages that the set lacks, and then says where they are.
  func append(
    _ group: VectorGroup, to set: inout VectorSetRow, _ planes: VectorPlanes, _ db: Database
  ) throws {
    let available = try files(of: set, planes).availableRows()
    if available < set.slots { try renew(&set, keeping: available, planes, db) }
    let files = files(of: set, planes)
    let known = try db.makeStatement(sql: "SELECT 1 FROM vectors WHERE vectorSet = ? AND hash = ?")
    let insert = try db.makeStatement(sql: "INSERT INTO vectors VALUES (?, ?, ?, ?, ?)")
    var rows: [Int] = []
    for (index, passage) in group.passages.enumerated() {
      guard try Int.fetchOne(known, arguments: [set.number, passage.data]) == nil else { continue }
      guard set.slots + rows.count < Int(Int32.max) else { throw StoreError.full(path: path) }
      try insert.execute(arguments: [
        set.number, set.slots + rows.count, passage.data, group.tokens[index], group.isTruncated[index],
      ])
      rows.append(index)
    }
    guard !rows.isEmpty else { return }
    try files.append(
      rows.count == group.passages.count ? group.planes : group.planes.map { $0.copy(ofRows: rows) },
      at: set.slots)
    set.slots += rows.count
    try db.execute(
      sql: "UPDATE vectorSets SET slots = ? WHERE number = ?", arguments: [set.slots, set.number])
  }

  /// Gives a set whose files were cut or removed new ones, with the rows that are left.
  ///
  /// Whoever has the old ones mapped never sees other rows in their places.
  private func renew(
    _ set: inout VectorSetRow, keeping rows: Int, _ planes: VectorPlanes, _ db: Database
  ) throws {
    let left = rows > 0 ? try files(of: set, planes).map(rows: rows).matrices : []
    (set.folder, set.slots) = (VectorSetRow.newFolder(), rows)
    if rows > 0 { try files(of: set, planes).append(left, at: 0) }
    try db.execute(
      sql: "DELETE FROM vectors WHERE vectorSet = ? AND slot >= ?", arguments: [set.number, rows])
    try db.execute(
      sql: "UPDATE vectorSets SET folder = ?, slots = ? WHERE number = ?",
      arguments: [set.folder, set.slots, set.number])
  }

  /// A set that has far more passages than are looked for is not read through.
  private static let readThroughFactor = 8

  private func find(
    _ passages: [ContentHash], in set: VectorSetRow, slots: Int, _ db: Database
  ) throws -> StoredVectors {
    var matcher = SlotMatcher(passages)
    if slots / Self.readThroughFactor > passages.count {
      try addEach(passages, of: set, below: slots, to: &matcher, db)
    } else {
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT hash, slot, tokens, isTruncated FROM vectors WHERE vectorSet = ? AND slot < ? ORDER BY slot
          """, arguments: [set.number, slots])
      while let row = try rows.next() { try matcher.add(hash(in: row), found(in: row)) }
    }
    matcher.finish()
    return matcher.vectors
  }

  private func addEach(
    _ passages: [ContentHash], of set: VectorSetRow, below slots: Int, to matcher: inout SlotMatcher,
    _ db: Database
  ) throws {
    let select = try db.makeStatement(
      sql: "SELECT hash, slot, tokens, isTruncated FROM vectors WHERE vectorSet = ? AND hash = ?")
    for (place, passage) in passages.enumerated() {
      let rows = try Row.fetchCursor(select, arguments: [set.number, passage.data])
      guard let row = try rows.next() else { continue }
      let found = try found(in: row)
      if found.slot < slots { matcher.put(found, at: place) }
    }
  }

  private func found(in row: Row) throws -> FoundVector {
    let found = try FoundVector(row)
    guard found.slot >= 0, found.tokens >= 0 else {
      throw StoreError.damaged(
        path: path, reason: "a vector of \(found.tokens) tokens in slot \(found.slot)")
    }
    return found
  }

  private func hash(in row: Row) throws -> ContentHash {
    try row.withUnsafeData(atIndex: 0) { data in
      guard let hash = data?.withUnsafeBytes({ ContentHash(bytes: $0) }) else {
        throw StoreError.damaged(path: path, reason: "a hash of \(data?.count ?? 0) bytes, not 16")
      }
      return hash
    }
  }
}

extension FoundVector {
  /// From the columns hash, slot, tokens, isTruncated, whose types the table sees to: a million of them are read at a time.
  fileprivate init(_ row: Row) throws {
    self.init(
      slot: try row.decode(Int32.self, atIndex: 1), tokens: try row.decode(Int32.self, atIndex: 2),
      isTruncated: try row.decode(Bool.self, atIndex: 3))
  }
}

extension Matrix {
  fileprivate func copy(ofRows rows: [Int]) -> Matrix {
    let copy = Matrix(rows: rows.count, columns: columns)
    for (place, row) in rows.enumerated() { copy.copyRow(row, of: self, to: place) }
    return copy
  }
}
