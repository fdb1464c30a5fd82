import Recipes
import Screen

/// The part of a text that one line shows: its beginning, or what surrounds the word that matches best.
struct Snippet: Equatable {
  enum Emphasis: Equatable {
    case none
    /// A word by which the text matches.
    case match
    /// The one that matches best.
    case best
  }

  struct Piece: Equatable {
    var text: String
    var emphasis: Emphasis
  }

  /// The pieces from left to right; together they take at most the columns that there are.
  private(set) var pieces: [Piece] = []

  /// Chooses the part; runs of white space become one space, and `…` marks what is left out at either end.
  ///
  /// - Complexity: O(columns + place of the best match)
  init(_ text: String, spans: [Highlights.Span], columns: Int) {
    guard columns > 0 else { return }
    let marked = MarkedText(spans)
    let start = marked.start(in: text, columns: columns)
    var line = Line(columns: columns)
    if start.index > text.startIndex { line.add("…", .none) }
    var position = start.position
    var space: Emphasis?
    for character in text[start.index...] {
      let next = position + character.unicodeScalars.count
      let emphasis = marked.emphasis(position..<next)
      position = next
      if character.isWhitespace {
        if space == nil { space = emphasis }
        continue
      }
      if let emphasis = space, !line.isEmpty { line.add(" ", emphasis) }
      space = nil
      line.add(character, emphasis)
      if line.isFull { break }
    }
    pieces = line.pieces
  }

  /// The characters of a line as long as there is room, and `…` where there is not.
  private struct Line {
    private var cells: [(character: Character, columns: Int, emphasis: Emphasis)] = []
    private var used = 0
    let columns: Int

    init(columns: Int) { self.columns = columns }

    var isEmpty: Bool { cells.isEmpty }
    var isFull: Bool { used > columns }

    mutating func add(_ character: Character, _ emphasis: Emphasis) {
      let width = TextWidth.columns(of: character)
      cells.append((character, width, emphasis))
      used += width
    }

    var pieces: [Piece] {
      var kept = cells
      if isFull {
        var used = used
        while let last = kept.last, used > columns - 1 {
          used -= last.columns
          kept.removeLast()
        }
        kept.append(("…", 1, .none))
      }
      var pieces: [Piece] = []
      for cell in kept {
        if pieces.last?.emphasis == cell.emphasis {
          pieces[pieces.count - 1].text.append(cell.character)
        } else {
          pieces.append(Piece(text: String(cell.character), emphasis: cell.emphasis))
        }
      }
      return pieces
    }
  }
}

/// The matching words of a text, as ranges of its Unicode scalars.
struct MarkedText {
  private let spans: [Highlights.Span]
  /// The strongest one.
  let best: Range<Int>?

  /// Takes the spans that can be: not empty, and none before the text.
  init(_ spans: [Highlights.Span]) {
    self.spans = spans.filter { $0.range.lowerBound >= 0 && !$0.range.isEmpty }
    best = self.spans.max { $0.strength < $1.strength }?.range
  }

  /// The end of the last word.
  var end: Int { spans.reduce(0) { max($0, $1.range.upperBound) } }

  /// How the scalars of one character are shown.
  func emphasis(_ range: Range<Int>) -> Snippet.Emphasis {
    if let best, best.overlaps(range) { return .best }
    return spans.contains { $0.range.overlaps(range) } ? .match : .none
  }

  /// Words almost as strong as the best: of these the first is scrolled to, since a text is known by its beginning.
  private static let strongShare: Float = 0.75

  /// From where on a line of so many columns shows the first strong word: the start of the text where that does,
  /// else a word some way before.
  fileprivate func start(in text: String, columns: Int) -> (index: String.Index, position: Int) {
    let origin = (text.startIndex, 0)
    let scalars = text.unicodeScalars
    let least = Self.strongShare * (spans.map(\.strength).max() ?? 0)
    let strong = spans.filter { $0.strength >= least }.min { $0.range.lowerBound < $1.range.lowerBound }?
      .range
    guard let strong, !Self.shows(strong.upperBound, text, columns),
      let place = scalars.index(text.startIndex, offsetBy: strong.lowerBound, limitedBy: text.endIndex),
      place < text.endIndex
    else { return origin }
    var index = place
    var wordStart: String.Index?
    var walked = 0
    // What follows may leave room for more of what comes before.
    let room = max(columns / 3, columns - 1 - Self.columns(text[place...], upTo: columns))
    while index > text.startIndex, walked < room {
      let before = text.index(before: index)
      // The start of a word is better, where that leaves some context: CJK has none.
      if text[before].isWhitespace, walked * 2 >= room { wordStart = index }
      let width = TextWidth.columns(of: text[before])
      if walked + width > room { break }
      walked += width
      index = before
    }
    guard index > text.startIndex else { return origin }
    let start = wordStart ?? index
    return (start, strong.lowerBound - scalars.distance(from: start, to: place))
  }

  /// The columns of the beginning of a text, not counted further than a limit.
  private static func columns(_ text: Substring, upTo limit: Int) -> Int {
    var used = 0
    for character in text {
      used += TextWidth.columns(of: character)
      if used >= limit { break }
    }
    return used
  }

  /// True where a line from the start of the text shows everything before a scalar, and more is to come or not.
  private static func shows(_ end: Int, _ text: String, _ columns: Int) -> Bool {
    var used = 0
    var position = 0
    for character in text {
      if position >= end { return used < columns || position == 0 }
      used += TextWidth.columns(of: character)
      if used > columns { return false }
      position += character.unicodeScalars.count
    }
    return true
  }
}

extension Snippet.Emphasis {
  /// Its look: by an underline and weight besides the colour.
  func style(_ plain: StyleName, match: StyleName, on surface: StyleName?) -> Style {
    switch self {
    case .none: Style(plain, on: surface)
    case .match: Style(match, on: surface, attributes: .underline)
    case .best: Style(match, on: surface, attributes: [.underline, .bold])
    }
  }
}
