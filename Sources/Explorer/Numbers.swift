import Recipes

/// How numbers are written: one place, so that the whole screen agrees.
enum Numbers {
  /// A whole number with its thousands apart: `1,240`.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return (number < 0 ? "-" : "") + result
  }

  /// A number with so many digits after the point; `nan`, `inf` and `-inf` as they are.
  static func fixed(_ number: Double, digits: Int) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded(.toNearestOrEven)
    guard scaled < 9e15 else { return "\(number)" }
    let all = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, digits + 1 - all.count)) + all
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + padded }
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// A score as the user reads it, in at most six columns: `.712`, `-.050`, `1.000`, `12.34`, `123.4`.
  ///
  /// Distances are negated scores and are shown as the distances that they are.
  static func score(_ score: Float, _ metric: Metric) -> String {
    value(metric.isDistance ? -score : score)
  }

  /// A number of the size of a score.
  static func value(_ number: Float) -> String {
    let number = Double(number)
    let size = number.magnitude
    guard size < 1000 else { return size < 100_000 ? fixed(number, digits: 0) : exponent(number) }
    let text = fixed(number, digits: size < 10 ? 3 : size < 100 ? 2 : 1)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    if text.hasPrefix("-0.") { return "-" + text.dropFirst(2) }
    return text
  }

  /// How near to 1 a cosine is, in four digits, rounded down: only equality is `1.0000`.
  static func nearness(_ cosine: Float) -> String {
    let text = fixed((Double(cosine) * 10_000).rounded(.down) / 10_000, digits: 4)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text
  }

  /// A large number by its first digit: `1e5`, `-3e12`.
  private static func exponent(_ number: Double) -> String {
    guard number.isFinite else { return fixed(number, digits: 0) }
    var mantissa = number.magnitude
    var power = 0
    while mantissa >= 9.5 {
      mantissa /= 10
      power += 1
    }
    return (number < 0 ? "-" : "") + fixed(mantissa, digits: 0) + "e\(power)"
  }

  /// A percentile: `p99.2`.
  static func percentile(_ percentile: Float) -> String {
    // 99.97 must not read as p100.0: only the very top is 100.
    let shown = percentile >= 100 ? 100 : min(percentile, 99.9)
    return "p" + fixed(Double(shown), digits: 1)
  }

  /// A duration: `3.1 ms`, `240 ms`, `1.2 s`.
  static func milliseconds(_ milliseconds: Double) -> String {
    if milliseconds >= 1000 { return fixed(milliseconds / 1000, digits: 1) + " s" }
    return fixed(milliseconds, digits: milliseconds < 100 ? 1 : 0) + " ms"
  }

  /// A time that is left, roughly: `~12 s`, `~3 min`, `~2 h`.
  static func estimate(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "" }
    if seconds < 90 { return "~" + fixed(seconds.rounded(.up), digits: 0) + " s" }
    if seconds < 5400 { return "~" + fixed(seconds / 60, digits: 0) + " min" }
    return "~" + fixed(seconds / 3600, digits: 0) + " h"
  }

  /// An amount of data: `512 B`, `43.1 MB`.
  static func bytes(_ count: Int) -> String {
    var size = Double(max(0, count))
    for unit in ["B", "kB", "MB", "GB"] {
      if size < 1000 { return fixed(size, digits: unit == "B" ? 0 : 1) + " " + unit }
      size /= 1000
    }
    return fixed(size, digits: 1) + " TB"
  }

  /// A number of things: `1 text`, `1,240 texts`.
  static func count(_ number: Int, _ noun: String) -> String {
    grouped(number) + " " + noun + (number == 1 ? "" : "s")
  }
}
