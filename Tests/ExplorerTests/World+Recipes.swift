import Recipes

@testable import Explorer

extension World {
  /// A grid in which each pooling and each instruction moves the texts by a few places.
  func grid(_ request: GridRequest) -> RecipeGrid {
    let declared = order(request.declared.queries.prompt, request.declared.readout.pooling, request.depth)
    let cells = request.instructions.map { instruction in
      request.poolings.map { pooling -> RecipeGrid.Cell? in
        let found = order(instruction.recipe.queries.prompt, pooling, request.depth)
        let common = Set(found).intersection(declared).count
        let first = found.first ?? 0
        return RecipeGrid.Cell(
          id: "text-\(first + 1)", text: texts[first], score: 0.8 - 0.01 * Float(first),
          margin: 0.057 + 0.01 * Float(first), overlap: Double(common) / Double(request.depth),
          ids: found.map { "text-\($0 + 1)" })
      }
    }
    return RecipeGrid(cells: cells, metric: request.declared.metric)
  }

  /// The places of the nearest texts: those of an empty prompt and mean pooling come in their own order.
  private func order(_ prompt: String, _ pooling: [Pooling], _ depth: Int) -> [Int] {
    let letters = prompt.filter { !$0.isWhitespace }.unicodeScalars.reduce(0) { $0 + Int($1.value) }
    let shift = letters % 4 + (Pooling.allCases.firstIndex(of: pooling.first ?? .mean) ?? 0) % 3
    let turned = prompt.hasSuffix(" ") ? 1 : 0
    var places = (0..<min(depth, texts.count)).map { ($0 + (shift + 1) % 3) % texts.count }
    if turned == 1, places.count > 3 { places.swapAt(1, 2) }
    return places
  }

  /// A comparison in which side B has every text a few places off, and some not at all.
  func comparison(_ request: ComparisonRequest) -> RecipeComparison {
    if isDetailed { return nearComparison(request) }
    let search = SearchRequest(query: request.query, recipe: request.a.recipe, top: request.top, compared: 0)
    let a = neighbours(search)
    var b = a
    if request.a.recipe != request.b.recipe {
      b.metric = request.b.recipe.metric
      b.neighbours = a.neighbours.enumerated().filter { $0.offset % 7 != 5 }
        .sorted { ($0.offset * 5 % 9 + $0.offset) < ($1.offset * 5 % 9 + $1.offset) }.map(\.element)
      for rank in b.neighbours.indices { b.neighbours[rank].score = 0.9 - 0.02 * Float(rank) }
    }
    func agreement(_ query: String, _ index: Int) -> RecipeComparison.Agreement {
      .init(
        query: query, overlap: Double(10 - index * 3 % 8) / 10,
        tau: index == 2 ? nil : 0.8 - 0.3 * Double(index),
        marginA: 0.057, marginB: index == 1 ? nil : 0.031, topA: texts[0],
        topB: index.isMultiple(of: 2) ? texts[0] : texts[1])
    }
    let queries = ["when do trains leave", "how do I cancel", query, "who plays the bass"]
    return RecipeComparison(
      a: a, b: b, agreement: agreement(request.query, 1),
      byQuery: request.queryFile == nil ? [] : queries.enumerated().map { agreement($1, $0) },
      depth: request.depth)
  }

  /// A sum whose texts come in the order of the corpus, their places on the axis from below 0 to above 1.
  func combination(_ request: CombinationRequest) -> Combination {
    let search = SearchRequest(query: "", recipe: request.recipe, top: request.top, compared: 0)
    let list = neighbours(search)
    let hasAxis = request.from != nil
    return Combination(
      list: list, termNorms: request.terms.indices.map { 5.3 + Float($0) },
      termScores: request.terms.map { $0.weight * 0.3 }, norm: 1.234,
      positions: hasAxis ? list.neighbours.indices.map { -0.2 + 0.1 * Float($0) } : [],
      lowest: hasAxis ? Array(list.neighbours.suffix(3)) : [],
      highest: hasAxis ? Array(list.neighbours.prefix(3)) : [])
  }
}
