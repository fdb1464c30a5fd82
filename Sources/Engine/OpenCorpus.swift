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

    init(encoding: Encoding, layer: Int) {
      self.encoding = encoding
      self.layer = layer
    }

    init(_ recipe: Recipe) { self.init(encoding: recipe.documents, layer: recipe.readout.layer) }
  }

  let collection: TextCollection
  /// Under the latest encoding and layer that were asked for.
  private(set) var pooled: (key: Key, vectors: PooledCollection)?
  /// Whole ones of other encodings and layers, such as those of side B, the latest last.
  private var others: [(key: Key, vectors: PooledCollection)] = []
  /// Every layer of one encoding, where a sweep has made them.
  var sweep: LayerVectors?
  /// Read out for the latest readouts and metrics, the latest last.
  private var ready: [CollectionVectors] = []
  /// The places of the texts that the latest search has found, by id: what views ask about most.
  var found: [String: Int] = [:]
  /// What scores are measured by, by the recipe's fingerprint.
  var backgrounds: [String: CollectionBackground] = [:]
  /// The background's texts, as the latest two sides encode them.
  var drawn: [(key: Key, vectors: PooledVectors)] = []
  /// Some of the background's texts in f32, by which another precision is measured.
  var exact: (key: Key, vectors: PooledVectors)?
  /// The map that was drawn last.
  var map: DrawnMap?

  /// Switching back and forth between so many readouts computes nothing anew, where their codes are no more than so many
  /// bytes; the latest always stays.
  private static let readyLimit = 4
  private static let readyLimitBytes = 512 << 20
  /// So many vectors of other encodings and layers stay open, and so many bytes of them in memory; the latest always does.
  private static let othersLimit = 16
  private static let othersLimitBytes = 256 << 20

  private let keptCodes: KeptCodes?

  init(_ collection: TextCollection, keptCodes: KeptCodes?) {
    self.collection = collection
    self.keptCodes = keptCodes
  }

  /// Makes vectors those of a key; the ones before are kept where there is room.
  mutating func use(_ vectors: PooledCollection, for key: Key) {
    let former = pooled
    others.removeAll { $0.key == key }
    pooled = (key, vectors)
    if let former, former.key != key, former.vectors.isComplete { keep(former.vectors, for: former.key) }
  }

  /// Keeps whole vectors of another encoding or layer.
  mutating func keep(_ vectors: PooledCollection, for key: Key) {
    guard pooled?.key != key else { return }
    others.removeAll { $0.key == key }
    others.append((key, vectors))
    while others.count > 1,
      others.count > Self.othersLimit
        || others.reduce(0, { $0 + $1.vectors.byteCount }) > Self.othersLimitBytes
    {
      let gone = others.removeFirst().vectors
      ready.removeAll { $0.pooled === gone }
    }
  }

  /// The pooled vectors of a key, whole or not; nil where there are none in memory.
  func find(_ key: Key) -> PooledCollection? {
    if let pooled, pooled.key == key { return pooled.vectors }
    if let other = others.first(where: { $0.key == key }) { return other.vectors }
    return sweep?.encoding == key.encoding ? sweep?.layers[key.layer] : nil
  }

  /// The collection read out for a recipe; nil when its vectors are not in memory.
  mutating func vectors(for recipe: Recipe, _ embedder: TextEmbedder) -> CollectionVectors? {
    guard let pooled = find(Key(recipe)) else { return nil }
    if let index = ready.firstIndex(where: {
      $0.pooled === pooled && $0.readout == recipe.readout && $0.metric == recipe.metric
    }) {
      ready.append(ready.remove(at: index))
    } else {
      ready.append(
        CollectionVectors(
          pooled, of: collection, readout: recipe.readout, metric: recipe.metric, embedder: embedder,
          keptCodes: keptCodes))
      while ready.count > 1,
        ready.count > Self.readyLimit || ready.reduce(0, { $0 + $1.codeBytes }) > Self.readyLimitBytes
      {
        ready.removeFirst()
      }
    }
    return ready.last
  }
}

/// The pooled vectors of every layer under one encoding.
struct LayerVectors {
  let encoding: Encoding
  let layers: [Int: PooledCollection]
}
