import Recipes
import Screen

/// Attention: whose tokens, which head, and whether that one is shown large.
struct AttentionState: Equatable, Sendable {
  var side = TokensState.Side.query
  /// The cursor in the grid, from 0.
  var layer = 0
  var head = 0
  var isLarge = false
  /// The cursor in the large map: the token that looks, and the one that is looked at.
  var row = 0
  var column = 0
  /// The first layer and head of the grid that are on the screen.
  var layerOffset = 0
  var headOffset = 0
  /// What is on the screen, prepared for drawing.
  var shown: ShownAttention?
}

/// Where a head looks: the mean share of a token's attention.
struct HeadLook: Equatable, Sendable {
  enum Target: CaseIterable, Equatable, Sendable {
    case first, itself, previous, next, separator

    /// How the grid marks a head that looks there most.
    var letter: String {
      switch self {
      case .first: "f"
      case .itself: "i"
      case .previous: "p"
      case .next: "n"
      case .separator: "s"
      }
    }

    /// How it is called, given the name of the last special token.
    func name(_ separator: String) -> String {
      switch self {
      case .first: "the first token"
      case .itself: "itself"
      case .previous: "the previous token"
      case .next: "the next token"
      case .separator: separator
      }
    }
  }

  /// In the order of `Target.allCases`.
  let masses: [Float]

  /// From such a share on a head is called by where it looks.
  static let telling: Float = 0.4

  /// The targets, the most looked at first.
  var ranked: [(target: Target, mass: Float)] {
    zip(Target.allCases, masses).map { (target: $0, mass: $1) }.sorted { $0.mass > $1.mass }
  }

  /// Where the head looks for the most part; nil where nothing of this kind stands out.
  var target: Target? { ranked.first.flatMap { $0.mass >= Self.telling ? $0.target : nil } }

  /// Reads one map `[tokens, tokens]`; `separator` is the column of the last special token, if there is one.
  init(_ map: ArraySlice<Float>, tokens: Int, separator: Int?) {
    var sums = [Float](repeating: 0, count: Target.allCases.count)
    for row in 0..<tokens {
      let start = map.startIndex + row * tokens
      // Each cell counts once: the ends of the text come before what is beside the token.
      var counted: Set<Int> = []
      func add(_ column: Int?, to target: Int) {
        guard let column, (0..<tokens).contains(column), counted.insert(column).inserted else { return }
        sums[target] += map[start + column]
      }
      add(0, to: 0)
      add(separator, to: 4)
      add(row, to: 1)
      add(row - 1, to: 2)
      add(row + 1, to: 3)
    }
    masses = sums.map { tokens > 0 ? $0 / Float(tokens) : 0 }
  }
}

/// Attention prepared for drawing, so that a frame costs no more than its cells.
struct ShownAttention: Equatable, Sendable {
  /// Every head's map in few samples.
  struct Thumbnails: Equatable, Sendable {
    /// Columns and rows of samples.
    let size: Size
    /// `[layers, heads, rows, columns]`: the greatest attention of the tokens that a sample stands for.
    let samples: [Float]

    func sample(head: Int, column: Int, row: Int) -> Float {
      samples[(head * size.rows + row) * size.columns + column]
    }
  }

  /// One head for the large map.
  struct Large: Equatable, Sendable {
    let head: Int
    let values: [Float]
    /// From 0 to the value that 98 % of all are below.
    let range: ClosedRange<Float>
  }

  /// What it was prepared from.
  let source: AttentionMaps
  let labels: [String]
  /// By layer and head.
  let looks: [HeadLook]
  /// The name of the last special token.
  let separator: String
  var thumbnails: Thumbnails
  var large: Large?

  init(_ source: AttentionMaps, size: Size) {
    self.source = source
    labels = source.tokens.map { TokenLabel.text($0.text) }
    let last = source.tokens.indices.last { $0 > 0 && source.tokens[$0].isSpecial }
    separator = last.map { TokenLabel.text(source.tokens[$0].text) } ?? "the end"
    looks = (0..<source.layers * source.heads).map { index in
      HeadLook(
        source.map(layer: index / source.heads, head: index % source.heads), tokens: source.tokens.count,
        separator: last)
    }
    thumbnails = Thumbnails(source, size: size)
  }

  func look(layer: Int, head: Int) -> HeadLook? {
    let index = layer * source.heads + head
    return looks.indices.contains(index) ? looks[index] : nil
  }
}

extension ShownAttention.Thumbnails {
  /// Samples maps by their maximum: one strong look among many tokens still shows.
  init(_ source: AttentionMaps, size: Size) {
    let count = source.tokens.count
    let (columns, rows) = (max(1, min(size.columns, count)), max(1, min(size.rows, count)))
    self.size = Size(columns: columns, rows: rows)
    guard count > 0 else {
      samples = [Float](repeating: 0, count: source.layers * source.heads)
      return
    }
    var samples = [Float](repeating: 0, count: source.layers * source.heads * rows * columns)
    let ends = (0..<columns).map { ($0 + 1) * count / columns }
    source.values.withUnsafeBufferPointer { values in
      var index = 0
      for head in 0..<source.layers * source.heads {
        for token in 0..<count {
          let place = (head * rows + token * rows / count) * columns
          var other = 0
          for column in 0..<columns {
            var greatest = samples[place + column]
            while other < ends[column] {
              let value = values[index]
              if value > greatest { greatest = value }
              index += 1
              other += 1
            }
            samples[place + column] = greatest
          }
        }
      }
    }
    self.samples = samples
  }
}

extension ShownAttention.Large {
  init(_ source: AttentionMaps, head: Int) {
    self.head = head
    values = Array(source.map(layer: head / source.heads, head: head % source.heads))
    range = 0...Self.high(values)
  }

  /// The value that 98 of 100 are below, to a thousandth; attention lies between 0 and 1.
  private static func high(_ values: [Float]) -> Float {
    var counts = [Int](repeating: 0, count: 1001)
    for value in values { counts[value > 0 ? Int(min(value, 1) * 1000) : 0] += 1 }
    var rest = values.count * 2 / 100
    for (place, count) in counts.enumerated().reversed() {
      rest -= count
      if rest < 0 { return max(Float(place + 1) / 1000, 0.01) }
    }
    return 1
  }
}

extension State {
  /// The maps that came last; nil where none have.
  var attentionMaps: AttentionMaps? {
    guard case .attention(let maps) = inquiries[.attention].shown?.result else { return nil }
    return maps
  }

  /// Whose attention is asked for: without a selected text it is the query's.
  var attentionSide: TokensState.Side { neighbours.selected == nil ? .query : attention.side }
}
