import Recipes
import Screen

extension State {
  /// The study that is shown.
  var dimensionStudy: DimensionStudy? {
    guard case .dimensions(let study)? = inquiries[.dimensions].shown?.result else { return nil }
    return study
  }

  /// The size that vectors have under the recipe in force.
  var currentSize: Int? {
    guard let description = model.description, let readout = recipe?.recipe.readout else { return nil }
    return readout.dimensions ?? vectorSize(description)
  }

  /// The sizes to go through, rising: those worth trying and the one in force.
  var sizesToTry: [Int] {
    guard let description = model.description else { return [] }
    let sizes = cutSizes(description)
    guard let current = currentSize, !sizes.contains(current) else { return sizes }
    return (sizes + [current]).sorted()
  }

  func dimensionsRequest(_ recipe: Recipe) -> ViewRequest? {
    guard !query.field.isEmpty, corpusStamp.indexed > 0 else { return nil }
    var whole = recipe
    whole.readout.dimensions = nil
    return .dimensions(
      DimensionsRequest(
        query: query.field.text, recipe: whole, corpus: corpusStamp, sizes: sizesToTry, depth: 10,
        hasBackground: hasBackground(recipe)))
  }

  /// True once the texts of a background are encoded as this recipe encodes queries, whatever their vectors' size.
  private func hasBackground(_ recipe: Recipe) -> Bool {
    guard case .background(let shown)? = inquiries[.background].shown?.request else { return false }
    return shown.recipe.queries == recipe.queries && shown.recipe.readout.layer == recipe.readout.layer
      && shown.corpus == corpusStamp
  }

  /// Goes through the sizes: right and up are larger.
  mutating func moveSize(_ key: Key) {
    let sizes = sizesToTry
    guard let current = currentSize, let index = sizes.firstIndex(of: current) else { return }
    let next =
      switch key {
      case .right, .up: index + 1
      case .left, .down: index - 1
      case .pageUp: index + 3
      case .pageDown: index - 3
      case .home: 0
      case .end: sizes.count - 1
      default: index
      }
    cut(to: sizes[min(max(0, next), sizes.count - 1)])
  }

  /// Cuts vectors to a size at once; the model's own size is no choice of the user's.
  mutating func cut(to size: Int) {
    guard let description = model.description, size != currentSize else { return }
    var changed = overrides
    changed.dimensions = size == description.dimensions.value ?? vectorSize(description) ? nil : size
    setOverrides(changed)
  }

  /// The pane's title: of how many, whose nearest, what is out of date, the size in force.
  func dimsTitle(columns: Int) -> String {
    guard let study = dimensionStudy else { return View.dims.title }
    var parts = [View.dims.title]
    if isMarked(.dimensions) { parts.append("out of date") }
    if let size = currentSize, let whole = study.points.last?.size {
      parts.append(size < whole ? "cut to \(size) of \(whole)" : "all \(whole)")
    }
    parts.append("overlap@\(study.depth) by \(study.metric.rawValue)")
    while parts.count > 1, parts.joined(separator: " · ").columns > columns { parts.removeLast() }
    return parts.joined(separator: " · ")
  }

  /// Every size with what it keeps and costs.
  var dimsTable: ViewTable? {
    guard let study = dimensionStudy else { return nil }
    let declared = model.description?.dimensions.value
    func row(_ kind: String, _ point: DimensionStudy.Point) -> [ViewTable.Value] {
      [
        .whole(point.size), .text(kind), .number(point.overlap),
        point.averageOverlap.map { .number($0) } ?? .missing,
        point.margin.map { .number(Double($0)) } ?? .missing, .text(point.top), .whole(point.bytes),
        corpus.summary.map { .whole($0.count.multipliedReportingOverflow(by: point.bytes).partialValue) }
          ?? .missing,
        .flag(kind == "f32" && point.size == currentSize), .flag(kind == "f32" && point.size == declared),
      ]
    }
    return ViewTable(
      title: dimsTitle(columns: .max),
      facts: [
        ("depth", .whole(study.depth)), ("metric", .text(study.metric.rawValue)),
        ("normalised", .flag(recipe?.normalizes.value ?? false)),
        ("declared_size", declared.map { .whole($0) } ?? .missing),
        ("out_of_date", .flag(isMarked(.dimensions))),
      ],
      columns: [
        .init("size", spoken: "dimensions"), .init("kind", spoken: "numbers"),
        .init("overlap", spoken: "part of the nearest that stays"),
        .init("average_overlap", spoken: "the same for other texts as queries"),
        .init("margin"), .init("top", spoken: "first text"), .init("bytes", spoken: "bytes a text"),
        .init("total_bytes", spoken: "bytes of all texts"), .init("current", spoken: "in force"),
        .init("declared", spoken: "declared by the model"),
      ],
      rows: study.points.map { row("f32", $0) } + [row("int8", study.int8), row("binary", study.binary)])
  }
}
