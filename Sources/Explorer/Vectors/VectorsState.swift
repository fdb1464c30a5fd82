import Recipes
import Screen

/// Vectors: the selected term and text, and what is prepared for drawing.
struct VectorsState: Equatable, Sendable {
  /// The selected term.
  var term = 0
  var rows = ScrollList()
  /// The query line read as an expression.
  var parsed = Parsed(source: "", expression: VectorExpression(""))
  /// What is on the screen, prepared for drawing.
  var shown: ShownCombination?

  struct Parsed: Equatable, Sendable {
    var source: String
    var expression: VectorExpression
  }

  static let step: Float = 0.1
  /// More texts than this in one sum are not encoded.
  static let termLimit = 64
}

/// An answer prepared for drawing.
struct ShownCombination: Equatable, Sendable {
  let source: Inquiry.Shown
  let request: CombinationRequest
  let result: Combination
  let scale: BarScale

  init?(_ source: Inquiry.Shown) {
    guard case .combination(let request) = source.request, case .combination(let result) = source.result
    else { return nil }
    self.source = source
    self.request = request
    self.result = result
    scale = BarScale(result.list)
  }

  var hasAxis: Bool { request.from != nil && request.to != nil }

  /// Where a found text is on the axis; nil without one, or where it has no place.
  func position(_ rank: Int) -> Float? {
    guard hasAxis, result.positions.indices.contains(rank), result.positions[rank].isFinite else {
      return nil
    }
    return result.positions[rank]
  }

  /// The length of a term's vector and the sum's score with it alone.
  func facts(_ term: Int) -> (norm: Float?, score: Float?) {
    (
      result.termNorms.indices.contains(term) ? result.termNorms[term] : nil,
      result.termScores.indices.contains(term) ? result.termScores[term] : nil
    )
  }
}

extension State {
  /// The query line as an expression.
  var expression: VectorExpression {
    let source = query.field.text
    return vectors.parsed.source == source ? vectors.parsed.expression : VectorExpression(source)
  }

  /// Brings selections and what is prepared for drawing in line.
  mutating func settleVectors(_ inner: Rect?) {
    guard let inner else { return }
    let source = query.field.text
    if vectors.parsed.source != source {
      vectors.parsed = .init(source: source, expression: VectorExpression(source))
    }
    vectors.term = min(max(0, vectors.term), max(0, vectors.parsed.expression.terms.count - 1))
    guard let answer = inquiries[.combination].shown else {
      vectors.shown = nil
      return
    }
    if vectors.shown?.source != answer {
      vectors.shown = ShownCombination(answer)
      vectors.rows.fit(count: vectors.shown?.result.list.neighbours.count ?? 0, height: vectors.rows.height)
      vectors.rows.select(0)
    }
    let layout = VectorsLayout(inner, hasAxis: vectors.shown?.hasAxis == true)
    vectors.rows.fit(
      count: vectors.shown?.result.list.neighbours.count ?? 0, height: layout.list.rows)
  }

  /// What the expression asks of the engine; nil where it has no meaning.
  func combinationRequest(_ recipe: Recipe) -> ViewRequest? {
    let expression = expression
    guard expressionFault == nil, !expression.sum.isEmpty, corpusStamp.indexed > 0 else { return nil }
    return .combination(
      CombinationRequest(
        terms: expression.sum, from: expression.axis?.from, to: expression.axis?.to, recipe: recipe,
        corpus: corpusStamp, top: Self.neighbourCount))
  }

  /// What is wrong with the expression; nil where nothing is.
  var expressionFault: String? {
    let expression = expression
    if let fault = expression.fault { return fault.sentence }
    let count = expression.sum.count
    return count > VectorsState.termLimit
      ? "there are \(count) terms of at most \(VectorsState.termLimit)" : nil
  }

  var selectedFound: NeighbourList.Neighbour? {
    guard let list = vectors.shown?.result.list.neighbours, let index = vectors.rows.selection,
      list.indices.contains(index)
    else { return nil }
    return list[index]
  }

  var vectorsUnavailable: String? {
    if let reason = modelUnavailable ?? corpusUnavailable { return reason }
    if query.field.isEmpty {
      return "the query is empty: type texts with + and - before them, or one -> another for an axis"
    }
    // The fault is said in the view, above what the expression before it found.
    if expressionFault != nil { return nil }
    return unavailable(.combination)
  }
}
