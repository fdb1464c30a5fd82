import Recipes
import Screen

/// The recipe in one line: what is assumed or overridden is marked, however little room there is.
struct HeaderView {
  private var items: [HeaderItem]

  init(_ state: State) {
    guard let description = state.model.description else {
      let isLoading = state.requests.isOutstanding(.model)
      items = [HeaderItem(name: isLoading ? "loading \(state.model.wanted)" : "no model")]
      return
    }
    items = [HeaderItem(name: description.name)]
    if let recipe = state.recipe {
      items += HeaderItem.items(description, recipe, state.background?.loss)
    } else {
      items.append(HeaderItem(name: "no recipe"))
    }
    if let frozen = state.frozen { items.append(HeaderItem(sideB: frozen, beside: state)) }
  }

  /// The line of model and recipe as it is with all the room that it needs.
  static func summary(_ state: State) -> String {
    var alone = state
    alone.frozen = nil
    return line(HeaderView(alone).items, .full).pieces.map(\.text).joined()
  }

  func draw(into frame: inout Frame, _ rect: Rect) {
    let line = line(columns: rect.columns - 2)
    line.draw(into: &frame, at: Point(column: rect.left + 1, row: rect.top), width: rect.columns - 2)
  }

  /// Where the facts stand that something can be done about.
  func spots(_ rect: Rect) -> [(rect: Rect, name: String, action: Action)] {
    let (items, fullness) = fitted(columns: rect.columns - 2)
    var spots: [(rect: Rect, name: String, action: Action)] = []
    var column = rect.left + 1
    for (index, item) in items.enumerated() {
      if index > 0 { column += Self.separator(fullness).columns }
      let columns = min(Self.pieces(item, fullness).columns, rect.right - 1 - column)
      if let action = item.action, columns > 0 {
        spots.append(
          (Rect(column: column, row: rect.top, columns: columns, rows: 1), item.name, action))
      }
      column += columns
    }
    return spots
  }

  /// How much a line says.
  private enum Fullness: CaseIterable {
    /// `pooling mean (declared)`
    case full
    /// `pooling mean`, `pooling cls*`
    case marked
    /// `cls*`, with spaces alone between.
    case terse
  }

  /// The most telling line that fits.
  func line(columns: Int) -> StyledLine {
    let (items, fullness) = fitted(columns: columns)
    return Self.line(items, fullness)
  }

  /// The facts that the most telling line has that fits, as they are shortened for it.
  private func fitted(columns: Int) -> ([HeaderItem], Fullness) {
    func isTooLong(_ items: [HeaderItem], _ fullness: Fullness) -> Bool {
      Self.line(items, fullness).columns > columns
    }
    if !isTooLong(items, .full) { return (items, .full) }
    var items = items
    // A folder's path tells less than the recipe: its name is enough.
    items[0].value = items[0].value.lastOfPath
    if !isTooLong(items, .full) { return (items, .full) }
    // Long texts of prompts give way before facts do.
    for room in [24, 16] where isTooLong(items, .marked) { items = items.map { $0.shortened(to: room) } }
    while isTooLong(items, .marked), let index = Self.leastImportant(items) { items.remove(at: index) }
    if isTooLong(items, .marked) { items = items.map { $0.shortened(to: 8) } }
    if !isTooLong(items, .marked) { return (items, .marked) }
    let excess = Self.line(items, .terse).columns - columns
    if excess > 0 {
      items[0].value = items[0].value.truncated(to: max(4, items[0].value.columns - excess))
    }
    return (items, .terse)
  }

  /// The index of the unmarked item that tells least; nil where none may go.
  private static func leastImportant(_ items: [HeaderItem]) -> Int? {
    items.indices.filter { items[$0].importance > 0 && !items[$0].isMarked }
      .max { items[$0].importance < items[$1].importance }
  }

  private static func line(_ items: [HeaderItem], _ fullness: Fullness) -> StyledLine {
    var line = StyledLine()
    for (index, item) in items.enumerated() {
      if index > 0 { line.add(separator(fullness), Style(.textMuted)) }
      for piece in pieces(item, fullness).pieces { line.add(piece.text, piece.style) }
    }
    return line
  }

  private static func separator(_ fullness: Fullness) -> String { fullness == .terse ? " " : " · " }

  private static func pieces(_ item: HeaderItem, _ fullness: Fullness) -> StyledLine {
    var line = StyledLine()
    if fullness == .terse {
      line.add(item.terse, Style(item.style))
    } else {
      if !item.label.isEmpty { line.add(item.label + " ", Style(.header)) }
      line.add(item.value, Style(item.style))
    }
    let mark = item.mark(isLong: fullness == .full)
    if !mark.isEmpty { line.add(mark, Style(item.style)) }
    return line
  }
}

extension String {
  /// The last part of a path, marked as such; any other name as it is.
  var lastOfPath: String {
    guard hasPrefix("/") || hasPrefix("."), let last = split(separator: "/").last else { return self }
    return "…/" + last
  }
}

/// One fact of the header.
struct HeaderItem {
  var label = ""
  var value: String
  /// A few columns for where there is no room; nil for the value itself.
  var brief: String?
  /// nil where there is nothing to say about where it comes from.
  var source: Source?
  /// 0 never goes; the greatest goes first.
  var importance = 0
  /// True where `declared` is said too.
  var saysDeclared = false
  /// True for text that may be cut.
  var isText = false
  /// What changes it; nil where nothing on the screen does.
  var action: Action?

  init(name: String) {
    value = name
    action = .chooseModel
  }

  init(
    _ label: String, _ value: String, brief: String? = nil, _ source: Source, importance: Int,
    action: Action? = nil
  ) {
    self.label = label
    self.value = value
    self.brief = brief
    self.source = source
    self.importance = importance
    self.action = action
  }

  /// What annotations call it.
  var name: String {
    switch action {
    case .chooseModel: "model"
    case .chooseDimensions: "dimensions"
    case .choosePooling: "pooling"
    case .chooseLayer: "layer"
    case .choosePrecision: "precision"
    case .chooseInstruction: "prompt"
    case .chooseMetric: "metric"
    case .showCompare: "b"
    default: ""
    }
  }

  var isMarked: Bool { source.map { $0 != .declared } ?? false }

  var terse: String { brief ?? value }

  var style: StyleName {
    switch source {
    case .overridden: .headerOverridden
    case .assumed, .table: .headerAssumed
    case .declared, nil: .headerValue
    }
  }

  func mark(isLong: Bool) -> String {
    switch source {
    case nil: ""
    case .declared: isLong && saysDeclared ? " (declared)" : ""
    case .table: isLong ? " (table)" : "+"
    case .assumed: isLong ? " (assumed)" : "?"
    case .overridden: isLong ? " (overridden)" : "*"
    }
  }

  func shortened(to columns: Int) -> HeaderItem {
    guard isText else { return self }
    var item = self
    item.value = value.truncated(to: columns)
    return item
  }
}

extension HeaderItem {
  /// The facts of a recipe, in their order on the screen.
  ///
  /// `loss` is what the precision loses, where that has been measured.
  static func items(
    _ description: ModelDescription, _ resolved: ResolvedRecipe, _ loss: PrecisionLoss?
  ) -> [HeaderItem] {
    let readout = resolved.recipe.readout
    let available = description.vectorDimensions(pooling: readout.pooling, head: readout.head)
    var items = [
      HeaderItem(
        "", "\(readout.dimensions ?? available)", resolved.dimensions.source, importance: 5,
        action: .chooseDimensions),
      pooling(resolved.pooling),
    ]
    if readout.pooling.contains(.lastToken), description.closesTexts == false,
      resolved.recipe.queries.markers == nil
    {
      items.append(
        HeaderItem("", "no end token", brief: "no end", .assumed, importance: 2, action: .choosePooling))
    }
    if resolved.poolsPrompt.source == .overridden || !readout.poolsPrompt {
      let source = resolved.poolsPrompt.source
      items.append(
        readout.poolsPrompt
          ? HeaderItem(
            "prompt tokens", "pooled", brief: "+ptok", source, importance: 6, action: .choosePooling)
          : HeaderItem(
            "prompt tokens", "left out", brief: "-ptok", source, importance: 6, action: .choosePooling))
    }
    if resolved.layer.source == .overridden {
      items.append(
        HeaderItem(
          "layer", "\(readout.layer)", brief: "L\(readout.layer)", .overridden, importance: 2,
          action: .chooseLayer))
    }
    if !description.head.value.isEmpty || readout.head == .pooler {
      items.append(head(readout.head, resolved.head.source))
    }
    return items + prompts(resolved) + scores(resolved, loss)
  }

  private static func head(_ head: HeadChoice, _ source: Source) -> HeaderItem {
    let (value, brief) =
      switch head {
      case .declared: ("on", "+head")
      case .none: ("off", "-head")
      case .pooler: ("pooler", "+pooler")
      }
    return HeaderItem("head", value, brief: brief, source, importance: 7, action: .choosePooling)
  }

  private static func pooling(_ pooling: Sourced<[Pooling]>) -> HeaderItem {
    let name = Pooling.describe(pooling.value)
    var item = HeaderItem(
      "pooling", name, brief: name.truncated(to: 10), pooling.source, importance: 1,
      action: .choosePooling)
    item.saysDeclared = true
    return item
  }

  private static func prompts(_ resolved: ResolvedRecipe) -> [HeaderItem] {
    func item(_ label: String, _ prompt: Prompt, _ letter: String, _ importance: Int) -> HeaderItem {
      let text = prompt.shown
      let brief = letter + (prompt.markers != nil ? "[…]" : prompt.text.isEmpty ? "–" : "\"…")
      var item = HeaderItem(
        label, text, brief: brief, prompt.source, importance: importance,
        action: .chooseInstruction)
      item.isText = true
      return item
    }
    let documents = resolved.documentPrompt
    var items = [item("prompt", resolved.queryPrompt, "Q", 2)]
    if !documents.text.isEmpty || documents.markers != nil || documents.source != .declared {
      items.append(item("of documents", documents, "D", 4))
    }
    let joining = resolved.joining
    if joining.source == .overridden || joining.value != .asWritten {
      items.append(
        HeaderItem(
          "joined", joining.value.rawValue, joining.source, importance: 7, action: .chooseInstruction))
    }
    return items
  }

  private static func scores(_ resolved: ResolvedRecipe, _ loss: PrecisionLoss?) -> [HeaderItem] {
    let readout = resolved.recipe.readout
    let metric = resolved.metric.value.rawValue
    var items = [
      HeaderItem(
        "", metric, brief: String(metric.prefix(3)), resolved.metric.source, importance: 3,
        action: .chooseMetric)
    ]
    if resolved.normalizes.source == .overridden || !readout.normalizes {
      items.append(
        HeaderItem(
          "", readout.normalizes ? "normalised" : "not normalised",
          brief: readout.normalizes ? "norm" : "raw", resolved.normalizes.source, importance: 6,
          action: .chooseMetric))
    }
    // Without a choice the arithmetic is f32, as in the reference: nothing to be warned of.
    let precision = resolved.precision
    let source = precision.source == .assumed ? .declared : precision.source
    items.append(
      HeaderItem("", precision.value.rawValue, source, importance: 9, action: .choosePrecision))
    if let loss {
      items.append(
        HeaderItem(
          "cosine to f32", "\(Numbers.nearness(loss.mean)), least \(Numbers.nearness(loss.minimum))",
          .declared, importance: 10, action: .choosePrecision))
    }
    let length = resolved.maximumLength
    let isLimited = length.value != Encoding.unlimited
    items.append(
      HeaderItem(
        "", isLimited ? "\(length.value) max" : "any length", brief: isLimited ? "\(length.value)" : "∞",
        length.source, importance: 8))
    return items
  }
}

extension HeaderItem {
  /// Side B of comparisons: the model, where it is another one, and what its recipe has otherwise.
  init(sideB frozen: ComparedRecipe, beside state: State) {
    var parts: [String] = []
    if frozen.model != state.model.description?.name { parts.append(frozen.model.lastOfPath) }
    if frozen.overrides != state.overrides { parts.append(frozen.overrides.change(from: state.overrides)) }
    self.init(name: parts.isEmpty ? "same" : parts.joined(separator: ", "))
    label = "B:"
    brief = "B"
    isText = true
    action = .showCompare
  }
}
