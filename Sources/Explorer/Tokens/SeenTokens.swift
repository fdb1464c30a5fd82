import Screen

/// What the model saw of both texts, broken into lines of a width.
struct SeenTokens: Equatable, Sendable {
  enum Line: Equatable, Sendable {
    /// The name of a text and how many tokens it has.
    case heading(TokensState.Side)
    /// Tokens, and their ids in the line below.
    case tokens(TokensState.Side, Range<Int>)
    case ids(TokensState.Side, Range<Int>)
    /// A part of what the model did not see.
    case dropped(String)
    case note(String)
    case space
  }

  let columns: Int
  let lines: [Line]
  /// The column at which each token begins, and the line that it is on.
  let starts: Sided<[Int]>
  let rows: Sided<[Int]>

  /// What precedes a token and its id: the cursor's mark and the sign.
  static let margin = 2

  init(_ source: TokenExplanation, columns: Int) {
    self.columns = columns
    var flow = TokenFlow(columns: columns)
    flow.add(source.query, .query)
    if let document = source.document {
      flow.lines.append(.space)
      flow.add(document, .document)
    } else {
      flow.lines += [.space, .note("no text is selected: there are shares once a text is found")]
    }
    for note in source.notes {
      flow.lines += note.wrapped(to: columns - 1, limit: 4).map { .note($0) }
    }
    lines = flow.lines
    starts = flow.starts
    rows = flow.rows
  }

  /// The columns of a token, mark and sign included.
  static func width(_ token: TokenExplanation.Token) -> Int {
    margin + max(TokenLabel.text(token.text).columns, id(token).columns)
  }

  /// The id and a letter for its kind.
  static func id(_ token: TokenExplanation.Token) -> String {
    let kind = TokenLabel.kind(token)
    return kind.isEmpty ? "\(token.id)" : "\(token.id) \(kind)"
  }

  /// The token at a place of a line; the nearest one to the left where there is none.
  func token(line: Int, column: Int) -> (side: TokensState.Side, index: Int)? {
    guard lines.indices.contains(line) else { return nil }
    switch lines[line] {
    case .tokens(let side, let range), .ids(let side, let range):
      let index = range.last { starts[side][$0] <= column } ?? range.first
      return index.map { (side, $0) }
    default: return nil
    }
  }

  /// The token above or below another one, in the nearest line that has tokens.
  func token(from side: TokensState.Side, _ index: Int, by step: Int) -> (
    side: TokensState.Side, index: Int
  )? {
    guard rows[side].indices.contains(index) else { return nil }
    var line = rows[side][index] + step
    while lines.indices.contains(line) {
      if case .tokens = lines[line] { return token(line: line, column: starts[side][index]) }
      line += step
    }
    return nil
  }
}

/// Fills lines with tokens.
private struct TokenFlow {
  let columns: Int
  var lines: [SeenTokens.Line] = []
  var starts = Sided<[Int]>(query: [], document: [])
  var rows = Sided<[Int]>(query: [], document: [])

  mutating func add(_ side: TokenExplanation.Side, _ name: TokensState.Side) {
    lines.append(.heading(name))
    var first = 0
    var column = 0
    for (index, token) in side.tokens.enumerated() {
      let width = SeenTokens.width(token)
      if column > 0, column + width > columns {
        end(name, first..<index)
        first = index
        column = 0
      }
      starts[name].append(column)
      rows[name].append(lines.count)
      column += width + 1
    }
    end(name, first..<side.tokens.count)
    addDropped(side.droppedText)
  }

  private mutating func end(_ name: TokensState.Side, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    lines += [.tokens(name, range), .ids(name, range)]
  }

  private mutating func addDropped(_ text: String) {
    guard !text.isEmpty else { return }
    let shown = text.prefixOnOneLine(columns * 4)
    lines += shown.wrapped(to: max(8, columns - 7), limit: 4).map { .dropped($0) }
  }
}
