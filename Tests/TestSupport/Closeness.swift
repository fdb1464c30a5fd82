public import Testing

/// Expects two lists of numbers to agree element by element; a NaN on either side is a failure.
///
/// `stage` says in the message what is compared.
public func expectClose(
  _ found: [Float],
  _ expected: [Float],
  within tolerance: Float,
  stage: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(stage): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst = (index: -1, error: Float(0))
  for index in found.indices {
    let error = abs(found[index] - expected[index])
    if !(error <= tolerance), !(error <= worst.error) { worst = (index, error) }
  }
  guard worst.index >= 0 else { return }
  Issue.record(
    """
    \(stage): value \(worst.index) is \(found[worst.index]), expected \(expected[worst.index]) \
    (off by \(worst.error), allowed \(tolerance))
    """, sourceLocation: sourceLocation)
}
