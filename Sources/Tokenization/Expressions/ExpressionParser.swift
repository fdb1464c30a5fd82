/// Why an expression cannot be used.
struct ExpressionFault: Error, Equatable {
  /// In words that end a message.
  var problem: String
}

/// Reads regular expressions in the syntax of Oniguruma, as far as splitting expressions use it.
///
/// What it does not know is an error, never a guess: back references, conditions on more than one scalar
/// ahead or behind, atomic groups, names of properties that are not in its tables.
struct ExpressionParser {
  /// Groups and sets nest at most this deep.
  static let maximumDepth = 50

  var scalars: [Unicode.Scalar]
  var index = 0
  var depth = 0
  /// Whether case does not count, and whether a dot matches line feeds too.
  var ignoresCase = false
  private var dotMatchesAll = false

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  /// The whole expression.
  mutating func parse() throws(ExpressionFault) -> ExpressionNode {
    let node = try alternatives()
    guard index == scalars.count else { throw fault("a ')' without its '('") }
    return node
  }

  var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  func fault(_ problem: String) -> ExpressionFault {
    ExpressionFault(problem: "\(problem) (at character \(index + 1))")
  }

  /// Passes over some text if it comes next.
  mutating func skip(_ text: String) -> Bool {
    guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  mutating func enter() throws(ExpressionFault) {
    depth += 1
    guard depth <= Self.maximumDepth else { throw fault("nested deeper than \(Self.maximumDepth)") }
  }

  /// Alternatives up to the end of the group, whose flags end with it.
  private mutating func alternatives() throws(ExpressionFault) -> ExpressionNode {
    try enter()
    let flags = (ignoresCase, dotMatchesAll)
    var choices = [try sequence()]
    while skip("|") { choices.append(try sequence()) }
    (ignoresCase, dotMatchesAll) = flags
    depth -= 1
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence() throws(ExpressionFault) -> ExpressionNode {
    var nodes: [ExpressionNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if ignoresCase { try refuseFoldedPair() }
      guard let node = try item() else { continue }
      nodes.append(try quantified(node))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// One part before its quantifier; nil for a comment.
  private mutating func item() throws(ExpressionFault) -> ExpressionNode? {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "(": return try group()
    case "[": return .set(try set())
    case ".": return .set(dotMatchesAll ? .any : .anyInLine)
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "*", "+", "?": throw fault("a quantifier with nothing before it")
    case "\\":
      if let assertion = assertion() { return .assertion(assertion) }
      return .set(try escape(isInSet: false))
    default: return .set(try literal(scalar))
    }
  }

  private mutating func assertion() -> ExpressionNode.Assertion? {
    let known: [(String, ExpressionNode.Assertion)] = [
      ("b", .wordBoundary(isNegated: false)), ("B", .wordBoundary(isNegated: true)), ("A", .textStart),
      ("z", .textEnd), ("Z", .lastLineEnd),
    ]
    for (name, assertion) in known where skip(name) { return assertion }
    return nil
  }

  /// A scalar that stands for itself.
  func literal(_ scalar: Unicode.Scalar) throws(ExpressionFault) -> ScalarSet.Node {
    guard ignoresCase else { return .scalar(scalar) }
    let properties = scalar.properties
    guard properties.lowercaseMapping.unicodeScalars.count == 1,
      properties.uppercaseMapping.unicodeScalars.count == 1
    else { throw fault("a letter that becomes several in another case") }
    let variants = [scalar] + ScalarSet.Node.caseVariants(of: scalar)
    return .union(variants.map { .caseless($0.value...$0.value) })
  }

  /// Where case does not count, Oniguruma takes `ss` for `ß` and so on.
  private func refuseFoldedPair() throws(ExpressionFault) {
    let pairs = ["ss", "ff", "fi", "fl", "st"]
    let two = String(String.UnicodeScalarView(scalars[index...].prefix(2))).lowercased()
    if pairs.contains(two) { throw fault("'\(two)' where case does not count") }
  }

  /// What follows an opening bracket.
  private mutating func group() throws(ExpressionFault) -> ExpressionNode? {
    if skip("?#") {
      while let scalar = next, scalar != ")" {
        index = min(index + (scalar == "\\" ? 2 : 1), scalars.count)
      }
      return try close(nil)
    }
    for (opening, isAhead, isNegated) in [
      ("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true),
    ] where skip(opening) {
      guard let node = try close(try alternatives())?.singleSet else {
        throw fault("a condition on more than one character")
      }
      let set = ScalarSet(node)
      return .assertion(
        isAhead ? .ahead(set, isNegated: isNegated) : .behind(set, isNegated: isNegated))
    }
    if skip("?>") { throw fault("an atomic group") }
    if skip("?:") { return try close(try alternatives()) }
    if skip("?<") {
      while let scalar = next, scalar != ">", scalar != ")" { index += 1 }
      guard skip(">") else { throw fault("a name without its end") }
      return try close(try alternatives())
    }
    if skip("?") { return try flaggedGroup() }
    return try close(try alternatives())
  }

  private mutating func close(_ node: ExpressionNode?) throws(ExpressionFault) -> ExpressionNode? {
    guard skip(")") else { throw fault("a '(' without its ')'") }
    return node
  }

  /// `(?i:…)`, or `(?i)…` up to the end of the group round it.
  private mutating func flaggedGroup() throws(ExpressionFault) -> ExpressionNode? {
    let flags = (ignoresCase, dotMatchesAll)
    var isOn = true
    while let scalar = next, scalar != ":", scalar != ")" {
      switch scalar {
      case "-": isOn = false
      case "i": ignoresCase = isOn
      case "m": dotMatchesAll = isOn
      default: throw fault("the flag '\(scalar)'")
      }
      index += 1
    }
    let isClosed = skip(")")
    if !isClosed, !skip(":") { throw fault("a '(' without its ')'") }
    let node = try alternatives()
    (ignoresCase, dotMatchesAll) = flags
    return isClosed ? node : try close(node)
  }
}

extension ExpressionParser {
  /// The part with the quantifiers behind it.
  private mutating func quantified(_ node: ExpressionNode) throws(ExpressionFault) -> ExpressionNode {
    var node = node
    while let (minimum, maximum, isInterval) = try quantifier() {
      guard maximum == 1 || !node.canBeEmpty else { throw fault("a repetition of what may be nothing") }
      if isInterval {
        guard !skip("?") || maximum != minimum else { throw fault("'?' behind a fixed count") }
        node = .repetition(
          node, minimum: minimum, maximum: maximum, isGreedy: scalars[index - 1] != "?")
      } else if skip("+") {
        node = try possessive(node, minimum, maximum)
      } else {
        let isGreedy = !skip("?")
        node = .repetition(node, minimum: minimum, maximum: maximum, isGreedy: isGreedy)
      }
    }
    return node
  }

  /// A repetition that gives nothing back: for single characters, one behind which none more could follow.
  private func possessive(
    _ node: ExpressionNode, _ minimum: Int, _ maximum: Int?
  ) throws(ExpressionFault) -> ExpressionNode {
    guard let set = node.singleSet else { throw fault("a possessive quantifier behind a group") }
    let end = ExpressionNode.assertion(.ahead(ScalarSet(set), isNegated: true))
    if maximum == 1 { return .choice([node, end]) }
    return .sequence([.repetition(node, minimum: minimum, maximum: maximum, isGreedy: true), end])
  }

  private mutating func quantifier() throws(ExpressionFault) -> (Int, Int?, isInterval: Bool)? {
    if skip("*") { return (0, nil, false) }
    if skip("+") { return (1, nil, false) }
    if skip("?") { return (0, 1, false) }
    let start = index
    guard skip("{") else { return nil }
    let minimum = number()
    var maximum = minimum
    let hasComma = skip(",")
    if hasComma { maximum = number() }
    guard minimum != nil || maximum != nil, skip("}") else {
      index = start
      return nil
    }
    let lowest = minimum ?? 0
    if let maximum, maximum < lowest { throw fault("counts the wrong way round") }
    return (lowest, maximum, true)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, (0x30...0x39).contains(scalar.value) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), Expression.maximumSize + 1)
      index += 1
    }
    return value
  }
}
