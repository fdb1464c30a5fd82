import Recipes
import Screen

/// Where the parts of the list are in its pane.
struct NeighboursLayout {
  /// The names of the columns; empty where only those that explain themselves are shown.
  let header: Rect
  let rows: Rect
  /// What side B had among its first, below the list; empty where nothing is lost.
  let lost: Rect
  let rankColumns = 3
  /// 0 without side B.
  let changeColumns: Int
  let barColumns: Int
  let scoreColumns = 6
  /// 0 in a narrow pane as long as no percentile is known.
  let percentileColumns: Int
  /// The chosen columns that there is room for.
  let columns: [NeighbourColumn]
  /// Where the text begins, from the left of the row.
  let textStart: Int

  init(_ inner: Rect, _ state: State) {
    let prepared = state.neighbours.prepared
    let isShort = inner.columns < 60
    let wanted = prepared.columns
    changeColumns = state.frozen == nil ? 0 : 4
    percentileColumns = prepared.hasPercentiles || !isShort ? 6 : 0
    barColumns = inner.columns >= 90 ? 16 : !isShort ? 10 : wanted.isEmpty && changeColumns == 0 ? 8 : 5
    var used = [rankColumns, changeColumns, barColumns + scoreColumns, percentileColumns].reduce(0) {
      $0 + ($1 > 0 ? $1 + 1 : 0)
    }
    // The text keeps a quarter of the pane, whatever else is wanted.
    let room = inner.columns - max(16, inner.columns / 4)
    var fitting: [NeighbourColumn] = []
    for column in wanted where used + column.columns + 1 <= room {
      fitting.append(column)
      used += column.columns + 1
    }
    columns = fitting
    textStart = used
    let hasHeader = inner.rows > 3 && (changeColumns > 0 || !fitting.isEmpty)
    let below = inner.split(top: hasHeader ? 1 : 0)
    header = below.top
    let lostCount = min(prepared.changes?.lost.count ?? 0, max(1, below.rest.rows / 6))
    let list = below.rest.split(top: below.rest.rows - (below.rest.rows > 6 ? lostCount : 0))
    rows = list.top
    lost = list.rest
  }
}
