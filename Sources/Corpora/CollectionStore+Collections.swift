import GRDB

/// What a stored collection is, without its texts.
public struct CollectionSummary: Sendable, Equatable {
  public var name: String
  public var textCount: Int
  public var passageCount: Int
  public var chunking: Chunking?
}

/// What storing a collection changed.
public struct CollectionChange: Sendable, Equatable {
  public var added = 0
  public var changed = 0
  /// Texts that are the same, at another place of the collection.
  public var moved = 0
  public var removed = 0

  public init(added: Int = 0, changed: Int = 0, moved: Int = 0, removed: Int = 0) {
    self.added = added
    self.changed = changed
    self.moved = moved
    self.removed = removed
  }
}

extension CollectionStore {
  /// Stores texts under a name, and gives them as a collection.
  ///
  /// Where the name is already stored, texts with the same id are compared by content: those that did not
  /// change keep their rows, and where nothing changed nothing is written. Ids must differ.
  ///
  /// A caller that wants to go on after an error makes its `TextCollection` without a store.
  public func open(
    collection name: String, texts: [CorpusText], chunking: Chunking? = nil
  ) throws(StoreError) -> TextCollection {
    let collection = TextCollection(name: name, texts: texts, chunking: chunking)
    try save(collection)
    return collection
  }

  /// Stores a collection in place of the one of the same name, and says what changed.
  @discardableResult
  public func save(_ collection: TextCollection) throws(StoreError) -> CollectionChange {
    let isUnchanged = try read { db in
      try StoredCollection.find(collection.name, db)?.hash == collection.hash.data
    }
    if isUnchanged { return CollectionChange() }
    return try write { db in try CollectionWriter(db).write(collection) }
  }

  /// Reads a stored collection.
  public func load(collection name: String) throws(StoreError) -> TextCollection {
    try read { db in
      guard let stored = try StoredCollection.find(name, db) else {
        throw StoreError.unknownCollection(name: name, known: try StoredCollection.names(db))
      }
      var fields: [Int64: [TextField]] = [:]
      let fieldRows = try Row.fetchCursor(
        db,
        sql: """
          SELECT text, name, value FROM fields
          WHERE text IN (SELECT number FROM texts WHERE collection = ?) ORDER BY text, position
          """, arguments: [stored.number])
      while let row = try fieldRows.next() {
        fields[try row.at(0), default: []].append(TextField(name: try row.at(1), value: try row.at(2)))
      }
      var texts: [CorpusText] = []
      let textRows = try Row.fetchCursor(
        db,
        sql: """
          SELECT number, id, title, text, file, line FROM texts WHERE collection = ? ORDER BY position
          """, arguments: [stored.number])
      while let row = try textRows.next() {
        texts.append(
          CorpusText(
            id: try row.at(1), title: try row.at(2), text: try row.at(3),
            fields: fields[try row.at(0)] ?? [], file: try row.at(4), line: try row.at(5)))
      }
      return TextCollection(name: name, texts: texts, chunking: stored.chunking)
    }
  }

  /// The stored collections, by name.
  public func collections() throws(StoreError) -> [CollectionSummary] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT name, chunkSize, chunkOverlap,
            (SELECT COUNT(*) FROM texts WHERE collection = collections.number),
            (SELECT COUNT(*) FROM texts JOIN passages ON parent = texts.number
             WHERE collection = collections.number)
          FROM collections ORDER BY name
          """
      ).map { row in
        CollectionSummary(
          name: try row.at(0), textCount: try row.at(3), passageCount: try row.at(4),
          chunking: try .stored(size: row.at(1), overlap: row.at(2)))
      }
    }
  }

  /// Removes a collection, and the vectors that no stored passage shares any more.
  ///
  /// The files of a vector set go when none of its passages is left.
  public func drop(collection name: String) throws(StoreError) {
    try write { db in
      guard let stored = try StoredCollection.find(name, db) else {
        throw StoreError.unknownCollection(name: name, known: try StoredCollection.names(db))
      }
      try db.execute(sql: "DELETE FROM collections WHERE number = ?", arguments: [stored.number])
      for table in ["vectors"] + (try Self.hasFormerTables(db) ? ["formerVectors"] : []) {
        try db.execute(sql: "DELETE FROM \(table) WHERE hash NOT IN (SELECT hash FROM passages)")
      }
      try db.execute(sql: "DELETE FROM vectorSets WHERE number NOT IN (SELECT vectorSet FROM vectors)")
      try Self.dropFormerTablesIfEmpty(db)
    }
    try removeUnusedFolders()
  }
}
