import Recipes
import Screen

/// Compare: what is compared, how deep, the selection, what is prepared for drawing.
struct CompareState: Equatable, Sendable {
  enum Mode: Equatable, Sendable {
    /// The nearest texts of both sides for the query.
    case lists
    /// How both sides agree on each query of a file.
    case queries
  }

  enum Side: Equatable, Sendable {
    case a, b
  }

  /// What the answers for a file of queries belong to.
  struct FileWish: Equatable, Sendable {
    var file: String
    var a: Recipe
    var b: Recipe
    var corpus: CorpusStamp
    var depth: Int

    init(_ request: ComparisonRequest, file: String) {
      self.file = file
      a = request.a.recipe
      b = request.b.recipe
      corpus = request.corpus
      depth = request.depth
    }
  }

  struct Answered: Equatable, Sendable {
    var wish: FileWish
    var agreements: ShownAgreements
  }

  struct Refused: Equatable, Sendable {
    var wish: FileWish
    var failure: Failure
  }

  /// Two sides that change places as soon as a model has come.
  struct Exchange: Equatable, Sendable {
    var wanted: ComparedRecipe
    var present: ComparedRecipe
  }

  var mode = Mode.lists
  /// How many of the nearest texts are compared.
  var depth = 10
  /// The file of queries.
  var file: String?
  var answered: Answered?
  var refused: Refused?
  var exchange: Exchange?
  /// Which list the selection is in.
  var side = Side.a
  var ranks = ScrollList()
  var queries = ScrollList()
  /// What is on the screen, prepared for drawing.
  var shown: ShownComparison?

  static let depths = [5, 10, 20, 50, 100]
}

/// A comparison prepared for drawing, so that a frame costs no more than its cells.
struct ShownComparison: Equatable, Sendable {
  let source: Inquiry.Shown
  let request: ComparisonRequest
  let result: RecipeComparison
  /// What differs between the recipes.
  let differences: [RecipeDifference]
  /// The texts of each side down to the depth.
  let a: [NeighbourList.Neighbour]
  let b: [NeighbourList.Neighbour]
  /// The rank on the other side, from 0; nil where it is not among the texts that were asked for.
  let rankOfA: [Int?]
  let rankOfB: [Int?]

  init?(_ source: Inquiry.Shown) {
    guard case .comparison(let request) = source.request, case .comparison(let result) = source.result else {
      return nil
    }
    self.source = source
    self.request = request
    self.result = result
    differences = RecipeDifference.all(request.a, request.b)
    a = Array(result.a.neighbours.prefix(request.depth))
    b = Array(result.b.neighbours.prefix(request.depth))
    let ranksInA = Self.ranks(result.a)
    let ranksInB = Self.ranks(result.b)
    rankOfA = a.map { ranksInB[$0.id] }
    rankOfB = b.map { ranksInA[$0.id] }
  }

  private static func ranks(_ list: NeighbourList) -> [String: Int] {
    var ranks: [String: Int] = [:]
    for (rank, neighbour) in list.neighbours.enumerated() where ranks[neighbour.id] == nil {
      ranks[neighbour.id] = rank
    }
    return ranks
  }

  func list(_ side: CompareState.Side) -> [NeighbourList.Neighbour] { side == .a ? a : b }

  func metric(_ side: CompareState.Side) -> Metric { side == .a ? result.a.metric : result.b.metric }

  /// The rank on the other side of a text of this one.
  func otherRank(_ side: CompareState.Side, _ rank: Int) -> Int? {
    let ranks = side == .a ? rankOfA : rankOfB
    return ranks.indices.contains(rank) ? ranks[rank] : nil
  }
}

/// How two sides agree on the queries of a file, the least agreement first.
struct ShownAgreements: Equatable, Sendable {
  let rows: [RecipeComparison.Agreement]
  let meanOverlap: Double?
  /// Over the queries that have one.
  let meanTau: Double?
  let meanMarginA: Double?
  let meanMarginB: Double?
  /// On how many queries both sides have the same first text.
  let sameFirst: Int

  init(_ agreements: [RecipeComparison.Agreement]) {
    rows = agreements.enumerated().sorted { first, second in
      let (a, b) = (first.element, second.element)
      if a.overlap != b.overlap { return Self.key(a.overlap) < Self.key(b.overlap) }
      if a.tau != b.tau { return Self.key(a.tau) < Self.key(b.tau) }
      return first.offset < second.offset
    }
    .map(\.element)
    meanOverlap = Self.mean(agreements.map(\.overlap))
    meanTau = Self.mean(agreements.compactMap(\.tau))
    meanMarginA = Self.mean(agreements.compactMap { $0.marginA.map(Double.init) })
    meanMarginB = Self.mean(agreements.compactMap { $0.marginB.map(Double.init) })
    sameFirst = agreements.count { $0.topA == $0.topB }
  }

  /// What is no number, or not known, counts as no agreement at all.
  private static func key(_ value: Double?) -> Double {
    guard let value, !value.isNaN else { return -2 }
    return value
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

extension State {
  /// Brings selection, scroll and what is prepared for drawing in line, and keeps the answers for a file.
  mutating func settleCompare(_ inner: Rect?) {
    keepFileAnswers()
    guard let inner else { return }
    guard frozen != nil, let source = inquiries[.comparison].shown else {
      compare.shown = nil
      return
    }
    if compare.shown?.source != source { take(ShownComparison(source)) }
    let layout = CompareLayout(inner, mode: compare.mode)
    let count = compare.shown?.list(compare.side).count ?? 0
    compare.ranks.fit(count: count, height: layout.rows.rows)
    compare.queries.fit(count: compare.answered?.agreements.rows.count ?? 0, height: layout.rows.rows)
  }

  /// The selection follows its text while the query stays the same.
  private mutating func take(_ new: ShownComparison?) {
    let followed = compare.shown?.request.query == new?.request.query ? selectedCompared?.id : nil
    compare.shown = new
    guard let new, let rank = compare.ranks.selection, rank > 0 else { return }
    let list = new.list(compare.side)
    compare.ranks.fit(count: list.count, height: compare.ranks.height)
    compare.ranks.select(list.firstIndex { $0.id == followed } ?? 0)
  }

  /// Answers for a file of queries stay when only the query changes.
  private mutating func keepFileAnswers() {
    let inquiry = inquiries[.comparison]
    if case .comparison(let request)? = inquiry.shown?.request, let file = request.queryFile,
      case .comparison(let result)? = inquiry.shown?.result
    {
      let wish = CompareState.FileWish(request, file: file)
      let isPartial = inquiry.asked == inquiry.shown?.request && requests.isOutstanding(.view(.comparison))
      if !isPartial, compare.answered?.wish != wish {
        compare.answered = .init(wish: wish, agreements: ShownAgreements(result.byQuery))
        compare.queries = ScrollList(height: compare.queries.height)
      }
    }
    if case .comparison(let request)? = inquiry.asked, let file = request.queryFile,
      let failure = inquiry.failure
    {
      compare.refused = .init(wish: .init(request, file: file), failure: failure)
    }
  }

  /// The text under the selection.
  var selectedCompared: NeighbourList.Neighbour? {
    guard let shown = compare.shown, let rank = compare.ranks.selection else { return nil }
    let list = shown.list(compare.side)
    return list.indices.contains(rank) ? list[rank] : nil
  }

  /// The query of the file under the selection.
  var selectedAgreement: RecipeComparison.Agreement? {
    guard let rows = compare.answered?.agreements.rows, let index = compare.queries.selection,
      rows.indices.contains(index)
    else { return nil }
    return rows[index]
  }

  var compareUnavailable: String? {
    if let reason = modelUnavailable { return reason }
    guard frozen != nil else {
      return "nothing is frozen; \(hint(.freeze, "keeps this recipe as side B")), then change something"
    }
    return unavailable(.comparison)
  }

  /// Why there are no answers for a file of queries; nil where there are.
  var queriesUnavailable: String? {
    guard let file = compare.file else {
      return "no file of queries is open; \(hint(.openQueryFile, "opens one"))"
    }
    if let refused = compare.refused, refused.wish.file == file, compare.answered?.wish.file != file {
      return refused.failure.sentence
    }
    if compare.answered?.wish.file != file { return "both sides are being asked every query of \(file)" }
    return compare.answered?.agreements.rows.isEmpty == true ? "\(file) has no queries" : nil
  }
}
