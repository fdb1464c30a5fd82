/// Mean, standard deviation and skewness of all values, in f64.
struct Moments {
  let mean: Double
  let standardDeviation: Double
  /// Third central moment over the cubed standard deviation (`scipy.stats.skew`); nil where all values are equal.
  let skewness: Double?

  /// Nil of nothing.
  init?(_ values: some Collection<some BinaryFloatingPoint>) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    var (squares, cubes) = (0.0, 0.0)
    for value in values {
      let difference = Double(value) - mean
      squares += difference * difference
      cubes += difference * difference * difference
    }
    self.mean = mean
    standardDeviation = (squares / count).squareRoot()
    skewness =
      standardDeviation == 0
      ? nil : cubes / count / (standardDeviation * standardDeviation * standardDeviation)
  }
}
