import Recipes
import Embedding

/// The models in memory: the least recently used go when the budget is exceeded.
struct LoadedModels {
  let budgetBytes: Int
  /// Least recently used first.
  private var entries: [(name: String, embedder: TextEmbedder)] = []
  /// By content hash, those that had to leave included.
  private var names: [String: String] = [:]
  /// How many texts the models that had to leave have encoded.
  private var encodedByFormer = 0

  init(budgetBytes: Int) { self.budgetBytes = budgetBytes }

  /// The model loaded under a name, now the most recently used.
  mutating func find(name: String) -> TextEmbedder? {
    guard let index = entries.firstIndex(where: { $0.name == name }) else { return nil }
    return use(index)
  }

  /// The model with a content hash, now the most recently used.
  mutating func find(identity: String) -> TextEmbedder? {
    guard let index = entries.firstIndex(where: { $0.embedder.description.identity == identity }) else {
      return nil
    }
    return use(index)
  }

  /// Adds a model; the newest stays even when it alone exceeds the budget.
  mutating func add(_ embedder: TextEmbedder, name: String) {
    names[embedder.description.identity] = name
    if let index = entries.firstIndex(where: { $0.name == name }) { remove(index) }
    entries.append((name, embedder))
    while entries.count > 1, entries.reduce(0, { $0 + $1.embedder.weightBytes }) > budgetBytes { remove(0) }
  }

  /// The name under which a model with a content hash was loaded, in memory or not.
  func name(ofIdentity identity: String) -> String? { names[identity] }

  /// How many texts the models have encoded.
  var encodedTexts: Int { entries.reduce(encodedByFormer) { $0 + $1.embedder.encodedTexts } }

  private mutating func remove(_ index: Int) {
    encodedByFormer += entries.remove(at: index).embedder.encodedTexts
  }

  private mutating func use(_ index: Int) -> TextEmbedder {
    let entry = entries.remove(at: index)
    entries.append(entry)
    return entry.embedder
  }
}

extension TextEmbedder {
  /// The memory that the weights take, as f32.
  var weightBytes: Int { description.parameters * 4 }
}
