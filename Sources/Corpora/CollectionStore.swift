import Foundation
import GRDB

/// Collections and their vectors in one SQLite file, which several programs may have open.
///
/// A text's vectors belong to what it says, not to its collection or its place: the same passage is never
/// stored twice for an encoding and a layer.
public final class CollectionStore: Sendable {
  /// The file; `:memory:` for a store in memory.
  public let path: String
  let database: any DatabaseWriter

  /// Opens or creates a store, with the folders above it.
  public convenience init(path: String) throws(StoreError) {
    try self.init(path: path) { _ in }
  }

  /// `configure` is run on each connection; tests limit the size of the file with it, for example.
  init(path: String, configure: @escaping @Sendable (Database) throws -> Void) throws(StoreError) {
    self.path = path
    database = try Self.mapErrors(path) {
      let url = URL(fileURLWithPath: path)
      try Self.createFolder(url.deletingLastPathComponent(), for: path)
      let pool = try DatabasePool(path: path, configuration: Self.configuration(path, configure))
      try StoreSchema.migrate(pool, path: path)
      return pool
    }
  }

  private init(inMemory database: DatabaseQueue) {
    path = ":memory:"
    self.database = database
  }

  /// A store that lives as long as the value: what a caller goes on with where no file can be written.
  public static func inMemory() throws(StoreError) -> CollectionStore {
    let database = try mapErrors(":memory:") {
      let queue = try DatabaseQueue(configuration: configuration(":memory:") { _ in })
      try StoreSchema.migrate(queue, path: ":memory:")
      return queue
    }
    return CollectionStore(inMemory: database)
  }

  private static func configuration(
    _ path: String, _ configure: @escaping @Sendable (Database) throws -> Void
  ) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      try StoreSchema.prepare(db, path: path)
      try configure(db)
    }
    return configuration
  }

  private static func createFolder(_ folder: URL, for path: String) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw StoreError.cannotOpen(path: path, reason: error.localizedDescription)
    }
  }

  static func mapErrors<R>(_ path: String, _ body: () throws -> R) throws(StoreError) -> R {
    do {
      return try body()
    } catch {
      throw StoreError(error, path: path)
    }
  }

  func read<R>(_ body: (Database) throws -> R) throws(StoreError) -> R {
    try Self.mapErrors(path) { try database.read(body) }
  }

  /// One transaction: all of it or nothing.
  func write<R>(_ body: (Database) throws -> R) throws(StoreError) -> R {
    try Self.mapErrors(path) { try database.write(body) }
  }
}
