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
      items += HeaderItem.items(description, recipe)
    } else {
      items.append(HeaderItem(name: "no recipe"))
    }
  }

  func draw(into frame: inout Frame, _ rect: Rect) {
    let line = line(columns: rect.columns - 2)
    line.draw(into: &frame, at: Point(column: rect.left + 1, row: rect.top), width: rect.columns - 2)
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
    let full = Self.line(items, .full)
    if full.columns <= columns { return full }
    var items = items
    // A folder's path tells less than the recipe: its name is enough.
    items[0].value = items[0].value.lastOfPath
    let short = Self.line(items, .full)
    if short.columns <= columns { return short }
    var line = Self.line(items, .marked)
    // Long texts of prompts give way before facts do.
    for room in [24, 16] where line.columns > columns {
      items = items.map { $0.shortened(to: room) }
      line = Self.line(items, .marked)
    }
    while line.columns > columns, let index = Self.leastImportant(items) {
      items.remove(at: index)
      line = Self.line(items, .marked)
    }
    if line.columns > columns {
      items = items.map { $0.shortened(to: 8) }
      line = Self.line(items, .marked)
    }
    if line.columns > columns { line = Self.line(items, .terse) }
    if line.columns > columns {
      let room = items[0].value.columns - (line.columns - columns)
      items[0].value = items[0].value.truncated(to: max(4, room))
      line = Self.line(items, .terse)
    }
    return line
  }

  /// The index of the unmarked item that tells least; nil where none may go.
  private static func leastImportant(_ items: [HeaderItem]) -> Int? {
    items.indices.filter { items[$0].importance > 0 && !items[$0].isMarked }
      .max { items[$0].importance < items[$1].importance }
  }

  private static func line(_ items: [HeaderItem], _ fullness: Fullness) -> StyledLine {
    var line = StyledLine()
    for (index, item) in items.enumerated() {
      if index > 0 { line.add(fullness == .terse ? " " : " · ", Style(.textMuted)) }
      if fullness == .terse {
        line.add(item.terse, Style(item.style))
      } else {
        if !item.label.isEmpty { line.add(item.label + " ", Style(.header)) }
        line.add(item.value, Style(item.style))
      }
      let mark = item.mark(isLong: fullness == .full)
      if !mark.isEmpty { line.add(mark, Style(item.style)) }
    }
    return line
  }
}

extension String {
  /// The last part of a path, marked as such; any other name as it is.
  fileprivate var lastOfPath: String {
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

  init(name: String) { value = name }

  init(_ label: String, _ value: String, brief: String? = nil, _ source: Source, importance: Int) {
    self.label = label
    self.value = value
    self.brief = brief
    self.source = source
    self.importance = importance
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
  static func items(_ description: ModelDescription, _ resolved: ResolvedRecipe) -> [HeaderItem] {
    let readout = resolved.recipe.readout
    let available = description.vectorDimensions(pooling: readout.pooling, head: readout.head)
    var items = [
      HeaderItem(
        "", "\(readout.dimensions ?? available)", resolved.dimensions.source, importance: 5),
      pooling(resolved.pooling),
    ]
    if readout.pooling.contains(.lastToken), description.closesTexts == false,
      resolved.recipe.queries.markers == nil
    {
      items.append(HeaderItem("", "no end token", brief: "no end", .assumed, importance: 2))
    }
    if resolved.poolsPrompt.source == .overridden || !readout.poolsPrompt {
      let source = resolved.poolsPrompt.source
      items.append(
        readout.poolsPrompt
          ? HeaderItem("prompt tokens", "pooled", brief: "+ptok", source, importance: 6)
          : HeaderItem("prompt tokens", "left out", brief: "-ptok", source, importance: 6))
    }
    if resolved.layer.source == .overridden {
      items.append(
        HeaderItem("layer", "\(readout.layer)", brief: "L\(readout.layer)", .overridden, importance: 2))
    }
    if !description.head.value.isEmpty || readout.head == .pooler {
      items.append(head(readout.head, resolved.head.source))
    }
    return items + prompts(resolved) + scores(resolved)
  }

  private static func head(_ head: HeadChoice, _ source: Source) -> HeaderItem {
    let (value, brief) =
      switch head {
      case .declared: ("on", "+head")
      case .none: ("off", "-head")
      case .pooler: ("pooler", "+pooler")
      }
    return HeaderItem("head", value, brief: brief, source, importance: 7)
  }

  private static func pooling(_ pooling: Sourced<[Pooling]>) -> HeaderItem {
    let name = Pooling.describe(pooling.value)
    var item = HeaderItem("pooling", name, brief: name.truncated(to: 10), pooling.source, importance: 1)
    item.saysDeclared = true
    return item
  }

  private static func prompts(_ resolved: ResolvedRecipe) -> [HeaderItem] {
    func item(_ label: String, _ prompt: Prompt, _ letter: String, _ importance: Int) -> HeaderItem {
      let text = prompt.shown
      let brief = letter + (prompt.markers != nil ? "[…]" : prompt.text.isEmpty ? "–" : "\"…")
      var item = HeaderItem(label, text, brief: brief, prompt.source, importance: importance)
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
      items.append(HeaderItem("joined", joining.value.rawValue, joining.source, importance: 7))
    }
    return items
  }

  private static func scores(_ resolved: ResolvedRecipe) -> [HeaderItem] {
    let readout = resolved.recipe.readout
    let metric = resolved.metric.value.rawValue
    var items = [
      HeaderItem("", metric, brief: String(metric.prefix(3)), resolved.metric.source, importance: 3)
    ]
    if resolved.normalizes.source == .overridden || !readout.normalizes {
      items.append(
        HeaderItem(
          "", readout.normalizes ? "normalised" : "not normalised",
          brief: readout.normalizes ? "norm" : "raw", resolved.normalizes.source, importance: 6))
    }
    // Without a choice the arithmetic is f32, as in the reference: nothing to be warned of.
    let precision = resolved.precision
    let source = precision.source == .assumed ? .declared : precision.source
    items.append(HeaderItem("", precision.value.rawValue, source, importance: 9))
    let length = resolved.maximumLength
    let isLimited = length.value != Encoding.unlimited
    items.append(
      HeaderItem(
        "", isLimited ? "\(length.value) max" : "any length", brief: isLimited ? "\(length.value)" : "∞",
        length.source, importance: 8))
    return items
  }
}
