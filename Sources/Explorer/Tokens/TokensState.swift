import Recipes
import Screen

/// Tokens: which panel, which token of either text, in which order.
struct TokensState: Equatable, Sendable {
  enum Panel: CaseIterable, Equatable, Sendable {
    /// What the model saw of both texts.
    case seen
    /// Each token's share of the score.
    case shares
    /// The tokens of the query against those of the text.
    case matrix
  }

  enum Side: CaseIterable, Equatable, Sendable {
    case query, document

    var other: Side { self == .query ? .document : .query }
  }

  enum Order: Equatable, Sendable {
    case place
    /// The largest share first, whatever its sign.
    case size
  }

  enum Values: Equatable, Sendable {
    case similarities, contributions
  }

  /// Where arrows move the cursor; the one that is shown where there is room for one.
  var panel = Panel.shares
  /// Whose tokens arrows go through, outside of the matrix.
  var side = Side.document
  var order = Order.place
  var values = Values.similarities
  /// The selected token of either text: every panel lights both.
  var selected = Sided(query: 0, document: 0)
  /// The lists of shares, in the order that is shown.
  var lists = Sided(query: ScrollList(), document: ScrollList())
  /// The first line of what the model saw that is on the screen.
  var seenOffset = 0
  /// What is on the screen, prepared for drawing.
  var shown: ShownExplanation?
}

/// Something of each of the two texts.
struct Sided<Value: Equatable & Sendable>: Equatable, Sendable {
  var query: Value
  var document: Value

  subscript(side: TokensState.Side) -> Value {
    get { side == .query ? query : document }
    set {
      if side == .query { query = newValue } else { document = newValue }
    }
  }
}

/// An explanation prepared for drawing, so that a frame costs no more than its cells.
struct ShownExplanation: Equatable, Sendable {
  /// One text's tokens.
  struct Tokens: Equatable, Sendable {
    let labels: [String]
    /// The columns of the widest label.
    let labelColumns: Int
    /// The places of the tokens, the largest share first.
    let bySize: [Int]
    /// The least and the greatest of shares and bias, which all bars are measured by.
    let least: Float
    let greatest: Float
    let sum: Double
    let hasShares: Bool

    init(_ side: TokenExplanation.Side) {
      labels = side.tokens.map { TokenLabel.text($0.text) }
      labelColumns = labels.reduce(0) { max($0, $1.columns) }
      let shares = side.tokens.map { $0.share ?? .nan }
      hasShares = shares.contains(where: \.isFinite)
      func size(_ index: Int) -> Float { shares[index].isFinite ? shares[index].magnitude : -1 }
      bySize = shares.indices.sorted { (size($1), $0) < (size($0), $1) }
      let finite = (shares + [side.bias]).filter(\.isFinite)
      least = finite.min() ?? 0
      greatest = finite.max() ?? 0
      sum = side.tokens.reduce(0) { $0 + Double($1.share ?? 0) }
    }

    func order(_ order: TokensState.Order, place: Int) -> Int {
      order == .size ? bySize[checked: place] ?? 0 : place
    }

    func place(of token: Int, in order: TokensState.Order) -> Int {
      order == .size ? bySize.firstIndex(of: token) ?? 0 : token
    }
  }

  /// What it was prepared from.
  let source: TokenExplanation
  let query: Tokens
  let document: Tokens?
  let similarityRange: ClosedRange<Float>
  let contributionRange: ClosedRange<Float>
  /// What the model saw, in lines of the panel's width.
  var seen: SeenTokens

  init(_ source: TokenExplanation, columns: Int) {
    self.source = source
    query = Tokens(source.query)
    document = source.document.map { Tokens($0) }
    similarityRange = Heatmap.range(of: source.similarities, ramp: .sequential)
    contributionRange = Heatmap.range(of: source.contributions ?? [], ramp: .diverging)
    seen = SeenTokens(source, columns: columns)
  }

  func tokens(_ side: TokensState.Side) -> Tokens? { side == .query ? query : document }

  func side(_ side: TokensState.Side) -> TokenExplanation.Side? {
    side == .query ? source.query : source.document
  }
}

extension State {
  /// The explanation that came last; nil where none has.
  var explanation: TokenExplanation? {
    guard case .explanation(let explanation) = inquiries[.explanation].shown?.result else { return nil }
    return explanation
  }

  /// True once the explanation has been of another query, text or recipe for longer than a moment.
  var tokensAreMarked: Bool { isMarked(.explanation) || neighboursAreMarked }

  /// The panel with the cursor: without a text there is only what the model saw.
  var tokensPanel: TokensState.Panel { tokens.shown?.document == nil ? .seen : tokens.panel }

  var tokensSide: TokensState.Side { tokens.shown?.document == nil ? .query : tokens.side }
}
