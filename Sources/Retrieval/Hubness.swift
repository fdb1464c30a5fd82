/// How often each row is among the nearest of the others (k-occurrence; Radovanović, Nanopoulos and Ivanović 2010).
///
/// A row that is among the nearest of very many others is a hub: it matches nearly everything, and says little.
public struct Hubness: Equatable, Sendable {
  /// For each row, how many others have it among their nearest.
  public let counts: [Int]
  /// NaN without rows.
  public let mean: Double
  /// NaN without rows.
  public let standardDeviation: Double
  /// The skewness of the counts, `scipy.stats.skew`: about 0 without hubs; nil where all counts are equal.
  public let skewness: Double?

  /// Counts the rows in lists of nearest neighbours, `[lists, k]`: one for each row, or for some queries.
  ///
  /// The lists leave the row itself out, and have −1 where there is no neighbour.
  public init(occurrences neighbours: [Int32], rows: Int, k: Int) {
    precondition(
      rows >= 0 && k >= 0 && (k == 0 ? neighbours.isEmpty : neighbours.count.isMultiple(of: k)),
      "\(neighbours.count) neighbours in lists of \(k)")
    var counts = [Int](repeating: 0, count: rows)
    for row in neighbours where row != -1 {
      precondition(counts.indices.contains(Int(row)), "neighbour \(row) of \(rows) rows")
      counts[Int(row)] += 1
    }
    let moments = Moments(counts.map { Double($0) })
    self.counts = counts
    mean = moments?.mean ?? .nan
    standardDeviation = moments?.standardDeviation ?? .nan
    skewness = moments?.skewness
  }

  /// Whether a row occurs more often than the mean plus two standard deviations, the customary bound.
  public func isHub(_ row: Int) -> Bool { Double(counts[row]) > mean + 2 * standardDeviation }
}
