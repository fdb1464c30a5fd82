internal import Foundation

/// The similarity of two points of a UMAP layout by their distance x: 1 / (1 + a·x^(2b)).
struct UMAPCurve {
  private(set) var a: Double
  private(set) var b: Double

  /// Fits the curve to 1 up to the minimum distance and exp(−(x − minimum) / spread) beyond, at 300 points up to
  /// three spreads.
  ///
  /// Least squares by Levenberg and Marquardt, in units of the spread.
  init(minimumDistance: Double, spread: Double) {
    let points = (0..<300).map { index in
      let x = 3 * Double(index) / 299
      let beyond = x - minimumDistance / spread
      return (x: x, y: beyond < 0 ? 1 : Foundation.exp(-beyond))
    }
    (a, b) = (1, 1)
    var (damping, error) = (1e-3, squaredError(points))
    for _ in 0..<200 {
      let before = (a: a, b: b)
      let step = self.step(points, damping)
      a += step.a
      b += step.b
      let found = squaredError(points)
      if a > 0, b > 0, found <= error {
        damping /= 10
        let isSettled = error - found <= 1e-15 * error
        error = found
        if isSettled { break }
      } else {
        (a, b) = before
        damping *= 10
        if damping > 1e20 { break }
      }
    }
    a /= Foundation.pow(spread, 2 * b)
  }

  private func squaredError(_ points: [(x: Double, y: Double)]) -> Double {
    points.reduce(0) { sum, point in
      let residual = 1 / (1 + a * Foundation.pow(point.x, 2 * b)) - point.y
      return sum + residual * residual
    }
  }

  /// The damped step of Gauss and Newton.
  private func step(_ points: [(x: Double, y: Double)], _ damping: Double) -> (a: Double, b: Double) {
    var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, y) in points where x > 0 {
      let power = Foundation.pow(x, 2 * b)
      let value = 1 / (1 + a * power)
      let slopeA = -power * value * value
      let slopeB = 2 * Foundation.log(x) * a * slopeA
      let residual = value - y
      aa += slopeA * slopeA
      ab += slopeA * slopeB
      bb += slopeB * slopeB
      ra += slopeA * residual
      rb += slopeB * residual
    }
    aa *= 1 + damping
    bb *= 1 + damping
    let determinant = aa * bb - ab * ab
    guard determinant > 0 else { return (0, 0) }
    return ((ab * rb - bb * ra) / determinant, (ab * ra - aa * rb) / determinant)
  }
}

/// What pulls and pushes two points of a UMAP layout, by their squared distance.
///
/// Interpolated in a table with 128 steps for each doubling of the squared distance, within 10⁻⁴ of the formulas: a
/// power for each of some hundred million pairs would take most of the time.
struct UMAPForces {
  private static let (lowest, highest): (Float, Float) = (0x1p-40, 0x1p40)
  private static let shift = UInt32(16)
  private let attractions: [Float]
  private let repulsions: [Float]

  init(_ curve: UMAPCurve) {
    let start = Self.lowest.bitPattern >> Self.shift
    let end = Self.highest.bitPattern >> Self.shift
    let squares = (start...end + 1).map { Double(Float(bitPattern: $0 << Self.shift)) }
    attractions = squares.map { squared in
      let power = Foundation.pow(squared, curve.b)
      return Float(-2 * curve.a * curve.b * power / squared / (curve.a * power + 1))
    }
    repulsions = squares.map { squared in
      let power = Foundation.pow(squared, curve.b)
      return Float(2 * curve.b / ((0.001 + squared) * (curve.a * power + 1)))
    }
  }

  /// Calls `body` with functions that give the factor of the difference of two points.
  @inline(__always)
  func withTables<R>(_ body: (_ attraction: Table, _ repulsion: Table) -> R) -> R {
    attractions.withUnsafeBufferPointer { attractions in
      repulsions.withUnsafeBufferPointer { repulsions in
        body(Table(values: attractions), Table(values: repulsions))
      }
    }
  }

  struct Table {
    fileprivate let values: UnsafeBufferPointer<Float>

    @inline(__always)
    subscript(squared: Float) -> Float {
      let bits = min(max(squared, UMAPForces.lowest), UMAPForces.highest).bitPattern
      let index = Int((bits - UMAPForces.lowest.bitPattern) >> UMAPForces.shift)
      let part = Float(bits & 0xffff) * 0x1p-16
      return values[index] + part * (values[index + 1] - values[index])
    }
  }
}
