import Corpora
import Engine
import Explorer
import Foundation
import Recipes

/// The explorer without drawing: a query a line in, sentences out.
///
/// For screen readers and for terminals that cannot be drawn on: no colours, no boxes, nothing that moves.
struct PlainMode {
  private let setup: ExploreSetup
  /// As many as a listener can follow.
  private static let top = 5

  init(_ setup: ExploreSetup) { self.setup = setup }

  /// Answers queries until the input ends or a line is empty.
  func run() throws {
    let setup = setup
    let search = try waiting { try await setup.search() }
    let output = try Output(path: nil)
    try output.writeLine(search.introduction)
    try output.flush()
    while let query = readLine(), !query.isEmpty {
      let hits = try waiting { try await search.search.nearest(query, top: Self.top) }
      for hit in hits {
        try output.writeLine(
          "Rank \(hit.rank), \(search.search.metric.scoreWord) \(search.search.metric.shown(hit.score)): "
            + hit.text.embeddedText.flattenedForTSV)
      }
      try output.flush()
    }
  }
}

extension Metric {
  fileprivate var scoreWord: String { isDistance ? "distance" : "score" }
}
