import Recipes

@testable import Explorer

/// What the made-up engine knows of single texts: numbers, matching words, and side B's ranks.
extension World {
  /// A neighbour with everything that can be known of one: rank 4 says nearly the same as rank 2, rank 3 is a hub.
  func detailed(_ neighbour: NeighbourList.Neighbour, rank: Int) -> NeighbourList.Neighbour {
    var neighbour = neighbour
    neighbour.percentile = max(0, 99.9 - Float(rank) * 1.7)
    neighbour.tokens = 9 + rank * 3
    neighbour.norm = 5 + Float(rank) / 8
    neighbour.duplicateOf = rank == 3 ? 1 : nil
    neighbour.hubCount = rank == 2 ? 34 : nil
    return neighbour
  }

  /// The first word of each text, and in detail another one that matches better; of texts without spaces two
  /// characters.
  func highlights(_ request: HighlightsRequest) -> Highlights {
    var spans: [String: [Highlights.Span]] = [:]
    for id in request.ids {
      guard let number = Int(id.dropFirst("text-".count)), texts.indices.contains(number - 1) else {
        continue
      }
      let words = Self.words(texts[number - 1])
      guard let first = words.first else { continue }
      let best = isDetailed ? words[number * 7 % words.count] : first
      spans[id] = [.init(range: first, strength: 0.5), .init(range: best, strength: 1)]
    }
    return Highlights(spans: spans)
  }

  /// The places of words, in Unicode scalars.
  private static func words(_ text: String) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = 0
    for word in text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false) {
      let end = start + word.count
      if !word.isEmpty { words.append(start..<end) }
      start = end + 1
    }
    guard words.count == 1, let only = words.first, only.count > 3 else { return words }
    return stride(from: 0, to: only.count - 1, by: 2).map { $0..<$0 + 2 }
  }

  /// Side B has the 30th text of A as its third, ranks 4 and 6 changed round, and lacks the fifth.
  func nearComparison(_ request: ComparisonRequest) -> RecipeComparison {
    let list = neighbours(
      SearchRequest(query: request.query, recipe: request.a.recipe, top: request.top, compared: 0))
    var other = list
    if list.neighbours.count >= 30 {
      other.neighbours.swapAt(3, 5)
      let late = other.neighbours.remove(at: 29)
      other.neighbours.remove(at: 4)
      other.neighbours.insert(late, at: 2)
    }
    let agreement = RecipeComparison.Agreement(
      query: request.query, overlap: 0.8, tau: 0.6, marginA: 0.1, marginB: 0.1, topA: "text-1", topB: "text-1"
    )
    return RecipeComparison(
      a: list, b: other, agreement: agreement, byQuery: [], depth: request.depth)
  }
}
