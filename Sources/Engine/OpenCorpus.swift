import Corpora
import Embedding
import Indexing
import Recipes

/// The corpus in use, and its vectors under the encodings that have been asked for.
struct OpenCorpus {
  /// What decides pooled vectors: the documents' encoding and the layer.
  struct Key: Hashable {
    let encoding: Encoding
    let layer: Int
  }

  let collection: TextCollection
  /// Under the latest encoding and layer that were asked for.
  private(set) var pooled: (key: Key, vectors: PooledCollection)?
  /// Read out for the latest readouts and metrics, the latest last.
  private var ready: [CollectionVectors] = []
  /// Switching back and forth between so many readouts computes nothing anew.
  private static let readyLimit = 4

  init(_ collection: TextCollection) { self.collection = collection }

  /// Makes vectors those of a key; readouts of others are forgotten.
  mutating func use(_ vectors: PooledCollection, for key: Key) {
    pooled = (key, vectors)
    ready = []
  }

  /// The collection read out for a recipe; nil when its vectors are not those in use.
  mutating func vectors(for recipe: Recipe, _ embedder: TextEmbedder) -> CollectionVectors? {
    guard let pooled, pooled.key == Key(encoding: recipe.documents, layer: recipe.readout.layer) else {
      return nil
    }
    if let index = ready.firstIndex(where: { $0.readout == recipe.readout && $0.metric == recipe.metric }) {
      ready.append(ready.remove(at: index))
    } else {
      ready.append(
        CollectionVectors(
          pooled.vectors, of: collection, readout: recipe.readout, metric: recipe.metric, embedder: embedder))
      if ready.count > Self.readyLimit { ready.removeFirst() }
    }
    return ready.last
  }
}
