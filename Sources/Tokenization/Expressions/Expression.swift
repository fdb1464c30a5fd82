/// A regular expression, matched in time that is linear in the text however the expression is written.
///
/// The match found is the one that a backtracking engine like Oniguruma finds first.
struct Expression: Sendable, Equatable {
  /// More instructions are in no real expression.
  static let maximumSize = 1024
  /// The expression that matches nothing, everywhere.
  static let empty = Expression()

  enum Instruction: Sendable, Equatable {
    /// Takes one scalar of a set.
    case take(Int)
    /// Goes on at both places, the first one first.
    case fork(Int, Int)
    case jump(Int)
    case check(ExpressionNode.Assertion)
    case match
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []

  private init() { instructions = [.match] }

  init(_ pattern: String) throws(ExpressionFault) {
    guard pattern.unicodeScalars.count <= Self.maximumSize else {
      throw ExpressionFault(problem: "it is longer than \(Self.maximumSize) characters")
    }
    var parser = ExpressionParser(pattern)
    try append(try parser.parse())
    try append(.match)
  }

  /// Calls `body` with each match in `scalars[text]`, from left to right.
  ///
  /// A match of nothing right behind the last match is passed over.
  func forEachMatch(in scalars: [Unicode.Scalar], _ text: Range<Int>, _ body: (Range<Int>) -> Void) {
    var matcher = ExpressionMatcher(self, scalars: scalars, text: text)
    var start = text.lowerBound
    var lastEnd: Int?
    while start <= text.upperBound, let match = matcher.firstMatch(from: start) {
      if match.isEmpty, match.upperBound == lastEnd {
        start += 1
      } else {
        body(match)
        start = match.upperBound
        lastEnd = start
      }
    }
  }
}

extension Expression {
  private mutating func append(_ instruction: Instruction) throws(ExpressionFault) {
    guard instructions.count < Self.maximumSize else {
      throw ExpressionFault(problem: "it is larger than \(Self.maximumSize) steps")
    }
    instructions.append(instruction)
  }

  private mutating func append(_ node: ExpressionNode) throws(ExpressionFault) {
    switch node {
    case .set(let set):
      try append(.take(sets.count))
      sets.append(ScalarSet(set))
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .choice(let nodes): try append(choice: nodes)
    case .repetition(let node, let minimum, let maximum, let isGreedy):
      for _ in 0..<minimum { try append(node) }
      if let maximum {
        try append(optional: node, count: maximum - minimum, isGreedy: isGreedy)
      } else {
        try append(star: node, isGreedy: isGreedy)
      }
    case .assertion(let assertion): try append(.check(assertion))
    }
  }

  private mutating func append(choice nodes: [ExpressionNode]) throws(ExpressionFault) {
    var jumps: [Int] = []
    for node in nodes.dropLast() {
      let fork = instructions.count
      try append(.match)
      try append(node)
      jumps.append(instructions.count)
      try append(.match)
      instructions[fork] = .fork(fork + 1, instructions.count)
    }
    if let last = nodes.last { try append(last) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  /// Up to `count` times, each within the one before.
  private mutating func append(
    optional node: ExpressionNode, count: Int, isGreedy: Bool
  ) throws(ExpressionFault) {
    var forks: [Int] = []
    for _ in 0..<count {
      forks.append(instructions.count)
      try append(.match)
      try append(node)
    }
    for fork in forks { setFork(at: fork, to: fork + 1, else: instructions.count, isGreedy: isGreedy) }
  }

  private mutating func append(star node: ExpressionNode, isGreedy: Bool) throws(ExpressionFault) {
    let fork = instructions.count
    try append(.match)
    try append(node)
    try append(.jump(fork))
    setFork(at: fork, to: fork + 1, else: instructions.count, isGreedy: isGreedy)
  }

  private mutating func setFork(at index: Int, to body: Int, else exit: Int, isGreedy: Bool) {
    instructions[index] = isGreedy ? .fork(body, exit) : .fork(exit, body)
  }
}
