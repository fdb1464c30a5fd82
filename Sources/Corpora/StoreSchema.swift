import GRDB

/// The tables of the store, and how an older file comes to have them.
///
/// `texts.number` is stable for a text as long as it stays in its collection: a full-text index can refer
/// to it.
enum StoreSchema {
  /// Marks the files of this program (`vecs`).
  static let applicationID = 0x7665_6373

  /// One script per version; files keep the number of those that they have had.
  static let migrations = [
    """
    CREATE TABLE collections (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      chunkSize INTEGER,
      chunkOverlap INTEGER,
      hash BLOB NOT NULL
    );
    CREATE TABLE texts (
      number INTEGER PRIMARY KEY,
      collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
      position INTEGER NOT NULL,
      id TEXT NOT NULL,
      title TEXT,
      text TEXT NOT NULL,
      file TEXT NOT NULL,
      line INTEGER NOT NULL,
      hash BLOB NOT NULL,
      UNIQUE (collection, id)
    );
    CREATE TABLE fields (
      text INTEGER NOT NULL REFERENCES texts ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (text, position)
    ) WITHOUT ROWID;
    CREATE TABLE passages (
      parent INTEGER NOT NULL REFERENCES texts ON DELETE CASCADE,
      position INTEGER NOT NULL,
      lowerBound INTEGER NOT NULL,
      upperBound INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (parent, position)
    ) WITHOUT ROWID;
    CREATE INDEX passagesByHash ON passages (hash);
    CREATE TABLE vectorSets (
      number INTEGER PRIMARY KEY,
      encoding TEXT NOT NULL,
      layer INTEGER NOT NULL,
      width INTEGER NOT NULL,
      UNIQUE (encoding, layer)
    );
    CREATE TABLE vectors (
      vectorSet INTEGER NOT NULL REFERENCES vectorSets ON DELETE CASCADE,
      hash BLOB NOT NULL,
      tokens INTEGER NOT NULL,
      isTruncated INTEGER NOT NULL,
      floats BLOB NOT NULL,
      UNIQUE (vectorSet, hash)
    );
    """,
    // Vectors go into files beside this one: those that are here already as soon as somebody needs them, since only their
    // owner knows what their values are.
    """
    ALTER TABLE vectors RENAME TO formerVectors;
    ALTER TABLE vectorSets RENAME TO formerVectorSets;
    CREATE TABLE vectorSets (
      number INTEGER PRIMARY KEY,
      encoding TEXT NOT NULL,
      layer INTEGER NOT NULL,
      width INTEGER NOT NULL,
      planes TEXT NOT NULL,
      folder TEXT NOT NULL UNIQUE,
      slots INTEGER NOT NULL,
      UNIQUE (encoding, layer)
    );
    CREATE TABLE vectors (
      vectorSet INTEGER NOT NULL REFERENCES vectorSets ON DELETE CASCADE,
      slot INTEGER NOT NULL,
      hash BLOB NOT NULL,
      tokens INTEGER NOT NULL,
      isTruncated INTEGER NOT NULL,
      PRIMARY KEY (vectorSet, slot),
      UNIQUE (vectorSet, hash)
    ) STRICT, WITHOUT ROWID;
    """,
  ]

  /// Refuses the file of another program before anything is written into it.
  static func prepare(_ db: Database, path: String) throws {
    let applicationID = try Int.fetchOne(db, sql: "PRAGMA application_id")
    guard applicationID != Self.applicationID else { return }
    let tableCount = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
    guard applicationID == 0, tableCount == 0 else { throw StoreError.foreign(path: path) }
  }

  /// Brings the file to the newest version, whoever else may be about to.
  static func migrate(_ database: any DatabaseWriter, path: String) throws {
    try database.writeWithoutTransaction { db in
      guard try version(db, path: path) < migrations.count else { return }
      try db.inTransaction(.immediate) {
        for migration in migrations[try version(db, path: path)...] { try db.execute(sql: migration) }
        try CollectionStore.dropFormerTablesIfEmpty(db)
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
        return .commit
      }
    }
  }

  private static func version(_ db: Database, path: String) throws -> Int {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard 0...migrations.count ~= version else {
      throw StoreError.newer(path: path, version: version, known: migrations.count)
    }
    return version
  }
}
