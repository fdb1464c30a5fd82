public import Kernels

/// Where a vector that was not laid out belongs: the mean of the positions of its nearest rows, by membership.
///
/// As umap-learn's `transform` places new vectors at first: each weight is the fuzzy membership
/// exp(−(d − d₁) / σ), where d − d₁ is by how much a score is below the best one's (so that scores of every metric
/// can be given), and σ is such that the memberships sum to log₂(rows + 1); the weights are then divided by their sum.
/// Scores that are not finite are left out. Nil where none remains, or a position is not finite.
public func place(_ nearest: [Neighbour], in layout: Matrix) -> (x: Float, y: Float)? {
  precondition(layout.columns == 2, "positions of \(layout.columns) numbers")
  let rows = nearest.filter(\.score.isFinite).sorted(by: Neighbour.precedes)
  guard let best = rows.first else { return nil }
  let beyond = rows.map { Double(best.score) - Double($0.score) }
  let mean = beyond.reduce(0, +) / Double(beyond.count)
  let membership = FuzzyMembership(beyond, typical: mean, nearest: 0)
  var (x, y, sum) = (0.0, 0.0, 0.0)
  for (row, distance) in zip(rows, beyond) {
    let position = layout.row(row.row)
    let weight = membership.strength(distance)
    x += weight * Double(position[0])
    y += weight * Double(position[1])
    sum += weight
  }
  let place = (x: Float(x / sum), y: Float(y / sum))
  return place.x.isFinite && place.y.isFinite ? place : nil
}
