import Corpora
import Engine
import Foundation

/// The collections that are kept on this machine.
///
/// A store that cannot be used never stops a search: texts and vectors then live in memory.
struct StoredCollections {
  private let path: String
  private let warn: @Sendable (String) -> Void

  init(_ settings: Settings, warn: @escaping @Sendable (String) -> Void) {
    path = settings.paths.data + "/collections.sqlite"
    self.warn = warn
  }

  /// Reads a corpus and stores it under its files' names.
  func open(
    _ paths: [String], _ options: CorpusOptions, chunking: Chunking?
  ) throws -> (collection: TextCollection, store: CollectionStore?) {
    let contents = try CorpusReader.read(paths, options: options)
    if !contents.skipped.isEmpty { warn("left out \(contents.skipped.count) invalid rows") }
    let name = CollectionName.of(paths)
    do throws(StoreError) {
      let store = try CollectionStore(path: path)
      return (try store.open(collection: name, texts: contents.texts, chunking: chunking), store)
    } catch {
      warn("\(error)")
      return (TextCollection(name: name, texts: contents.texts, chunking: chunking), nil)
    }
  }

  /// A stored collection, by its whole name or by the name of its one file.
  func load(_ name: String) throws -> (collection: TextCollection, store: CollectionStore?) {
    let store = try CollectionStore(path: path)
    let names = try store.collections().map(\.name)
    let matches = names.filter { $0 == name || URL(fileURLWithPath: $0).lastPathComponent == name }
    return (try store.load(collection: matches.count == 1 ? matches[0] : name), store)
  }
}
