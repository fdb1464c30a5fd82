import Recipes

/// Where a text stands compared with side B.
enum RankChange: Equatable, Sendable {
  case up(Int)
  case down(Int)
  case same
  /// B has not got it among the texts that it found.
  case new

  /// `↑3`, `↓12`, `=`, `new`: readable without colours.
  var text: String {
    switch self {
    case .up(let ranks): "↑\(ranks)"
    case .down(let ranks): "↓\(ranks)"
    case .same: "="
    case .new: "new"
    }
  }
}

/// A list held against side B's for the same query.
struct RankChanges: Equatable, Sendable {
  /// A text among the first of B that is not among the first here.
  struct Lost: Equatable, Sendable {
    var neighbour: NeighbourList.Neighbour
    /// From 0.
    var rankOfB: Int
    /// The rank here, from 0; nil where it is not found at all.
    var rank: Int?
  }

  /// In the order of the list.
  private(set) var changes: [RankChange]
  /// B's ranks, from 0, in the order of the list; nil for texts that B did not find.
  private(set) var ranksOfB: [Int?]
  private(set) var lost: [Lost]
  /// How many of the first count for what is lost.
  let depth: Int

  init(_ list: NeighbourList, against b: NeighbourList, depth: Int) {
    self.depth = depth
    let ranks = Self.ranks(list)
    let before = Self.ranks(b)
    ranksOfB = list.neighbours.map { before[$0.id] }
    changes = ranksOfB.enumerated().map { rank, before in
      guard let before else { return .new }
      return before == rank ? .same : before > rank ? .up(before - rank) : .down(rank - before)
    }
    lost = b.neighbours.prefix(max(0, depth)).enumerated().compactMap { rankOfB, neighbour in
      let rank = ranks[neighbour.id]
      if let rank, rank < depth { return nil }
      return Lost(neighbour: neighbour, rankOfB: rankOfB, rank: rank)
    }
  }

  private static func ranks(_ list: NeighbourList) -> [String: Int] {
    Dictionary(list.neighbours.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }
}

extension State {
  /// B's list for the query that Neighbours shows; nil without side B, and while it has not come.
  var listOfB: (list: NeighbourList, depth: Int)? {
    guard let frozen, let answer = inquiries[.comparison].shown, let shown = neighbours.shown,
      case .comparison(let request) = answer.request, case .comparison(let result) = answer.result,
      request.b == frozen, request.query == shown.query, request.corpus.version == shown.corpus
    else { return nil }
    return (result.b, result.depth)
  }
}
