import Checkpoints
import Corpora
import Embedding
import Foundation
import Kernels
import Recipes
import TestSupport
import Testing

@testable import Engine
@testable import Explorer

/// Corpora whose vectors are more than a moment's work to make ready for search.
struct LargeCorpusTests {
  private static let count = 12_000

  /// A corpus whose texts all have vectors in the store; nothing was encoded for them.
  private func makeCorpus(_ desk: Desk) throws -> String {
    let path = try desk.largeCorpus(Self.count)
    let embedder = try TextEmbedder(ModelFolder(path: Desk.model("bert-mean")), team: Desk.team)
    let recipe = try embedder.description.recipe().recipe
    let layout = embedder.layout(recipe.documents, layer: recipe.readout.layer)
    let collection = TextCollection(
      name: CollectionName.of([path]), texts: try CorpusReader.read([path]).texts)
    let planes = (0..<layout.planeCount).map { plane in
      Matrix(
        rows: Self.count, columns: layout.hidden,
        values: (0..<Self.count * layout.hidden).map { Float(($0 * 7919 + plane * 31) % 1009) / 1009 - 0.5 })
    }
    let store = try CollectionStore(path: try #require(desk.settings.storePath))
    _ = try store.save(
      VectorGroup(
        passages: collection.passages.map(\.hash), tokens: Array(repeating: 9, count: Self.count),
        isTruncated: Array(repeating: false, count: Self.count), planes: planes),
      encoding: recipe.documents.fingerprint, layer: recipe.readout.layer,
      planes: VectorPlanes(width: layout.hidden, names: layout.planeNames))
    return path
  }

  @Test func aSwitchOfPoolingShowsOldResultsUntilTheNewOnesAreThereAndEncodesNothing() async throws {
    let desk = try Desk()
    let session = desk.session(model: try Desk.model("bert-mean"), corpora: [try makeCorpus(desk)])
    try await session.start()
    await session.type("river")
    try await session.settle()
    let before = try #require(session.state.neighbours.shown)
    #expect(before.list.searched == Self.count)
    let encoded = await session.encodedTexts
    #expect(encoded < 1000, "the query and what is shown of it; no text of the corpus for its own sake")
    var progress: [SearchProgress] = []
    session.observer = { event, _, state in
      guard case .answer(.searching(let step, _)) = event else { return }
      progress.append(step)
      #expect(state.neighbours.shown == before, "old results stay")
      #expect(!state.neighboursAreCurrent, "and are known to be old")
    }
    await session.perform(.choose(.choosePooling, "max"))
    #expect(session.state.neighbours.shown == before)
    try await session.settle(while: \.isSearching)
    session.observer = nil
    #expect(session.state.neighboursAreCurrent && session.state.neighbours.shown != before)
    #expect(session.state.neighbours.list?.searched == Self.count)
    #expect(progress.count > 1 && progress.map(\.done) == progress.map(\.done).sorted())
    #expect(progress.allSatisfy { $0.total == Self.count && $0.done < $0.total })
    #expect(session.state.neighbours.progress == nil)
    await session.perform(.choose(.choosePooling, "mean"))
    try await session.settle(while: \.isSearching)
    #expect(session.state.neighbours.list?.neighbours.map(\.id) == before.list.neighbours.map(\.id))
    await session.finish()
  }
}
