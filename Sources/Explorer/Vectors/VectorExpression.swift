/// Weighted texts to add, and an axis between two texts, as the query line says them.
///
/// `king -man +1.5 woman` is a sum of three texts, `cheap -> dear` an axis.
///
/// - A sign is a `+` or `-` at the start or behind white space, with something other than white space behind
///   it: the hyphen of `well-known` and that of `this - that` are text.
/// - A number directly behind a sign, with white space and a text behind it, is the term's weight; `+3` alone
///   is the text `3`, and `+"3 musketeers"` keeps its number.
/// - What stands before the first sign is a term of weight 1.
/// - `->` at the start or behind white space makes an axis: it leads from the term before it to the text behind
///   it, which ends at the next sign. That term is no part of the sum, unless there is no other: then the sum
///   is the axis' own direction.
/// - Between `"` and `"` nothing is a sign. A text that is in quotes as a whole loses them.
///
/// Every text can be read; what has no meaning is a fault, and no part of the text is lost.
struct VectorExpression: Equatable, Sendable {
  struct Term: Equatable, Sendable {
    var weight: Float
    var text: String
    /// Where sign and number are in the source, in Unicode scalars; empty before the first sign.
    var prefix: Range<Int>
    /// Where the text is in the source, in Unicode scalars, its quotes included.
    var body: Range<Int>
  }

  struct Axis: Equatable, Sendable {
    var from: String
    var to: String
  }

  enum Fault: Equatable, Sendable {
    case emptyTerm
    case emptyEnd
    case secondArrow
    case openQuote
    case weightedEnd(String)
    case weightTooLarge(String)
  }

  /// In the order of the source; those of an axis are not among them.
  private(set) var terms: [Term] = []
  private(set) var axis: Axis?
  /// The first thing that has no meaning; nil where all has one.
  private(set) var fault: Fault?

  /// The largest weight: beyond it the other terms are lost in rounding.
  static let weightLimit: Float = 1000
}

extension VectorExpression.Fault {
  /// What is wrong and how it is written right.
  var sentence: String {
    switch self {
    case .emptyTerm: "a term has no text: write one behind its sign"
    case .emptyEnd: "an axis needs a text on both sides of ->, such as cheap -> dear"
    case .secondArrow: "there is one axis only: take one of the -> away, or put it in quotes"
    case .openQuote: "a quote is open: close it with \""
    case .weightedEnd(let text): "the axis begins at “\(text)”, which can have no weight"
    case .weightTooLarge(let number):
      "the weight \(number) is too large: at most \(Int(VectorExpression.weightLimit))"
    }
  }
}

extension VectorExpression {
  /// Reads an expression.
  /// - Complexity: O(scalars)
  init(_ source: String) {
    let scalars = Array(source.unicodeScalars)
    let marks = Self.marks(scalars)
    if marks.isOpen { fault = .openQuote }
    // Segments begin at marks; the first one at the start has none.
    var starts = marks.places
    if starts.first?.place != 0 { starts.insert((0, false), at: 0) }
    var segments: [Segment] = []
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1].place : scalars.count
      segments.append(Segment(scalars, start.place..<end, isArrow: start.isArrow))
    }
    // Before the first sign there may be nothing.
    if let first = segments.first, !first.isSigned, !first.isArrow, first.body.isEmpty {
      segments.removeFirst()
    }
    combine(segments)
  }

  /// Where signs and arrows are, outside of quotes.
  private static func marks(
    _ scalars: [Unicode.Scalar]
  ) -> (places: [(place: Int, isArrow: Bool)], isOpen: Bool) {
    var places: [(place: Int, isArrow: Bool)] = []
    var isQuoted = false
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\"" { isQuoted.toggle() }
      guard !isQuoted, scalar == "+" || scalar == "-" else { continue }
      guard index == 0 || scalars[index - 1].properties.isWhitespace, index + 1 < scalars.count else {
        continue
      }
      let next = scalars[index + 1]
      if next.properties.isWhitespace { continue }
      places.append((index, scalar == "-" && next == ">"))
    }
    return (places, isQuoted)
  }

  private mutating func combine(_ segments: [Segment]) {
    func note(_ new: Fault) { fault = fault ?? new }
    for segment in segments where !segment.isArrow {
      if segment.text.isEmpty { note(.emptyTerm) }
      if !(abs(segment.weight) <= Self.weightLimit) { note(.weightTooLarge(segment.number)) }
      terms.append(
        Term(weight: segment.weight, text: segment.text, prefix: segment.prefix, body: segment.body))
    }
    guard let arrow = segments.firstIndex(where: \.isArrow) else { return }
    if segments.dropFirst(arrow + 1).contains(where: \.isArrow) { note(.secondArrow) }
    let to = segments[arrow].text
    guard arrow > 0, !to.isEmpty else {
      note(.emptyEnd)
      axis = Axis(from: "", to: to)
      return
    }
    let from = terms.remove(at: arrow - 1)
    if from.weight != 1 { note(.weightedEnd(from.text)) }
    axis = Axis(from: from.text, to: to)
  }

  /// From one mark to the next.
  private struct Segment {
    var isArrow: Bool
    var isSigned = false
    var weight: Float = 1
    var number = ""
    var prefix: Range<Int>
    var body: Range<Int>
    var text: String

    init(_ scalars: [Unicode.Scalar], _ range: Range<Int>, isArrow: Bool) {
      self.isArrow = isArrow
      var start = range.lowerBound
      if isArrow {
        start += 2
      } else if start < range.upperBound, scalars[start] == "+" || scalars[start] == "-",
        start + 1 < scalars.count, !scalars[start + 1].properties.isWhitespace
      {
        isSigned = true
        weight = scalars[start] == "-" ? -1 : 1
        start += 1
        if let (size, end) = Self.number(scalars, start..<range.upperBound) {
          number = String(String.UnicodeScalarView(scalars[start..<end]))
          weight *= size
          start = end
        }
      }
      body = Self.trimmed(scalars, start..<range.upperBound)
      prefix = range.lowerBound..<(isSigned || isArrow ? body.lowerBound : range.lowerBound)
      var inner = body
      if inner.count >= 2, scalars[inner.lowerBound] == "\"", scalars[inner.upperBound - 1] == "\"",
        !scalars[inner.lowerBound + 1..<inner.upperBound - 1].contains("\"")
      {
        inner = inner.lowerBound + 1..<inner.upperBound - 1
      }
      text = String(String.UnicodeScalarView(scalars[inner]))
    }

    /// A number with white space and a text behind it.
    private static func number(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> (Float, Int)? {
      var end = range.lowerBound
      while end < range.upperBound, ("0"..."9").contains(scalars[end]) || scalars[end] == "." { end += 1 }
      guard end > range.lowerBound, end < range.upperBound, !trimmed(scalars, end..<range.upperBound).isEmpty,
        scalars[end].properties.isWhitespace || scalars[end] == "\"",
        let size = Float(String(String.UnicodeScalarView(scalars[range.lowerBound..<end])))
      else { return nil }
      return (size, end)
    }

    private static func trimmed(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> Range<Int> {
      var (start, end) = (range.lowerBound, range.upperBound)
      while start < end, scalars[start].properties.isWhitespace { start += 1 }
      while end > start, scalars[end - 1].properties.isWhitespace { end -= 1 }
      return start..<end
    }
  }
}

extension VectorExpression {
  /// What is added: the terms, or where there are none, the direction of the axis.
  var sum: [CombinationRequest.Term] {
    if terms.isEmpty, let axis {
      return [.init(weight: 1, text: axis.to), .init(weight: -1, text: axis.from)]
    }
    return terms.map { .init(weight: $0.weight, text: $0.text) }
  }

  /// The source with another weight for one term; nil where it cannot be written.
  ///
  /// Nothing else of the source changes, except for quotes where the text would be read as something else.
  static func rewriting(_ source: String, term index: Int, weight: Float) -> String? {
    let before = VectorExpression(source)
    guard before.terms.indices.contains(index), abs(weight) <= weightLimit else { return nil }
    let term = before.terms[index]
    let scalars = Array(source.unicodeScalars)
    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
    let prefix = term.prefix.isEmpty ? term.body.lowerBound..<term.body.lowerBound : term.prefix
    let start = text(0..<prefix.lowerBound)
    let end = text(term.body.upperBound..<scalars.count)
    let sign = weight < 0 ? "-" : "+"
    let size = WeightText.size(weight)
    var wanted = before
    wanted.terms[index].weight = WeightText.rounded(weight)
    for body in [text(term.body), "\"\(term.text)\""] {
      for number in abs(WeightText.rounded(weight)) == 1 ? ["", size + " "] : [size + " "] {
        let candidate = start + sign + number + body + end
        let read = VectorExpression(candidate)
        if read.sum == wanted.sum, read.axis == wanted.axis, read.fault == wanted.fault { return candidate }
      }
    }
    return nil
  }
}

/// How weights are written.
enum WeightText {
  /// The nearest hundredth: what steps of a tenth add up to is no longer a tenth.
  static func rounded(_ weight: Float) -> Float {
    let hundredths = (weight * 100).rounded()
    return hundredths == 0 ? 0 : hundredths / 100
  }

  /// Without sign: `1.5`, `0.25`, `2`.
  static func size(_ weight: Float) -> String {
    var text = Numbers.fixed(Double(abs(rounded(weight))), digits: 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// With its sign: `+1.5`, `-0.25`.
  static func signed(_ weight: Float) -> String { (weight < 0 ? "-" : "+") + size(weight) }
}
