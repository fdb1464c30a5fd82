import Foundation
import GRDB

/// The row of a collection.
struct StoredCollection {
  var number: Int64
  var hash: Data
  var chunking: Chunking?

  static func find(_ name: String, _ db: Database) throws -> StoredCollection? {
    try Row.fetchOne(
      db, sql: "SELECT number, hash, chunkSize, chunkOverlap FROM collections WHERE name = ?",
      arguments: [name]
    ).map { row in
      StoredCollection(
        number: try row.at(0), hash: try row.at(1),
        chunking: try .stored(size: row.at(2), overlap: row.at(3)))
    }
  }

  static func names(_ db: Database) throws -> [String] {
    try String.fetchAll(db, sql: "SELECT name FROM collections ORDER BY name")
  }
}

/// Brings the rows of a collection to what it holds now, within one transaction.
struct CollectionWriter {
  private let db: Database
  private let insertText: Statement
  private let updateText: Statement
  private let moveText: Statement
  private let insertField: Statement
  private let insertPassage: Statement

  init(_ db: Database) throws {
    self.db = db
    insertText = try db.makeStatement(
      sql: """
        INSERT INTO texts (collection, position, id, title, text, file, line, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    updateText = try db.makeStatement(
      sql: "UPDATE texts SET position = ?, title = ?, text = ?, file = ?, line = ?, hash = ? WHERE number = ?"
    )
    moveText = try db.makeStatement(sql: "UPDATE texts SET position = ? WHERE number = ?")
    insertField = try db.makeStatement(sql: "INSERT INTO fields VALUES (?, ?, ?, ?)")
    insertPassage = try db.makeStatement(sql: "INSERT INTO passages VALUES (?, ?, ?, ?, ?)")
  }

  func write(_ collection: TextCollection) throws -> CollectionChange {
    let old = try StoredCollection.find(collection.name, db)
    let number = try writeCollection(collection)
    var stored = try storedTexts(of: number)
    let isCutAnew = old.map { $0.chunking != collection.chunking } ?? false
    var change = CollectionChange()
    var passages = collection.passages[...]
    for (position, text) in collection.texts.enumerated() {
      try text.checkStorable()
      let own = passages.prefix { $0.parent == position }
      passages = passages.dropFirst(own.count)
      let hash = collection.textHashes[position]
      guard let row = stored.removeValue(forKey: text.id) else {
        try insertText.execute(arguments: [
          number, position, text.id, text.title, text.text, text.file, text.line, hash.data,
        ])
        try insertDetails(of: text, own, db.lastInsertedRowID)
        change.added += 1
        continue
      }
      if row.hash != hash.data || isCutAnew {
        try updateText.execute(arguments: [
          position, text.title, text.text, text.file, text.line, hash.data, row.number,
        ])
        try deleteDetails(row.number)
        try insertDetails(of: text, own, row.number)
        change.changed += 1
      } else if row.position != position {
        try moveText.execute(arguments: [position, row.number])
        change.moved += 1
      }
    }
    for row in stored.values {
      try db.execute(sql: "DELETE FROM texts WHERE number = ?", arguments: [row.number])
    }
    change.removed = stored.count
    return change
  }

  private func writeCollection(_ collection: TextCollection) throws -> Int64 {
    let size = collection.chunking?.size
    let overlap = collection.chunking?.overlap
    let number = try Int64.fetchOne(
      db,
      sql: """
        INSERT INTO collections (name, chunkSize, chunkOverlap, hash) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET chunkSize = ?, chunkOverlap = ?, hash = ? RETURNING number
        """,
      arguments: [
        collection.name, size, overlap, collection.hash.data, size, overlap, collection.hash.data,
      ])
    guard let number else { throw DatabaseError(message: "a collection was given no number") }
    return number
  }

  private struct StoredText {
    var number: Int64
    var position: Int
    var hash: Data
  }

  private func storedTexts(of collection: Int64) throws -> [String: StoredText] {
    var texts: [String: StoredText] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, number, position, hash FROM texts WHERE collection = ?", arguments: [collection])
    while let row = try rows.next() {
      texts[try row.at(0)] = StoredText(
        number: try row.at(1), position: try row.at(2), hash: try row.at(3))
    }
    return texts
  }

  private func deleteDetails(_ text: Int64) throws {
    try db.execute(sql: "DELETE FROM fields WHERE text = ?", arguments: [text])
    try db.execute(sql: "DELETE FROM passages WHERE parent = ?", arguments: [text])
  }

  private func insertDetails(of text: CorpusText, _ passages: ArraySlice<Passage>, _ number: Int64) throws {
    for (position, field) in text.fields.enumerated() {
      try insertField.execute(arguments: [number, position, field.name, field.value])
    }
    for (position, passage) in passages.enumerated() {
      try insertPassage.execute(arguments: [
        number, position, passage.range.lowerBound, passage.range.upperBound, passage.hash.data,
      ])
    }
  }
}

extension CorpusText {
  /// SQLite ends a text at a zero character: what followed would be lost.
  fileprivate func checkStorable() throws(StoreError) {
    for part in [id, title ?? "", text] + fields.flatMap({ [$0.name, $0.value] }) where part.utf8.contains(0)
    {
      throw .zeroCharacter(id: id)
    }
  }
}

extension Chunking {
  /// Reads what a store holds; nil where texts are not cut.
  static func stored(size: Int?, overlap: Int?) throws(CorpusError) -> Chunking? {
    guard let size, let overlap else { return nil }
    return try Chunking(size: size, overlap: overlap)
  }
}

extension Row {
  /// The value of a column; an error, not a trap, where the file holds one of another type.
  func at<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    try decode(Value.self, atIndex: index)
  }
}

extension ContentHash {
  var data: Data { withUnsafeBytes { Data($0) } }
}
