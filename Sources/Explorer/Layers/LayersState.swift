import Recipes
import Screen

/// Layers: which layer the cursor is on, and which text is followed.
struct LayersState: Equatable, Sendable {
  /// The layer under the cursor; nil for the last that there is.
  var layer: Int?
  /// The id of the text that is followed; nil for the first at the last layer.
  var followed: String?
  /// The first row of blocks that is on the screen.
  var offset = 0
  /// What is on the screen, prepared for drawing.
  var shown: ShownSweep?

  /// How many of the nearest texts are asked for: overlaps are of so many.
  static let top = 10
}

/// A sweep prepared for drawing, so that a frame costs no more than its cells.
struct ShownSweep: Equatable, Sendable {
  /// What it was prepared from.
  let source: LayerSweep
  /// By layer, from 0 to the last of the model; nil for those that are not swept yet.
  let layers: [LayerSweep.Layer?]
  /// The beginning of every nearest text, by layer.
  let texts: [[String]]
  /// The id of the text that is first at the last layer; nil until that is swept.
  let first: String?
  let scoreRange: ClosedRange<Float>
  /// By layer: how far up the followed text is, 1 for first, 0 for the lowest of its ranks.
  let heights: [Float?]

  init(_ source: LayerSweep, last: Int) {
    self.source = source
    layers = (0...max(0, last)).map { number in source.layers.first { $0.layer == number } }
    texts = layers.map { ($0?.nearest ?? []).map { $0.text.prefixOnOneLine(80) } }
    first = layers.last?.flatMap(\.nearest.first?.id)
    let scores = source.layers.compactMap(\.followedScore).filter(\.isFinite)
    let (low, high) = (scores.min() ?? 0, scores.max() ?? 1)
    // Cosines are drawn from 0, so that a small rise does not look like a large one.
    let base = source.metric == .cosine ? min(0, low) : low
    scoreRange = base < high ? base...high : base...(base + 1)
    let lowest = source.layers.compactMap(\.followedRank).max() ?? 1
    heights = layers.map { $0?.followedRank.map { Self.height(rank: $0, lowest: lowest) } }
  }

  /// The place of a rank among doublings: from 64th to 32nd is as far as from 2nd to 1st.
  static func height(rank: Int, lowest: Int) -> Float {
    guard lowest > 1 else { return 1 }
    return 1 - doublings(rank) / doublings(lowest)
  }

  /// The binary logarithm, straight between powers of two.
  private static func doublings(_ number: Int) -> Float {
    guard number > 1 else { return 0 }
    let whole = Int.bitWidth - 1 - number.leadingZeroBitCount
    return Float(whole) + Float(number - (1 << whole)) / Float(1 << whole)
  }
}

extension State {
  /// The sweep that came last, whole or not; nil where none has.
  var sweep: LayerSweep? {
    guard case .layers(let sweep) = inquiries[.layers].shown?.result else { return nil }
    return sweep
  }

  /// The layer under the cursor.
  var layersCursor: Int {
    let last = (layers.shown?.layers.count ?? 1) - 1
    return min(max(0, layers.layer ?? last), last)
  }

  /// The layer whose states the recipe pools.
  var recipeLayer: Int? { recipe?.recipe.readout.layer }
}
