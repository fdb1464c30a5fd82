import Recipes
import Screen

/// The map: how it is laid out, which part is shown, which point is selected.
struct MapState: Equatable, Sendable {
  enum Coloring: Equatable, Sendable {
    case none
    case field(String)
  }

  /// A layout that the user stopped.
  struct Stopped: Equatable, Sendable {
    var request: MapRequest
    var percent: Int
  }

  struct Selection: Equatable, Sendable {
    var index: Int
    var id: String
  }

  var method = MapMethod.pca
  var seed: UInt64 = 1
  var viewport = MapViewport()
  /// nil for the first field of few values.
  var coloring: Coloring?
  /// nil for letters where there are no colours.
  var wantsLetters: Bool?
  /// nil for marks as long as they are the exception: where most places are doubtful, the figure says it.
  var wantsTrust: Bool?
  var showsLinks = true
  var selection: Selection?
  /// True while the selection goes from one of the query's nearest texts to the next.
  var followsQuery = false
  var stopped: Stopped?
  /// The map as it was shown last, prepared for drawing.
  var ground: MapGround?
  var picture: MapPicture?
}

/// A map with what colours and doubts follow from it, whatever part is shown.
struct MapGround: Equatable, Sendable {
  /// A colour of the legend.
  struct Category: Equatable, Sendable {
    /// What stands for it where colours do not.
    var letter: Character
    var title: String
    var count: Int
    var style: StyleName
  }

  let source: TextMap
  /// The field that colours the points; nil for none.
  let fieldName: String?
  /// How many points can be drawn at all: there may be ids without places.
  let count: Int
  let bounds: MapBounds
  let categories: [Category]
  /// By point the place of its category.
  let series: [UInt8]
  /// By point how far it is to be trusted; NaN where that was not judged, empty where none was yet.
  let trust: [Float]
  /// How many points were judged, and how many of these have a trust below `doubt`.
  let judgedCount: Int
  let doubtfulCount: Int

  /// The trust below which a point is marked: half way between neighbours drawn at random, 0.5, and true ones, 1.
  static let doubt: Float = 0.75
  /// How many values have a colour of their own.
  static let colors: [StyleName] = [
    .plotSeries1, .plotSeries2, .plotSeries3, .plotSeries4, .plotSeries5, .plotSeries6,
  ]

  init(_ source: TextMap, coloring: MapState.Coloring?) {
    self.source = source
    count = min(source.ids.count, source.x.count, source.y.count)
    bounds = MapBounds(x: source.x, y: source.y)
    let field = Self.field(source, coloring)
    fieldName = field?.name
    (categories, series) = Self.categories(field, count: count)
    trust = source.trust.count >= count ? source.trust : []
    judgedCount = trust.prefix(count).count { !$0.isNaN }
    doubtfulCount = trust.prefix(count).count { $0 < Self.doubt }
  }

  /// The field that a choice means; with no choice the first of two to twelve values.
  static func field(_ source: TextMap, _ coloring: MapState.Coloring?) -> TextMap.Field? {
    switch coloring {
    case .none?: nil
    case .field(let name)?: source.fields.first { $0.name == name }
    case nil: source.fields.first { (2...12).contains($0.values.count) }
    }
  }

  private static func categories(
    _ field: TextMap.Field?, count: Int
  ) -> (categories: [Category], series: [UInt8]) {
    guard let field else {
      return ([], [UInt8](repeating: 0, count: count))
    }
    let named = min(colors.count, field.values.count)
    var letters = LetterChooser()
    var categories = (0..<named).map { index in
      Category(
        letter: letters.choose(for: field.values[index]), title: field.values[index], count: 0,
        style: colors[index])
    }
    let rest = field.values.count - named
    categories.append(
      Category(letter: "+", title: "\(Numbers.count(rest, "other value"))", count: 0, style: .text))
    categories.append(Category(letter: "·", title: "without", count: 0, style: .textMuted))
    var series = [UInt8](repeating: UInt8(named + 1), count: count)
    for (point, value) in field.indices.prefix(count).enumerated() where value >= 0 {
      series[point] = UInt8(min(value, named))
    }
    for point in series { categories[Int(point)].count += 1 }
    return (categories, series)
  }

  /// The place of an id.
  func index(of id: String) -> Int? {
    source.ids.firstIndex(of: id).flatMap { $0 < count ? $0 : nil }
  }

  /// The true nearest of a point, best first.
  func nearest(to index: Int) -> [Int] {
    let size = source.neighbourCount
    guard size > 0, index >= 0, (index + 1) * size <= source.neighbours.count else { return [] }
    return source.neighbours[index * size..<(index + 1) * size].map { Int($0) }.filter {
      $0 >= 0 && $0 < count
    }
  }
}

/// Finds a letter for each of a few values, their initials where these are free.
struct LetterChooser {
  private var used: Set<Character> = []

  mutating func choose(for value: String) -> Character {
    let letters = Character("a").unicodeScalars.first.map { first in
      (0..<26).compactMap { Unicode.Scalar(first.value + $0).map { Character($0) } }
    }
    let own = value.prefix(64).lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let letter = (Array(own) + (letters ?? [])).first { !used.contains($0) } ?? "?"
    used.insert(letter)
    return letter
  }
}

extension State {
  /// The request of the map that is shown, and the map.
  var shownMap: (request: MapRequest, map: TextMap)? {
    guard let shown = inquiries[.map].shown, case .map(let request) = shown.request,
      case .map(let map) = shown.result
    else { return nil }
    return (request, map)
  }

  /// The query's place on the map that is shown; nil where it is not known.
  var placement: Placement? {
    guard !query.field.isEmpty, let shown = inquiries[.placement].shown,
      case .placement(let request) = shown.request, case .placement(let placement) = shown.result,
      request.map == shownMap?.request, placement.x.isFinite, placement.y.isFinite
    else { return nil }
    return placement
  }

  /// True where the texts or their vectors are no longer those of the map: another method alone is no reason.
  var mapIsMarked: Bool {
    guard isMarked(.map), let shown = shownMap?.request, case .map(let asked)? = inquiries[.map].asked
    else { return false }
    return shown.recipe != asked.recipe || shown.corpus != asked.corpus
  }

  /// What the map needs: the layout, and the query's place on what is shown of it.
  func mapRequests(_ recipe: Recipe) -> [ViewRequest] {
    let stamp = corpusStamp
    guard corpus.summary != nil, stamp.indexed > 0 else { return [] }
    var texts = recipe
    texts.queries = recipe.documents
    // A slow layout waits for the last text: it would begin anew with every tenth.
    let isWhole = (corpus.indexing?.done ?? 0) >= corpus.indexing?.total ?? 0
    let method = isWhole ? map.method : .pca
    let wanted = MapRequest(
      recipe: texts, corpus: stamp, method: method, seed: method == .pca ? 0 : map.seed)
    var requests: [ViewRequest] = [.map(wanted)]
    if let shown = shownMap, !query.field.isEmpty {
      requests.append(
        .placement(
          PlacementRequest(
            query: query.field.text, map: shown.request, step: mapStep, queries: recipe.queries)))
    }
    return requests
  }

  /// How far the layout that is shown is: grows with every step, and is greatest at the end.
  private var mapStep: Int {
    let inquiry = inquiries[.map]
    guard requests.isOutstanding(.view(.map)), inquiry.shown?.request == inquiry.asked else { return .max }
    return inquiry.progress?.done ?? 0
  }

  /// The parts of the map's pane; nil while it is not on the screen.
  var mapLayout: MapLayout? { layout.pane(of: .map).map { MapLayout($0.rect.inset()) } }

  /// The projection in force; nil where there is no map on the screen.
  var mapProjection: MapProjection? {
    guard let ground = map.ground, let canvas = mapLayout?.canvas, !canvas.isEmpty else { return nil }
    return MapProjection(ground.bounds, canvas: canvas.size, viewport: map.viewport)
  }

  /// Prepares what the map shows, where it has changed.
  mutating func settleMap(_ inner: Rect?) {
    guard let inner, let source = shownMap?.map else {
      if shownMap == nil { (map.ground, map.picture) = (nil, nil) }
      return
    }
    let field = MapGround.field(source, map.coloring)?.name
    if map.ground?.source != source || map.ground?.fieldName != field {
      let ground = MapGround(source, coloring: map.coloring)
      map.ground = ground
      map.picture = nil
      followSelection(ground)
    }
    guard let ground = map.ground else { return }
    let key = MapPicture.Key(
      size: MapLayout(inner).canvas.size, viewport: map.viewport,
      hasLetters: ground.fieldName != nil && (map.wantsLetters ?? (depth == .none)),
      showsTrust: map.showsTrust(ground))
    if map.picture?.key != key { map.picture = MapPicture(ground, key) }
  }

  /// The selection stays on its text.
  private mutating func followSelection(_ ground: MapGround) {
    guard let selection = map.selection else { return }
    if selection.index < ground.count, ground.source.ids[selection.index] == selection.id { return }
    map.selection = ground.index(of: selection.id).map { .init(index: $0, id: selection.id) }
  }
}

extension MapState {
  /// Marks stand for doubtful places up to this share of the judged texts, unless the user chose.
  private static let markedShare = 1.0 / 3

  func showsTrust(_ ground: MapGround) -> Bool {
    wantsTrust ?? (Double(ground.doubtfulCount) <= Self.markedShare * Double(max(1, ground.judgedCount)))
  }
}
