extension BackgroundSummary {
  /// The largest percentage of the background's scores that a score is known to reach; nil for what is no
  /// number.
  ///
  /// The quantiles are whole percents, so this is the percentile rounded down.
  func percentile(of score: Float) -> Int? {
    guard score.isFinite, quantiles.count == 101 else { return nil }
    var low = 0
    var high = quantiles.count
    while low < high {
      let middle = (low + high) / 2
      if quantiles[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}
