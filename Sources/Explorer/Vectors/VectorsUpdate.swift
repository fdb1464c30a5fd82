import Recipes
import Screen

extension State {
  mutating func moveInVectors(_ key: Key) {
    let last = max(0, expression.terms.count - 1)
    switch key {
    case .left: vectors.term = max(0, vectors.term - 1)
    case .right: vectors.term = min(last, vectors.term + 1)
    default: _ = vectors.rows.apply(KeyPress(key))
    }
  }

  /// Changes the weight of the selected term by a step; the query line is rewritten.
  mutating func weigh(by step: Float) {
    let terms = expression.terms
    guard terms.indices.contains(vectors.term) else { return }
    let term = terms[vectors.term]
    let weight = WeightText.rounded(term.weight + step)
    if let text = VectorExpression.rewriting(query.field.text, term: vectors.term, weight: weight) {
      query.field.replace(with: text)
    } else {
      notice = .hint(
        "“\(term.text.prefixOnOneLine(30).truncated(to: 30))” cannot be written with this weight")
    }
  }

  var weighingUnavailable: String? {
    if let fault = expressionFault { return fault }
    return expression.terms.isEmpty ? "there is no term: type one with + before it" : nil
  }

  /// Opens the selected text to read it whole.
  mutating func readFound() {
    guard let neighbour = selectedFound, let shown = vectors.shown, let rank = vectors.rows.selection else {
      return
    }
    popup = .text(TextPopup(neighbour: neighbour, metric: shown.result.list.metric, rank: rank + 1))
  }
}
