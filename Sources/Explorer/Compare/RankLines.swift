import Recipes
import Screen

/// Lines between the ranks of each text in two lists.
///
/// Each line is straight, from the middle of one row to the middle of the other, in dots of Braille: where
/// lines cross, both go on in their direction. A text whose other rank lies below the list leaves it there.
struct RankLines {
  private struct Line {
    var from: Int
    var to: Int
    var isSelected: Bool
  }

  private let rect: Rect
  private var lines: [Line] = []
  /// Rows of texts that the other side has not, with the side that has them.
  private var stubs: [(row: Int, side: CompareState.Side, isSelected: Bool)] = []

  init(_ state: CompareState, _ shown: ShownComparison, _ layout: CompareLayout) {
    let offset = state.ranks.offset
    let rows = min(layout.gutter.rows, max(shown.a.count, shown.b.count) - offset)
    rect = layout.gutter.split(top: max(0, rows)).top
    let chosen = state.ranks.selection
    for (rank, other) in shown.rankOfA.enumerated() {
      let isSelected =
        state.side == .a
        ? rank == chosen : other != nil && other == chosen && rank == shown.rankOfB[safe: chosen]
      guard let other else {
        stubs.append((rank - offset, .a, isSelected))
        continue
      }
      lines.append(Line(from: rank - offset, to: other - offset, isSelected: isSelected))
    }
    for (rank, other) in shown.rankOfB.enumerated() {
      let isSelected = state.side == .b && rank == chosen
      guard let other else {
        stubs.append((rank - offset, .b, isSelected))
        continue
      }
      // Those of A's own list are there already.
      guard other >= shown.a.count else { continue }
      lines.append(Line(from: other - offset, to: rank - offset, isSelected: isSelected))
    }
  }

  func draw(into frame: inout Frame) {
    guard rect.columns >= 3, rect.rows > 0 else { return }
    let field = Rect(column: rect.left + 1, row: rect.top, columns: rect.columns - 2, rows: rect.rows)
    var others = BrailleCanvas(size: field.size)
    var selected = BrailleCanvas(size: field.size)
    for line in lines {
      guard line.isSelected else {
        add(line, to: &others, thickness: 1)
        continue
      }
      add(line, to: &selected, thickness: 2)
    }
    for stub in stubs {
      guard stub.isSelected else {
        add(stub.row, stub.side, to: &others)
        continue
      }
      add(stub.row, stub.side, to: &selected)
    }
    others.draw(into: &frame, at: field.origin) { _ in Style(.plotAxis) }
    selected.draw(into: &frame, at: field.origin) { _ in Style(.textAccent) }
  }

  private func add(_ line: Line, to canvas: inout BrailleCanvas, thickness: Int) {
    for part in 0..<thickness {
      let shift = Double(part) + 1
      canvas.addLine(
        from: (0, Double(line.from * 4) + shift),
        to: (Double(canvas.dots.columns) - 0.5, Double(line.to * 4) + shift))
    }
  }

  /// A short broken line at the side that has the text.
  private func add(_ row: Int, _ side: CompareState.Side, to canvas: inout BrailleCanvas) {
    let length = min(6, canvas.dots.columns / 3)
    let start = side == .a ? 0 : canvas.dots.columns - length
    for column in stride(from: start, to: start + length, by: 2) {
      canvas.add(column: column, row: row * 4 + 1)
    }
  }
}

extension [Int?] {
  /// The value at a place; nil outside of the list.
  fileprivate subscript(safe index: Int?) -> Int? {
    guard let index, indices.contains(index) else { return nil }
    return self[index]
  }
}
