import Recipes
import Screen

/// Something that must be so, checked once nothing is under way.
///
/// ```
/// top 1 id en-001               score of en-001 > .4          recipe 0123456789ab
/// top 3 contains id en-001      percentile of en-001 >= 99    view tokens
/// rank of en-001 <= 5           margin > .05                  count == 160
/// screen contains "pooling cls"
/// ```
/// Scores are higher-is-nearer whatever the metric: distances are negated. A word with spaces stands in quotes.
public enum Assertion: Equatable, Sendable {
  /// The text at a rank.
  case text(rank: Int, id: String)
  case contains(top: Int, id: String)
  case rank(of: String, Comparison, Int)
  case score(of: String, Comparison, Double)
  case percentile(of: String, Comparison, Double)
  /// By how much the first text is before the second.
  case margin(Comparison, Double)
  /// How many texts were searched.
  case count(Comparison, Int)
  case recipe(String)
  case view(View)
  case screen(contains: String)

  public enum Comparison: String, CaseIterable, Sendable {
    case less = "<"
    case atMost = "<="
    case equal = "=="
    case atLeast = ">="
    case greater = ">"

    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool {
      switch self {
      case .less: a < b
      case .atMost: a <= b
      case .equal: a == b
      case .atLeast: a >= b
      case .greater: a > b
      }
    }
  }

  /// Where an assertion departs from the grammar.
  public struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public var word: Int
    /// What stands there; nil at the end.
    public var found: String?
    public var expected: String

    public var description: String {
      "word \(word): expected \(expected), found \(found.map { "'\($0.prefix(40))'" } ?? "the end")"
    }
  }

  /// Reads an assertion.
  public init(_ text: String) throws(Fault) {
    var words = try AssertionWords(text)
    self = try words.assertion()
    try words.end()
  }

  /// As `init` reads it.
  public var text: String {
    switch self {
    case .text(let rank, let id): "top \(rank) id \(Self.word(id))"
    case .contains(let top, let id): "top \(top) contains id \(Self.word(id))"
    case .rank(let id, let comparison, let rank): "rank of \(Self.word(id)) \(comparison.rawValue) \(rank)"
    case .score(let id, let comparison, let score):
      "score of \(Self.word(id)) \(comparison.rawValue) \(score)"
    case .percentile(let id, let comparison, let percentile):
      "percentile of \(Self.word(id)) \(comparison.rawValue) \(percentile)"
    case .margin(let comparison, let margin): "margin \(comparison.rawValue) \(margin)"
    case .count(let comparison, let count): "count \(comparison.rawValue) \(count)"
    case .recipe(let fingerprint): "recipe \(Self.word(fingerprint))"
    case .view(let view): "view \(view.rawValue)"
    case .screen(let text): "screen contains \(Self.quoted(text))"
    }
  }

  private static func word(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { $0 != "\"" && $0 != "\\" && !$0.properties.isWhitespace }
    return isPlain && !text.isEmpty ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Reads the words of an assertion from left to right.
private struct AssertionWords {
  private struct Word {
    var text: String
    var isQuoted: Bool
  }

  private let words: [Word]
  private var index = 0

  init(_ text: String) throws(Assertion.Fault) {
    var words: [Word] = []
    var scalars = text.unicodeScalars[...]
    while true {
      scalars = scalars.drop { $0 == " " || $0 == "\t" }
      guard let first = scalars.first else { break }
      if first == "\"" {
        scalars.removeFirst()
        words.append(Word(text: try Self.quoted(&scalars, number: words.count + 1), isQuoted: true))
      } else {
        let word = scalars.prefix { $0 != " " && $0 != "\t" }
        words.append(Word(text: String(word), isQuoted: false))
        scalars = scalars.dropFirst(word.count)
      }
    }
    self.words = words
  }

  private static func quoted(
    _ scalars: inout Substring.UnicodeScalarView, number: Int
  ) throws(Assertion.Fault) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\"": return String(text)
      case "\\":
        guard let escaped = scalars.popFirst() else { break }
        text.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
      default: text.append(scalar)
      }
    }
    throw Assertion.Fault(word: number, found: String(text), expected: "a closing '\"'")
  }

  mutating func assertion() throws(Assertion.Fault) -> Assertion {
    switch try keyword(["top", "rank", "score", "percentile", "margin", "count", "recipe", "view", "screen"])
    {
    case "top": return try top()
    case "rank":
      let id = try name(behind: "of", "a text's id")
      return .rank(of: id, try comparison(), try whole("a rank", from: 1))
    case "score":
      let id = try name(behind: "of", "a text's id")
      return .score(of: id, try comparison(), try number("a score"))
    case "percentile":
      let id = try name(behind: "of", "a text's id")
      return .percentile(of: id, try comparison(), try number("a percentile"))
    case "margin": return .margin(try comparison(), try number("a margin"))
    case "count": return .count(try comparison(), try whole("how many texts were searched", from: 0))
    case "recipe": return .recipe(try next("a recipe's fingerprint").text)
    case "view": return .view(try view())
    default: return .screen(contains: try name(behind: "contains", "a text in quotes"))
    }
  }

  private mutating func top() throws(Assertion.Fault) -> Assertion {
    let count = try whole("a rank", from: 1)
    guard try keyword(["id", "contains"]) == "contains" else {
      return .text(rank: count, id: try next("a text's id").text)
    }
    return .contains(top: count, id: try name(behind: "id", "a text's id"))
  }

  private mutating func view() throws(Assertion.Fault) -> View {
    let names = View.allCases.map(\.rawValue)
    let name = try keyword(names)
    guard let view = View(rawValue: name) else { throw fault(names.joined(separator: ", ")) }
    return view
  }

  private mutating func name(behind word: String, _ expected: String) throws(Assertion.Fault) -> String {
    _ = try keyword([word])
    return try next(expected).text
  }

  private mutating func keyword(_ choices: [String]) throws(Assertion.Fault) -> String {
    let expected = choices.count == 1 ? "'\(choices[0])'" : "one of \(choices.joined(separator: ", "))"
    guard index < words.count, !words[index].isQuoted, choices.contains(words[index].text) else {
      throw fault(expected)
    }
    index += 1
    return words[index - 1].text
  }

  private mutating func comparison() throws(Assertion.Fault) -> Assertion.Comparison {
    let all = Assertion.Comparison.allCases.map(\.rawValue)
    let word = try keyword(all)
    guard let comparison = Assertion.Comparison(rawValue: word) else {
      throw fault(all.joined(separator: ", "))
    }
    return comparison
  }

  private mutating func whole(_ expected: String, from least: Int) throws(Assertion.Fault) -> Int {
    let expected = "\(expected): a whole number from \(least)"
    guard index < words.count, let number = Int(words[index].text), number >= least else {
      throw fault(expected)
    }
    index += 1
    return number
  }

  private mutating func number(_ expected: String) throws(Assertion.Fault) -> Double {
    // What `Double` reads besides, such as `nan` and `0x1p3`, is no number here.
    guard index < words.count, words[index].text.allSatisfy({ "+-.e0123456789".contains($0) }),
      let number = Double(words[index].text), number.isFinite
    else { throw fault("\(expected): a number such as .4") }
    index += 1
    return number
  }

  private mutating func next(_ expected: String) throws(Assertion.Fault) -> Word {
    guard index < words.count, !words[index].text.isEmpty else { throw fault(expected) }
    index += 1
    return words[index - 1]
  }

  func end() throws(Assertion.Fault) {
    if index < words.count { throw fault("the end") }
  }

  private func fault(_ expected: String) -> Assertion.Fault {
    Assertion.Fault(
      word: index + 1, found: index < words.count ? words[index].text : nil, expected: expected)
  }
}
