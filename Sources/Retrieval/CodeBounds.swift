import Kernels
import Recipes

/// Bounds of the scores of coded rows against one query.
///
/// **What is bounded** is the score that a search by f32 gives, its rounding included, or a number in the same order: the
/// score itself, by euclidean distance minus half of the squared distance as the f32 kernel gives it (the key).
///
/// Notation: a row x, the center μ, y = x − μ (by cosine x / ‖x‖ − μ), its code ŷ = s · c with −127 ≤ cᵢ ≤ 127 and
/// the residual ρ ≥ ‖y − ŷ‖; the query q; d dimensions; u = 2⁻²⁴. The scan sums whole numbers exactly: D = Σ cᵢQᵢ, where
/// p ≈ t · Q and ε = ‖p − t · Q‖. ‖c‖ ≤ 127 √d.
///
/// **Dot product**, p = q. q·x = q·μ + s · t · D + s · (p − tQ)·c + q·(y − ŷ), hence by Cauchy and Schwarz
/// |q·x − (q·μ + s · t · D)| ≤ s · ε · 127 √d + ‖q‖ ρ. The f32 kernel errs by κ Σ|qᵢxᵢ| ≤ κ ‖q‖ (‖μ‖ + s · 127 √d + ρ) with
/// κ = (d / 4 + 8) u, and by 2⁻¹⁴⁹ for each product that underflows.
///
/// **Cosine**, p = q / ‖q‖: the same of x / ‖x‖. The score is the f32 dot product over both norms, of which the row's comes
/// from an f32 sum of squares: κ + κ / 2 · (1 + κ) + u ≤ 2κ + 2u in all.
///
/// **Euclidean**, p = q − μ. −‖q − x‖² / 2 = −‖p‖² / 2 − ‖y‖² / 2 + p·y, with the row's offset −‖y‖² / 2 stored and p·y as above.
/// The f32 sum of squares has terms of one sign and errs by κ′ = (d / 4 + 10) u relative; two keys that differ by 4u relative
/// have different square roots in f32, so κ′ is taken as (d / 4 + 16) u. ‖q − x‖² / 2 ≤ ‖p‖² + ‖y‖².
///
/// **Manhattan**, p = q − μ. The residual is ρ ≥ ‖y − ŷ‖₁, hence |‖p − y‖₁ − ‖p − ŷ‖₁| ≤ ρ. On the scale s of a level, p / s is cut
/// to −127…127, where |p / s − c| = |cut − c| + |p / s − cut| exactly, and rounded to whole numbers P: ‖p − ŷ‖₁ is
/// s · (Σ|P − c| + X) with X = Σ|p / s − cut|, within s · R for R = Σ|cut − P|. The f32 kernel errs by κ ‖q − x‖₁ relative, at most
/// κ (‖p‖₁ + s · 127 d + ρ).
///
/// **Evaluation.** All these have the form base + offset · ω + s · (t · D + raise) + ρ · η. In f32 that is eight roundings at most,
/// each within u of the sum of the magnitudes of the terms: every magnitude is counted with 2⁻²⁰ more, and d · 2⁻¹⁴⁸
/// covers what underflows. What is computed here is in f64. Rows and queries beyond 2⁵⁰, and by cosine or dot product
/// queries near zero, have no bound: they are scored by f32, all of them.
struct CodeBounds: Sendable {
  let query: CodeQuery
  /// Of keys, for the scan.
  let upper: CodeBound
  /// What the codes are multiplied with, [dimensions]; by manhattan distance for their signs only.
  let direction: [Double]
  /// What every key has besides.
  let base: Float
  private let metric: Metric
  /// The same form for lower bounds, in f64.
  private let lowerBase: Double
  private let lowerOffsetFactor: Double
  private let lowerRaises: [Double]

  private static let unit = 0x1p-24
  private static let evaluation = 0x1p-20

  /// Nil where the query has no code: every row can win.
  init?(_ query: [Float], metric: Metric, center: [Float], levels: [UInt8]) {
    let values = query.map { Double($0) }
    let greatest = values.reduce(0) { max($0, $1.magnitude) }
    guard !query.isEmpty, query.count <= 1 << 20, greatest <= 0x1p50, values.allSatisfy(\.isFinite) else {
      return nil
    }
    switch metric {
    case .dot where greatest < 0x1p-50: return nil
    case .cosine where values.norm < 0x1p-40: return nil
    default: break
    }
    let center = center.map { Double($0) }
    if metric == .manhattan {
      self.init(manhattan: zip(values, center).map { $0 - $1 }, levels: levels)
    } else {
      self.init(values, metric, center)
    }
  }

  private init(_ query: [Double], _ metric: Metric, _ center: [Double]) {
    self.metric = metric
    let count = Double(query.count)
    let kappa = (count / 4 + 12) * Self.unit
    let norm = query.norm
    let p: [Double] =
      switch metric {
      case .cosine: query.map { $0 / norm }
      case .euclidean: zip(query, center).map { $0 - $1 }
      default: query
      }
    direction = p
    let (whole, step) = Self.whole(p)
    let rest = zip(p, whole).map { $0 - Double(step) * Double($1) }.norm
    self.query = CodeQuery(values: whole)
    let codeNorm = 127 * count.squareRoot()
    var (base, error, offset) = (zip(p, center).reduce(0) { $0 + $1.0 * $1.1 }, count * 0x1p-148, 0.0)
    var raise = rest * codeNorm
    var residual = p.norm
    switch metric {
    case .euclidean:
      let relative = (count / 4 + 16) * Self.unit
      base = -residual * residual / 2
      error += relative * residual * residual
      offset = 2 * relative
    case .cosine: error += 2 * kappa + 0x1p-22
    default:
      error += kappa * norm * center.norm
      raise += kappa * norm * codeNorm
      residual *= 1 + kappa
    }
    error += Self.evaluation * (base.magnitude + error)
    let largest = whole.reduce(0) { $0 + Int($1.magnitude) }
    raise += Self.evaluation * (raise + 127 * Double(step) * Double(largest))
    residual *= 1 + Self.evaluation
    offset += Self.evaluation
    upper = CodeBound(
      base: Float(base + error).nextUp, offsetFactor: metric == .euclidean ? Float(1 - offset).nextDown : 0,
      step: step, residualFactor: Float(residual).nextUp, raises: [Float(raise).nextUp])
    self.base = Float(base)
    lowerBase = base - error
    lowerOffsetFactor = metric == .euclidean ? 1 + offset : 0
    lowerRaises = [raise]
  }

  /// p as whole numbers times a step, as fine as sums of codes allow.
  private static func whole(_ p: [Double]) -> (values: [Int16], step: Float) {
    let greatest = p.reduce(0) { max($0, $1.magnitude) }
    let sum = p.reduce(0) { $0 + $1.magnitude }
    let room = Double(Int32.max) / 127 - Double(p.count)
    let step = Float(max(greatest / Double(CodeQuery.limit), sum / room)).nextUp
    guard step > 0x1p-100 else { return ([Int16](repeating: 0, count: p.count), 0) }
    return (p.map { Int16(($0 / Double(step)).rounded()) }, step)
  }

  private init(manhattan p: [Double], levels: [UInt8]) {
    metric = .manhattan
    direction = p
    base = Float(-p.norm * p.norm / 2)
    let count = Double(p.count)
    let kappa = (count / 4 + 12) * Self.unit
    let sum = p.reduce(0) { $0 + $1.magnitude }
    var raises = [Double](repeating: .infinity, count: 256)
    var lowerRaises = [Double](repeating: -.infinity, count: 256)
    query = CodeQuery(
      count: p.count,
      levels: levels.map { level in
        let scale = Double(CodedRows.scale(level: level))
        let cut = p.map { min(127, max(-127, $0 / scale)) }
        let whole = cut.map { Int8($0.rounded()) }
        let excess = zip(p, cut).reduce(0) { $0 + ($1.0 / scale - $1.1).magnitude }
        let rounding = zip(cut, whole).reduce(0) { $0 + ($1.0 - Double($1.1)).magnitude }
        let error = rounding + kappa * 127 * count + Self.evaluation * (255 * count + excess + rounding)
        raises[Int(level)] = -excess + error
        lowerRaises[Int(level)] = -excess - error
        return (level, whole)
      })
    let error = (kappa * sum + count * 0x1p-148) * (1 + Self.evaluation)
    upper = CodeBound(
      base: Float(error).nextUp, step: 1, residualFactor: Float(1 + kappa + Self.evaluation).nextUp,
      raises: raises.map { Float($0).nextUp })
    lowerBase = -error
    lowerOffsetFactor = 0
    self.lowerRaises = lowerRaises
  }

  /// A number that the key of a row is not below; NaN or −infinity where nothing is known.
  func lower(_ row: (scale: Float, residual: Float, offset: Float, level: UInt8), sum: Int32) -> Float {
    let scale = Double(row.scale)
    let dot = Double(upper.step) * Double(sum)
    var bound =
      lowerBase + lowerOffsetFactor * Double(row.offset) - Double(upper.residualFactor) * Double(row.residual)
    bound +=
      metric == .manhattan ? scale * (dot + lowerRaises[Int(row.level)]) : scale * (dot - lowerRaises[0])
    return Float(bound).nextDown
  }

  /// The best score that a row with an upper bound of its key can have.
  func bestScore(_ upper: Float) -> Float {
    if upper.isNaN { return .infinity }
    guard metric == .euclidean else { return upper }
    return Float(-max(0, -2 * Double(upper)).squareRoot() * (1 - 0x1p-22)).nextUp
  }

  /// The key between the bounds of a row; NaN where the row has no code.
  func key(_ row: (scale: Float, residual: Float, offset: Float, level: UInt8), sum: Int32) -> Float {
    guard row.residual.isFinite else { return .nan }
    let dot = Double(upper.step) * Double(sum)
    guard metric == .manhattan else {
      return Float((Double(upper.base) + lowerBase) / 2 + Double(row.offset) + Double(row.scale) * dot)
    }
    let level = Int(row.level)
    return Float(Double(row.scale) * (dot + (Double(upper.raises[level]) + lowerRaises[level]) / 2))
  }

  /// The score that a key stands for.
  func score(key: Float) -> Float {
    metric == .euclidean ? -max(0, -2 * key).squareRoot() : key
  }
}
