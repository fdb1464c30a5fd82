/// Spearman's rank correlation of two lists, −1 to 1, as `scipy.stats.spearmanr`: equal values share their mean rank.
///
/// Nil where one of them does not vary, for fewer than two values, and where a value is not a number.
/// - Complexity: O(values · log(values)).
public func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double? {
  precondition(a.count == b.count, "\(a.count) values against \(b.count)")
  guard let x = ranks(a), let y = ranks(b), a.count > 1 else { return nil }
  let mean = Double(a.count + 1) / 2
  var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
  for (x, y) in zip(x, y) {
    products += (x - mean) * (y - mean)
    squaresX += (x - mean) * (x - mean)
    squaresY += (y - mean) * (y - mean)
  }
  guard squaresX > 0, squaresY > 0 else { return nil }
  return products / (squaresX * squaresY).squareRoot()
}

/// Ranks from 1, those of equal values averaged; nil where a value is not a number.
private func ranks(_ values: [Double]) -> [Double]? {
  guard !values.contains(where: \.isNaN) else { return nil }
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
    start = end
  }
  return ranks
}
