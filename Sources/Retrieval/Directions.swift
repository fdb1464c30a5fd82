public import Kernels

/// Where rows lie along the direction from `a` to `b`: 0 at `a`, 1 at `b`, below and beyond outside of them.
///
/// The orthogonal projection on the line through both, (row − a)·(b − a) / |b − a|², in f64. Nil where `a` and `b` are
/// equal, since that is no direction; NaN where a value is not a number.
public func axisPositions(_ rows: Matrix, from a: [Float], to b: [Float]) -> [Float]? {
  precondition(a.count == b.count, "axisPositions: lengths differ (\(a.count) and \(b.count))")
  precondition(a.count == rows.columns, "an axis of \(a.count) for rows of \(rows.columns)")
  guard a != b || a.contains(where: \.isNaN) else { return nil }
  let start = a.map { Double($0) }
  let axis = zip(a, b).map { Double($1) - Double($0) }
  let squared = axis.reduce(0) { $0 + $1 * $1 }
  return rows.withUnsafeValues { values in
    (0..<rows.rows).map { row in
      let base = row * start.count
      var sum = 0.0
      for column in start.indices { sum += (Double(values[base + column]) - start[column]) * axis[column] }
      return Float(sum / squared)
    }
  }
}

/// The sum of the rows, each times its weight, `[columns]`; added in f64.
///
/// Not normalised.
public func weightedSum(_ vectors: Matrix, weights: [Float]) -> [Float] {
  precondition(weights.count == vectors.rows, "\(weights.count) weights for \(vectors.rows) vectors")
  var sums = [Double](repeating: 0, count: vectors.columns)
  for (row, weight) in weights.enumerated() {
    for (column, value) in vectors.row(row).enumerated() { sums[column] += Double(weight) * Double(value) }
  }
  return sums.map { Float($0) }
}
