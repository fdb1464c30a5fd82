import Screen

/// The form of a file that a view is written to.
enum ExportFormat: String, CaseIterable, Sendable {
  case text = "txt"
  case ansi
  case csv
  case json
  case svg

  var title: String {
    switch self {
    case .text: "text"
    case .ansi: "ANSI"
    case .csv: "CSV"
    case .json: "JSON"
    case .svg: "SVG"
    }
  }

  var help: String {
    switch self {
    case .text: "The pane as it stands on the screen, without colours"
    case .ansi: "The pane with its colours, for `cat` and `less -R`"
    case .csv: "Everything that the view shows as rows and columns, for spreadsheets"
    case .json: "The same with its facts, for programs"
    case .svg: "The pane as a picture in the theme's colours"
    }
  }

  /// True for what is written from the view's table, not from the screen.
  var needsTable: Bool { self == .csv || self == .json }
}

/// Where a view is to be written, and in which form.
struct ExportPopup: Equatable, Sendable {
  var view: View
  var list: PopupList
  /// The name of the file.
  var field: TextField
  /// The path that is there already: a second Enter writes over it.
  var existing: String?
  var failure: Failure?

  var format: ExportFormat { ExportFormat.allCases[list.selectedIndex ?? 0] }

  /// The list with the line for the name below it.
  func rect(within bounds: Rect) -> Rect {
    var rect = list.rect(within: bounds)
    rect.size.rows += 2
    return rect
  }

  /// A name that ends as another format's does chooses that format.
  mutating func followName() {
    let name = field.text.lowercased()
    guard let index = ExportFormat.allCases.firstIndex(where: { name.hasSuffix("." + $0.rawValue) }),
      index != list.selectedIndex, list.items.indices.contains(index), list.items[index].disabledReason == nil
    else { return }
    list.select(line: index)
  }

  static func name(_ view: View, _ format: ExportFormat) -> String {
    "vecscope-\(view.rawValue).\(format.rawValue)"
  }
}

extension State {
  /// The view that copying a table and exporting mean: that of the focus, else the first on the screen.
  var workedView: View { focusedView ?? layout.panes[0].view }

  /// What a view shows as rows and columns; nil while it has nothing.
  public func table(of view: View) -> ViewTable? {
    view.unavailable(self) == nil ? view.content.table(self) : nil
  }

  var exportUnavailable: String? {
    if Layout.isTooSmall(size) { return "the screen is too small" }
    return workedView.unavailable(self)
  }

  var tableUnavailable: String? {
    if let reason = workedView.unavailable(self) { return reason }
    guard let table = table(of: workedView) else { return "\(workedView.title) has no table yet" }
    return table.rows.isEmpty ? "\(workedView.title) shows nothing yet" : nil
  }

  mutating func openExportPopup() {
    if case .export = popup { return selectInExportPopup { $0.selectNext() } }
    let view = workedView
    closePopup(keeping: false)
    var popup = ExportPopup(
      view: view,
      list: PopupList(title: "Export \(view.title)", items: [], isFilterable: false),
      field: TextField(ExportPopup.name(view, .text)))
    popup.list = PopupList(
      title: "Export \(view.title)", items: exportItems(popup), isFilterable: false, selected: 0)
    self.popup = .export(popup)
  }

  /// The formats, and why one cannot be had.
  func exportItems(_ popup: ExportPopup) -> [PopupItem] {
    let hasTable = table(of: popup.view) != nil
    return ExportFormat.allCases.map { format in
      PopupItem(
        format.title, help: format.help,
        disabledReason: format.needsTable && !hasTable ? "\(popup.view.title) has no table" : nil)
    }
  }

  /// Another format: the name keeps what the user wrote, but for the ending that was the format's.
  mutating func selectInExportPopup(_ change: (inout PopupList) -> Void) {
    guard case .export(var popup) = popup else { return }
    let before = popup.format
    change(&popup.list)
    let name = popup.field.text
    if popup.format != before, name.hasSuffix("." + before.rawValue) {
      popup.field = TextField(name.dropLast(before.rawValue.count) + popup.format.rawValue)
      popup.existing = nil
    }
    self.popup = .export(popup)
  }

  /// Edits the file's name; another name is no longer the one that is there already.
  mutating func editExport(_ edit: (inout TextField) -> Bool) -> Bool {
    guard case .export(var popup) = popup, edit(&popup.field) else { return false }
    popup.existing = nil
    popup.failure = nil
    popup.followName()
    self.popup = .export(popup)
    return true
  }

  /// Enter: writes the file; one that is there already only by a second Enter.
  mutating func export() -> [Effect] {
    guard case .export(var popup) = popup, let index = popup.list.selectedIndex else { return [] }
    let path = popup.field.text
    guard path.contains(where: { !$0.isWhitespace }) else {
      notice = .hint("type the name of a file")
      return []
    }
    if let reason = popup.list.items[index].disabledReason {
      notice = .hint(reason)
      return []
    }
    guard !requests.isOutstanding(.export), let contents = contents(of: popup.view, popup.format) else {
      return []
    }
    let overwrites = popup.existing == path
    popup.failure = nil
    self.popup = .export(popup)
    return [
      .export(
        ExportRequest(path: path, contents: contents, overwrites: overwrites),
        generation: requests.begin(.export))
    ]
  }

  /// A view in one of the formats; nil where it has no table or is not on the screen.
  func contents(of view: View, _ format: ExportFormat) -> String? {
    switch format {
    case .csv: return table(of: view)?.csv
    case .json: return table(of: view)?.json
    case .text, .ansi, .svg: break
    }
    guard let pane = layout.pane(of: view) else { return nil }
    var alone = self
    alone.popup = nil
    alone.isJumping = false
    alone.annotations.isOpen = false
    var frame = Explorer.view(alone).part(pane.rect)
    frame.cursor = nil
    return switch format {
    case .ansi: FrameRenderer.ansi(frame, theme: theme, depth: depth)
    case .svg:
      FrameRenderer.svg(frame, theme: theme, colors: look.background == .light ? .light : .dark)
    default: FrameRenderer.text(frame)
    }
  }

  /// Takes what became of a file.
  mutating func take(_ outcome: ExportOutcome) {
    guard case .export(var popup) = popup else { return }
    switch outcome {
    case .written(let path):
      self.popup = nil
      notice = .hint("written: \(path)")
      return
    case .exists: popup.existing = popup.field.text
    case .failed(let failure): popup.failure = failure
    }
    self.popup = .export(popup)
  }
}

/// Draws the formats with the line for the name above them, and what stands in the way below.
func draw(_ popup: ExportPopup, of state: State, into frame: inout Frame, _ bounds: Rect) {
  popup.list.draw(into: &frame, within: bounds)
  let outer = popup.rect(within: bounds)
  let line = Rect(column: outer.left, row: outer.bottom - 3, columns: outer.columns, rows: 3)
  frame.fill(line, style: Style(.popup))
  let isThere = popup.existing != nil
  let key = state.bindings.label(for: .accept, in: .field) ?? Action.accept.name
  let title =
    isThere
    ? "This file is there already; \(key) again writes over it"
    : state.requests.isOutstanding(.export) ? "writing" : "File"
  let inner = frame.box(
    line, title: title, style: Style(.popupBorder, on: .popup),
    titleStyle: Style(isThere ? .textWarning : .popupTitle, on: .popup))
  frame.put("› ", at: inner.origin, style: Style(.popupKey, on: .popup), width: inner.columns)
  popup.field.draw(
    into: &frame, inner.split(left: 2).rest, style: Style(.popupFilter, on: .popup), placeholder: "name")
  if let failure = popup.failure {
    drawFailure(failure, into: &frame, below: line, within: state.layout.body)
  }
}
