/// Finds the matches of an expression in a text, by trying one way after the other.
///
/// A way that has failed from an instruction at a place fails there whatever came before, and is never tried
/// again: not in this match, and not in any later one. So the work for all matches together is at most the
/// length of the text times the size of the expression.
struct ExpressionMatcher {
  /// An instruction still to be tried at a place.
  private struct Try {
    var instruction: Int
    var index: Int
  }

  /// Places whose failures are kept together.
  private static let chunkLength = 1024

  private let expression: Expression
  private let scalars: [Unicode.Scalar]
  private let text: Range<Int>
  /// The ways not yet tried, the preferred ones last.
  private var pending: [Try] = []
  /// A bit for each instruction and place that has been tried, in chunks that are made when they are needed.
  private var tried: [[UInt64]]
  private let wordsPerPlace: Int
  /// How many chunks lie behind all places that can be tried again.
  private var droppedChunkCount = 0

  init(_ expression: Expression, scalars: [Unicode.Scalar], text: Range<Int>) {
    self.expression = expression
    self.scalars = scalars
    self.text = text
    wordsPerPlace = (expression.instructions.count + 63) / 64
    tried = [[UInt64]](repeating: [], count: text.count / Self.chunkLength + 1)
  }

  /// The leftmost match that begins at `start` or behind it; of several there, the preferred one.
  ///
  /// Each start must lie behind the one before.
  mutating func firstMatch(from start: Int) -> Range<Int>? {
    for index in start..<text.upperBound + 1 {
      dropChunks(before: index)
      if let end = end(from: index) { return index..<end }
    }
    return nil
  }

  /// The end of the preferred match that begins at a place.
  private mutating func end(from start: Int) -> Int? {
    pending.removeAll(keepingCapacity: true)
    pending.append(Try(instruction: 0, index: start))
    while var current = pending.popLast() {
      var hasFailed = false
      while !hasFailed, isNew(current) {
        switch expression.instructions[current.instruction] {
        case .take(let set):
          hasFailed =
            current.index >= text.upperBound || !expression.sets[set].contains(scalars[current.index])
          current.instruction += 1
          current.index += 1
        case .fork(let first, let second):
          pending.append(Try(instruction: second, index: current.index))
          current.instruction = first
        case .jump(let target): current.instruction = target
        case .check(let assertion):
          hasFailed = !assertion.holds(at: current.index, of: scalars, in: text)
          current.instruction += 1
        case .match:
          forget(current.index)
          return current.index
        }
      }
    }
    return nil
  }

  /// Whether something has not been tried before; notes that it now is.
  @inline(__always)
  private mutating func isNew(_ current: Try) -> Bool {
    let place = current.index - text.lowerBound
    let chunk = place / Self.chunkLength
    if tried[chunk].isEmpty {
      tried[chunk] = [UInt64](repeating: 0, count: min(Self.chunkLength, text.count + 1) * wordsPerPlace)
    }
    let word = place % Self.chunkLength * wordsPerPlace + current.instruction / 64
    let bit: UInt64 = 1 << UInt64(current.instruction % 64)
    guard tried[chunk][word] & bit == 0 else { return false }
    tried[chunk][word] |= bit
    return true
  }

  /// What was tried at the end of a match did not fail, so that the next may pass there again.
  private mutating func forget(_ index: Int) {
    let place = index - text.lowerBound
    let start = place % Self.chunkLength * wordsPerPlace
    for word in start..<start + wordsPerPlace { tried[place / Self.chunkLength][word] = 0 }
  }

  private mutating func dropChunks(before index: Int) {
    let chunk = (index - text.lowerBound) / Self.chunkLength
    while droppedChunkCount < chunk {
      tried[droppedChunkCount] = []
      droppedChunkCount += 1
    }
  }
}
