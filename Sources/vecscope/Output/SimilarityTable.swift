import JSONText
import Kernels
import Recipes
import Screen

/// A matrix of similarities in the forms that `similarity` prints.
struct SimilarityTable {
  private let texts: [String]
  private let metric: Metric
  private let matrix: Matrix

  /// `matrix` is `[texts, texts]`; scores as `Metric` defines them.
  init(texts: [String], metric: Metric, matrix: Matrix) {
    self.texts = texts
    self.metric = metric
    self.matrix = matrix
  }

  var json: JSONValue {
    .object([
      "texts": .array(texts.map(JSONValue.string)), "metric": .string(metric.rawValue),
      "matrix": .array((0..<texts.count).map { .floats(matrix.row($0)) }),
    ])
  }

  /// RFC 4180, the texts in the first row and column.
  var csv: String {
    var lines = [([""] + texts).map(Self.quoted).joined(separator: ",")]
    for (index, text) in texts.enumerated() {
      lines.append(([Self.quoted(text)] + matrix.row(index).map { "\($0)" }).joined(separator: ","))
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private static func quoted(_ field: String) -> String {
    let special = field.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
    return special ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }

  /// Numbered columns, a row a text.
  var plain: String {
    let cells = (0..<texts.count).map { matrix.row($0).map(metric.shown) }
    let width = max(cells.joined().map(\.count).max() ?? 0, "\(texts.count)".count)
    func padded(_ text: String) -> String { String(repeating: " ", count: width - text.count) + text }
    var lines = ([""] + (1...max(1, texts.count)).map { "\($0)" }).map(padded).joined(separator: "  ") + "\n"
    for (index, text) in texts.enumerated() {
      let row = ([padded("\(index + 1)")] + cells[index].map(padded)).joined(separator: "  ")
      lines += "\(row)  \(text.flattenedForTSV)\n"
    }
    return texts.isEmpty ? "" : lines
  }

  /// Coloured cells with a legend; density glyphs without colour.
  func heatmap(depth: ColorDepth) -> String {
    guard !texts.isEmpty else { return "" }
    let values = metric.isDistance ? matrix.values.map { -$0 } : matrix.values
    let heatmap = Heatmap(
      rowLabels: texts.map(\.flattenedForTSV), columnLabels: (1...texts.count).map { "\($0)" }, values: values
    )
    return heatmap.text(
      Size(columns: min(200, max(60, 24 + texts.count * 5)), rows: min(200, texts.count + 4)), depth)
  }
}

extension Heatmap {
  /// The drawn heatmap as lines, with escape sequences where there are colours.
  func text(_ size: Size, _ depth: ColorDepth) -> String {
    var frame = Frame(size: size)
    draw(into: &frame, frame.bounds, hasColor: depth != .none)
    return depth == .none
      ? FrameRenderer.text(frame) : FrameRenderer.ansi(frame, theme: .terminal, depth: depth)
  }
}
