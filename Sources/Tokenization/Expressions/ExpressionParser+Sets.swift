extension ExpressionParser {
  /// What follows an opening square bracket.
  mutating func set() throws(ExpressionFault) -> ScalarSet.Node {
    try enter()
    defer { depth -= 1 }
    let isNegated = skip("^")
    var intersection: [ScalarSet.Node] = []
    var union: [ScalarSet.Node] = []
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      if skip("&&") {
        intersection.append(.union(union))
        union = []
      } else {
        union.append(try element())
      }
    }
    guard skip("]") else { throw fault("a '[' without its ']'") }
    let positive: ScalarSet.Node =
      intersection.isEmpty ? .union(union) : .intersection(intersection + [.union(union)])
    return isNegated ? .complement(positive) : positive
  }

  /// One scalar, range or set inside a set.
  private mutating func element() throws(ExpressionFault) -> ScalarSet.Node {
    if skip("[:") { return try named() }
    if skip("[") { return try set() }
    let start = scalars[index]
    index += 1
    var low = start
    if start == "\\" {
      let node = try escape(isInSet: true)
      guard let scalar = plain(node) else { return node }
      low = scalar
    }
    guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else { return try literal(low) }
    index += 1
    return try range(from: low)
  }

  /// The end of a range whose beginning and hyphen have been read.
  private mutating func range(from low: Unicode.Scalar) throws(ExpressionFault) -> ScalarSet.Node {
    guard let scalar = next, scalar != "[" else { throw fault("a hyphen before a set") }
    index += 1
    var high = scalar
    if scalar == "\\" {
      guard let end = plain(try escape(isInSet: true)) else { throw fault("a range that ends in a set") }
      high = end
    }
    guard low <= high else { throw fault("a range the wrong way round") }
    return ignoresCase ? .caseless(low.value...high.value) : .range(low.value...high.value)
  }

  /// The scalar of a literal, whether or not its case counts; nil for other sets.
  private func plain(_ node: ScalarSet.Node) -> Unicode.Scalar? {
    if case .union(let variants) = node, case .caseless(let range) = variants.first {
      return Unicode.Scalar(range.lowerBound)
    }
    if case .range(let range) = node, range.count == 1 { return Unicode.Scalar(range.lowerBound) }
    return nil
  }

  /// `[:alpha:]` and the like, of which the opening has been read.
  private mutating func named() throws(ExpressionFault) -> ScalarSet.Node {
    let isNegated = skip("^")
    var name = ""
    while let scalar = next, scalar.properties.isAlphabetic {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard skip(":]"), let node = ScalarSet.Node.property(name) else { throw fault("the set '[:\(name):]'") }
    return isNegated ? .complement(node) : node
  }

  /// What follows a backslash, where it is a scalar or a set of scalars.
  mutating func escape(isInSet: Bool) throws(ExpressionFault) -> ScalarSet.Node {
    guard let scalar = next else { throw fault("a backslash at the end") }
    index += 1
    switch scalar {
    case "s": return .whitespace
    case "S": return .complement(.whitespace)
    case "d": return .digit
    case "D": return .complement(.digit)
    case "w": return isInSet ? .word : .looseWord
    case "W": return .complement(isInSet ? .word : .looseWord)
    case "h": return .hexadecimalDigit
    case "H": return .complement(.hexadecimalDigit)
    case "p", "P": return try property(isNegated: scalar == "P")
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "f": return .scalar("\u{c}")
    case "v": return .scalar("\u{b}")
    case "a": return .scalar("\u{7}")
    case "e": return .scalar("\u{1b}")
    case "x": return try literal(try skip("{") ? hexadecimal(1...8, end: "}") : hexadecimal(1...2))
    case "u": return try literal(try hexadecimal(4...4))
    default:
      guard !scalar.properties.isAlphabetic, !(0x30...0x39).contains(scalar.value) else {
        throw fault("'\\\(scalar)'")
      }
      return .scalar(scalar)
    }
  }

  private mutating func property(isNegated: Bool) throws(ExpressionFault) -> ScalarSet.Node {
    guard skip("{") else { throw fault("a property without '{'") }
    let isNegated = isNegated != skip("^")
    var name = ""
    while let scalar = next, scalar != "}" {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard skip("}") else { throw fault("a '{' without its '}'") }
    guard let node = ScalarSet.Node.property(name) else { throw fault("the property '\(name)'") }
    if ignoresCase, case .categories(let categories) = node,
      !categories.isDisjoint(with: .casedLetters), !categories.isSuperset(of: .casedLetters)
    {
      throw fault("the property '\(name)' where case does not count")
    }
    return isNegated ? .complement(node) : node
  }

  private mutating func hexadecimal(
    _ count: ClosedRange<Int>, end: String? = nil
  ) throws(ExpressionFault) -> Unicode.Scalar {
    var value: UInt32 = 0
    var digitCount = 0
    while digitCount < count.upperBound, let scalar = next, scalar.value < 0x80,
      let digit = Character(scalar).hexDigitValue
    {
      value = value << 4 | UInt32(digit)
      digitCount += 1
      index += 1
    }
    guard digitCount >= count.lowerBound, end.map({ skip($0) }) ?? true, let scalar = Unicode.Scalar(value)
    else { throw fault("a number that is no character") }
    return scalar
  }
}
