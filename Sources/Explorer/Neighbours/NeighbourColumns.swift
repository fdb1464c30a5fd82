import Recipes
import Screen

/// One column of the list besides those that are always there.
struct NeighbourColumn: Equatable, Sendable {
  var name: String
  /// In the order of the list; empty where a text has no such value.
  var cells: [String]
  var isNumber: Bool
  /// What the widest cell takes, and the name, within `widest`.
  var columns: Int

  /// A longer value is cut: it is whole where the text is read.
  static let widest = 16

  /// Those that every text has, besides the fields of the corpus.
  static let builtIn: [(name: String, help: String)] = [
    ("id", "What the corpus calls the text"),
    ("length", "How many characters (Unicode scalars) the text has"),
    ("tokens", "How many tokens the model saw of the text"),
    ("norm", "How long the text's vector is before it is normalised"),
  ]

  /// The column of a name; nil where no text of the list has a value for it.
  init?(_ name: String, of list: NeighbourList) {
    cells = list.neighbours.map { Self.cell(name, $0) }
    guard cells.contains(where: { !$0.isEmpty }) else { return nil }
    self.name = name
    isNumber = cells.allSatisfy { $0.isEmpty || Double($0.filter { $0 != "," }) != nil } && name != "id"
    columns = min(cells.reduce(name.columns) { max($0, $1.columns) }, Self.widest)
  }

  private static func cell(_ name: String, _ neighbour: NeighbourList.Neighbour) -> String {
    switch name {
    case "id": neighbour.id.prefixOnOneLine(widest)
    case "length": Numbers.grouped(neighbour.text.unicodeScalars.count)
    case "tokens": neighbour.tokens.map(Numbers.grouped) ?? ""
    case "norm": neighbour.norm.map(Numbers.value) ?? ""
    default: neighbour.fields.first { $0.name == name }?.value.prefixOnOneLine(widest) ?? ""
    }
  }

  /// The names that can be chosen for a list: the built-in ones, then the fields as they come.
  static func names(of list: NeighbourList?) -> [String] {
    var names = builtIn.map(\.name)
    var known = Set(names)
    for neighbour in list?.neighbours ?? [] {
      for field in neighbour.fields where known.insert(field.name).inserted { names.append(field.name) }
    }
    return names
  }
}

/// What the list shows, prepared for drawing, so that a frame costs no more than its rows.
struct PreparedNeighbours: Equatable, Sendable {
  /// What it was prepared from.
  private var list: NeighbourList?
  private var names: [String] = []
  private var listOfB: NeighbourList?

  private(set) var columns: [NeighbourColumn] = []
  /// nil without side B's ranks.
  private(set) var changes: RankChanges?
  private(set) var hasPercentiles = false

  /// Prepares, where something has changed.
  mutating func take(_ list: NeighbourList?, names: [String], b: (list: NeighbourList, depth: Int)?) {
    let isNew = list != self.list
    if isNew || names != self.names {
      columns = list.map { list in names.compactMap { NeighbourColumn($0, of: list) } } ?? []
      hasPercentiles = list?.neighbours.contains { $0.percentile != nil } ?? false
    }
    if isNew || b?.list != listOfB {
      changes = list.flatMap { list in
        b.map { RankChanges(list, against: $0.list, depth: $0.depth) }
      }
    }
    self.list = list
    self.names = names
    listOfB = b?.list
  }
}
