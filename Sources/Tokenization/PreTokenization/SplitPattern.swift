/// What a text is split at: a fixed text, or a regular expression.
enum SplitPattern: Sendable, Equatable {
  case literal([Unicode.Scalar])
  /// An expression that has been written out.
  case words(WordScanner)
  case expression(Expression)

  /// Longer ones are in no real file, and would make the search slow.
  private static let maximumLiteralLength = 256

  /// Reads the value of the key `pattern`.
  init(_ json: JSONReader) throws(TokenizationError) {
    guard let expression = try json.optionalString("Regex") else {
      let literal = Array(try json.string("String").unicodeScalars)
      guard literal.count <= Self.maximumLiteralLength else {
        throw json.wrongValue(
          "String", found: "\(literal.count) scalars", expected: "at most \(Self.maximumLiteralLength)")
      }
      self = literal.isEmpty ? .expression(.empty) : .literal(literal)
      return
    }
    if let known = WordScanner.known.first(where: { $0.pattern.hasSameScalars(as: expression) }) {
      self = .words(known.scanner)
      return
    }
    do {
      self = .expression(try Expression(expression))
    } catch {
      throw .unsupportedExpression(file: json.file, expression: expression, problem: error.problem)
    }
  }

  /// Calls `body` with each match in `scalars[piece]`, from left to right.
  func forEachMatch(
    in scalars: [Unicode.Scalar], _ piece: Range<Int>, _ body: (Range<Int>) -> Void
  ) {
    switch self {
    case .literal(let literal): Self.forEachPlace(of: literal, in: scalars, piece, body)
    case .words(let scanner):
      var matches: [Range<Int>] = []
      scanner.split(scalars, piece, into: &matches)
      for match in matches { body(match) }
    case .expression(let expression): expression.forEachMatch(in: scalars, piece, body)
    }
  }

  private static func forEachPlace(
    of literal: [Unicode.Scalar], in scalars: [Unicode.Scalar], _ piece: Range<Int>,
    _ body: (Range<Int>) -> Void
  ) {
    var index = piece.lowerBound
    while index + literal.count <= piece.upperBound {
      if scalars[index] == literal[0], scalars[index..<index + literal.count].elementsEqual(literal) {
        body(index..<index + literal.count)
        index += literal.count
      } else {
        index += 1
      }
    }
  }
}

/// Splits pieces where a pattern matches.
struct Split: Sendable, Equatable {
  var pattern: SplitPattern
  var behaviour: SplitBehaviour
  /// Whether the matches are what is kept, and the text between them is the delimiter.
  var isInverted: Bool

  func split(_ scalars: [Unicode.Scalar], _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
    if case .words(let scanner) = pattern, behaviour == .isolated {
      scanner.split(scalars, piece, into: &pieces)
      return
    }
    var parts: [SplitBehaviour.Part] = []
    var covered = piece.lowerBound
    pattern.forEachMatch(in: scalars, piece) { match in
      if covered != match.lowerBound {
        parts.append(SplitBehaviour.Part(range: covered..<match.lowerBound, isDelimiter: isInverted))
      }
      parts.append(SplitBehaviour.Part(range: match, isDelimiter: !isInverted))
      covered = match.upperBound
    }
    if covered < piece.upperBound {
      parts.append(SplitBehaviour.Part(range: covered..<piece.upperBound, isDelimiter: isInverted))
    }
    behaviour.split(parts, into: &pieces)
  }
}

extension Split {
  /// Reads a pre-tokenizer of the kind `Split`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let name = try json.string("behavior")
    guard let behaviour = SplitBehaviour.named(name) else {
      throw json.wrongValue(
        "behavior", found: "'\(name)'", expected: SplitBehaviour.names.joined(separator: ", "))
    }
    self.init(
      pattern: try SplitPattern(try json.object("pattern")), behaviour: behaviour,
      isInverted: try json.bool("invert"))
  }
}

extension SplitBehaviour {
  /// A stretch of a text that is a delimiter, or lies between two.
  ///
  /// Delimiters may be empty, where an expression matches nothing.
  struct Part {
    var range: Range<Int>
    var isDelimiter: Bool
  }

  /// Puts together parts that cover a text, appending what is not empty.
  func split(_ parts: [Part], into pieces: inout [Range<Int>]) {
    switch self {
    case .isolated: pieces.append(contentsOf: parts.lazy.map(\.range).filter { !$0.isEmpty })
    case .removed:
      pieces.append(contentsOf: parts.lazy.filter { !$0.isDelimiter && !$0.range.isEmpty }.map(\.range))
    case .contiguous: merge(parts, into: &pieces) { $0 == $1 }
    case .mergedWithPrevious: merge(parts, into: &pieces) { $0 && !$1 }
    case .mergedWithNext:
      // The same from the end, and then the right way round again.
      let mirrored = parts.reversed().map {
        Part(range: -$0.range.upperBound..<(-$0.range.lowerBound), isDelimiter: $0.isDelimiter)
      }
      var merged: [Range<Int>] = []
      merge(mirrored, into: &merged) { $0 && !$1 }
      pieces.append(contentsOf: merged.reversed().map { -$0.upperBound..<(-$0.lowerBound) })
    }
  }

  /// Joins a part to the one before where `joins` says so of whether it, and the one before, is a delimiter.
  private func merge(
    _ parts: [Part], into pieces: inout [Range<Int>], joins: (Bool, Bool) -> Bool
  ) {
    var last: Range<Int>?
    var previous = false
    for part in parts {
      if let start = last?.lowerBound, joins(part.isDelimiter, previous) {
        last = start..<part.range.upperBound
      } else {
        if let last, !last.isEmpty { pieces.append(last) }
        last = part.range
      }
      previous = part.isDelimiter
    }
    if let last, !last.isEmpty { pieces.append(last) }
  }
}
