/// The parts of a regular expression.
indirect enum ExpressionNode: Sendable, Equatable {
  /// One scalar of a set.
  case set(ScalarSet.Node)
  case sequence([ExpressionNode])
  /// The first alternative that leads to a match counts.
  case choice([ExpressionNode])
  /// As often as possible, or as seldom, between two counts; nil is any number.
  case repetition(ExpressionNode, minimum: Int, maximum: Int?, isGreedy: Bool)
  case assertion(Assertion)

  /// A condition on a place, which takes no scalar.
  enum Assertion: Sendable, Equatable {
    /// Whether a scalar of the set follows, or does not.
    case ahead(ScalarSet, isNegated: Bool)
    /// Whether a scalar of the set stands before, or does not.
    case behind(ScalarSet, isNegated: Bool)
    case lineStart
    case lineEnd
    case textStart
    case textEnd
    /// The end of the text, or before the line feed that ends it.
    case lastLineEnd
    case wordBoundary(isNegated: Bool)
  }

  /// Whether the part can match without taking a scalar.
  var canBeEmpty: Bool {
    switch self {
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .choice(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    case .assertion: true
    }
  }

  /// The set, where the part is nothing but one scalar of a set.
  var singleSet: ScalarSet.Node? {
    switch self {
    case .set(let node): return node
    case .sequence(let nodes): return nodes.count == 1 ? nodes[0].singleSet : nil
    case .choice(let nodes):
      let sets = nodes.compactMap(\.singleSet)
      return sets.count == nodes.count ? .union(sets) : nil
    default: return nil
    }
  }
}

extension ExpressionNode.Assertion {
  private static let word = ScalarSet(.looseWord)

  /// Whether the condition holds before `scalars[index]`, in a text that is `scalars[text]`.
  func holds(at index: Int, of scalars: [Unicode.Scalar], in text: Range<Int>) -> Bool {
    let next = index < text.upperBound ? scalars[index] : nil
    let previous = index > text.lowerBound ? scalars[index - 1] : nil
    switch self {
    case .ahead(let set, let isNegated): return (next.map(set.contains) ?? false) != isNegated
    case .behind(let set, let isNegated): return (previous.map(set.contains) ?? false) != isNegated
    case .lineStart: return previous == nil || (previous == "\n" && next != nil)
    case .lineEnd: return next == nil || next == "\n"
    case .textStart: return previous == nil
    case .textEnd: return next == nil
    case .lastLineEnd: return next == nil || (next == "\n" && index + 1 == text.upperBound)
    case .wordBoundary(let isNegated):
      let isBoundary =
        (previous.map(Self.word.contains) ?? false) != (next.map(Self.word.contains) ?? false)
      return isBoundary != isNegated
    }
  }
}
