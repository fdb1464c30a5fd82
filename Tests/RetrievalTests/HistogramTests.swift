import Retrieval
import TestSupport
import Testing

struct HistogramTests {
  // Made with numpy 2.4: histogram(values, bins).
  @Test func agreesWithNumpy() {
    let lengths = Histogram([3, 17, 5, 5, 9, 12, 4, 4, 8, 16], bins: 5)
    #expect(lengths.counts == [5, 1, 1, 1, 2] && lengths.range == 3...17)
    #expect(abs(lengths.bounds(of: 1).lowerBound - 5.8) < 1e-12)
    #expect(lengths.bounds(of: 4).upperBound == 17)
    // Values on the edges, which rounding could put on either side.
    let tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    #expect(Histogram(tenths, bins: 9).counts == [1, 2, 0, 1, 1, 2, 0, 1, 2])
    #expect(Histogram(tenths, bins: 10, over: 0...1).counts == [0, 1, 2, 0, 1, 2, 1, 0, 1, 2])
    let equal = Histogram([2, 2, 2], bins: 4)
    #expect(equal.counts == [0, 0, 3, 0] && equal.range == 1.5...2.5)
  }

  @Test func everyValueLiesWithinItsBin() {
    let values = SeededGenerator.fractions(2000, seed: 1).map { ($0 * 64).rounded() / 7 }
    for bins in [1, 2, 7, 64, 333] {
      let histogram = Histogram(values, bins: bins)
      for bin in 0..<bins {
        let bounds = histogram.bounds(of: bin)
        let expected = values.filter {
          Double($0) >= bounds.lowerBound
            && (Double($0) < bounds.upperBound || (bin == bins - 1 && Double($0) == bounds.upperBound))
        }
        #expect(histogram.counts[bin] == expected.count)
      }
      #expect(histogram.counts.reduce(0, +) == 2000)
    }
  }

  @Test func whatHasNoBinIsCounted() {
    let histogram = Histogram([1, .nan, .infinity, 3, -.infinity] as [Float], bins: 2)
    #expect(histogram.counts == [1, 1] && histogram.outside == 2 && histogram.notNumbers == 1)
    let shared = Histogram([1, 5, 9], bins: 2, over: 0...6)
    #expect(shared.counts == [1, 1] && shared.outside == 1)
  }

  @Test func ofNothingIsEmpty() {
    #expect(Histogram([Int](), bins: 3).counts == [0, 0, 0] && Histogram([Int](), bins: 3).range == 0...1)
    #expect(Histogram([Float.nan], bins: 1).counts == [0])
  }

  @Test func survivesTheWidestRange() {
    let widest = [-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude]
    #expect(Histogram(widest, bins: 2).counts.reduce(0, +) == 3)
    #expect(Histogram([1e300, 1e300], bins: 2).counts.reduce(0, +) == 2)
    #expect(Histogram([Int.min, .max], bins: 4).counts == [1, 0, 0, 1])
  }
}
