import Foundation
import GRDB

/// Collections in one SQLite file and their vectors in files beside it, which several programs may have open.
///
/// A text's vectors belong to what it says, not to its collection or its place: the same passage is never
/// stored twice for an encoding and a layer.
public final class CollectionStore: Sendable {
  /// The file; `:memory:` for a store in memory.
  public let path: String
  let database: any DatabaseWriter
  /// Where the vectors are: a folder for each set of them.
  let vectorsFolder: String
  let writePlane: PlaneWrite
  /// Whether the vectors go with the value.
  private let isTemporary: Bool

  /// Opens or creates a store, with the folders above it.
  public convenience init(path: String) throws(StoreError) {
    try self.init(path: path) { _ in }
  }

  /// `configure` is run on each connection, and `write` writes vectors; tests make both fail.
  init(
    path: String, write: @escaping PlaneWrite = { pwrite($0, $1, $2, $3) },
    configure: @escaping @Sendable (Database) throws -> Void
  ) throws(StoreError) {
    self.path = path
    vectorsFolder = path + "-vectors"
    writePlane = write
    isTemporary = false
    database = try Self.mapErrors(path) {
      let url = URL(fileURLWithPath: path)
      try Self.createFolder(url.deletingLastPathComponent(), for: path)
      let pool = try DatabasePool(path: path, configuration: Self.configuration(path, configure))
      try StoreSchema.migrate(pool, path: path)
      return pool
    }
  }

  private init(temporary database: DatabaseQueue) {
    path = ":memory:"
    self.database = database
    let folder = FileManager.default.temporaryDirectory
    vectorsFolder = folder.appendingPathComponent("vecscope-vectors-\(UUID().uuidString)").path
    writePlane = { pwrite($0, $1, $2, $3) }
    isTemporary = true
  }

  deinit {
    // The system clears its folder of temporary files where this fails.
    if isTemporary { try? FileManager.default.removeItem(atPath: vectorsFolder) }
  }

  /// A store that lives as long as the value: its vectors are in the folder of temporary files.
  public static func temporary() throws(StoreError) -> CollectionStore {
    let database = try mapErrors(":memory:") {
      let queue = try DatabaseQueue(configuration: configuration(":memory:") { _ in })
      try StoreSchema.migrate(queue, path: ":memory:")
      return queue
    }
    return CollectionStore(temporary: database)
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
      throw StoreError.cannotOpen(path: path, reason: systemsReason(error))
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
