/// A regular expression of the simplest kind: one set of scalars, so many times.
///
/// These are what tokenizers replace in practice: ` {2,}`, `\s+`, `[\r\n]`. They mean what they mean to the
/// library Oniguruma, which the reference implementation uses: the match is the leftmost and longest.
struct RepeatedScalar: Sendable, Equatable {
  /// One element of the set.
  enum Element: Sendable, Equatable {
    case whiteSpace
    case scalars(ClosedRange<UInt32>)
  }

  var elements: [Element]
  /// Whether the set is all that is not in `elements`.
  var isNegated = false
  /// At least 1, so that no match is empty.
  var minimum = 1
  var maximum = 1

  @inline(__always)
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isElement = elements.contains {
      switch $0 {
      case .whiteSpace: scalar.isWhitespace
      case .scalars(let range): range.contains(scalar.value)
      }
    }
    return isElement != isNegated
  }

  /// The end of the match that begins at a place; nil where there is none.
  @inline(__always)
  func matchEnd(in scalars: [Unicode.Scalar], at start: Int) -> Int? {
    var end = start
    while end < scalars.count, end - start < maximum, contains(scalars[end]) { end += 1 }
    return end - start >= minimum ? end : nil
  }
}

extension NormalizedText {
  /// Replaces each match; the content has the source of the match's last scalar.
  mutating func replace(_ pattern: RepeatedScalar, with content: [Unicode.Scalar]) {
    guard let first = scalars.firstIndex(where: pattern.contains) else { return }
    var builder = Builder(self, upTo: first)
    var index = first
    while index < scalars.count {
      let end = pattern.matchEnd(in: scalars, at: index) ?? index
      if end > index {
        let source = sourceEntry(end - 1)
        for scalar in content { builder.append(scalar, from: source) }
        index = end
      } else {
        // What is too short to match here is too short everywhere in the same run.
        repeat {
          builder.append(scalars[index], from: sourceEntry(index))
          index += 1
        } while index < scalars.count && pattern.contains(scalars[index])
          && pattern.contains(scalars[index - 1])
      }
    }
    self = builder.text
  }
}

extension RepeatedScalar {
  /// Reads an expression; nil for one of any other kind.
  init?(_ expression: String) {
    var rest = Array(expression.unicodeScalars)[...]
    guard let set = Self.set(&rest), let (minimum, maximum) = Self.repetition(rest) else { return nil }
    self.init(elements: set.elements, isNegated: set.isNegated, minimum: minimum, maximum: maximum)
  }

  private static func set(
    _ rest: inout ArraySlice<Unicode.Scalar>
  ) -> (elements: [Element], isNegated: Bool)? {
    guard rest.first == "[" else { return single(&rest).map { ([$0], false) } }
    rest.removeFirst()
    var isNegated = false
    if rest.first == "^" {
      isNegated = true
      rest.removeFirst()
    }
    var elements: [Element] = []
    while let next = rest.first, next != "]" {
      guard next != "[", next != "&", next != "-", next != ":", let element = single(&rest) else {
        return nil
      }
      guard rest.first == "-" else {
        elements.append(element)
        continue
      }
      rest.removeFirst()
      guard rest.first != "]", rest.first != "[", case .scalars(let low) = element,
        case .scalars(let high)? = single(&rest), low.lowerBound <= high.upperBound
      else { return nil }
      elements.append(.scalars(low.lowerBound...high.upperBound))
    }
    guard rest.popFirst() == "]", !elements.isEmpty else { return nil }
    return (elements, isNegated)
  }

  /// One scalar, or an escape that stands for one or for white space.
  private static func single(_ rest: inout ArraySlice<Unicode.Scalar>) -> Element? {
    func element(_ scalar: Unicode.Scalar) -> Element { .scalars(scalar.value...scalar.value) }
    guard let first = rest.popFirst() else { return nil }
    guard first == "\\" else { return "^$.|?*+(){}[]".unicodeScalars.contains(first) ? nil : element(first) }
    switch rest.popFirst() {
    case "s": return .whiteSpace
    case "t": return element("\t")
    case "n": return element("\n")
    case "r": return element("\r")
    case let escaped? where escaped.value < 0x80 && !escaped.properties.isAlphabetic && !escaped.isNumeric:
      return element(escaped)
    default: return nil
    }
  }

  /// `+`, `{n}`, `{n,}` and `{n,m}`, or nothing.
  private static func repetition(_ rest: ArraySlice<Unicode.Scalar>) -> (Int, Int)? {
    guard let first = rest.first else { return (1, 1) }
    if first == "+", rest.count == 1 { return (1, .max) }
    guard first == "{", rest.last == "}", rest.count > 2 else { return nil }
    let bounds = rest.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    guard (1...2).contains(bounds.count), let minimum = number(bounds[0]), minimum >= 1 else { return nil }
    guard let last = bounds.dropFirst().first else { return (minimum, minimum) }
    guard !last.isEmpty else { return (minimum, .max) }
    guard let maximum = number(last), maximum >= minimum else { return nil }
    return (minimum, maximum)
  }

  private static func number(_ digits: ArraySlice<Unicode.Scalar>) -> Int? {
    guard (1...4).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1.value) - 48 }
  }
}
