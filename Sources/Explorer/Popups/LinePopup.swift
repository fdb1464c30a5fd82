import Recipes
import Screen

/// One line to type, for a view that asks for it.
struct LinePopup: Equatable, Sendable {
  enum Purpose: Equatable, Sendable {
    /// A text of the heatmap's list, as it is there.
    case edit(String)
    /// The path of a file with texts for the list.
    case load
    /// The path of a file of queries to compare on.
    case queryFile
    /// An instruction of one's own in the grid, and what it was before; nil for a new one.
    case instruction(index: Int, before: String?)
  }

  let purpose: Purpose
  var field: TextField
  var failure: Failure?

  init(_ purpose: Purpose, _ text: String = "") {
    self.purpose = purpose
    switch purpose {
    case .edit(let text): field = TextField(PromptText.escaped(text))
    case .load, .queryFile: field = TextField(text)
    case .instruction: field = TextField(PromptText.escaped(text))
    }
  }

  var title: String {
    switch purpose {
    case .edit: "Edit the text"
    case .load: "Load texts into the list"
    case .queryFile: "Compare on a file of queries"
    case .instruction: "Instruction"
    }
  }

  var help: String {
    switch purpose {
    case .edit: "A text of your list; \\n stands for a line end:"
    case .load: "A file with a text a line, or .jsonl, .csv or .tsv with a column text:"
    case .queryFile: "A file with a query a line, or .jsonl, .csv or .tsv with a column text:"
    case .instruction: "instruction (\\n is a line end) › "
    }
  }

  var placeholder: String {
    switch purpose {
    case .edit: "text"
    case .load, .queryFile: "path"
    case .instruction: "type an instruction"
    }
  }

  /// What Enter does, in a word.
  var deed: String {
    switch purpose {
    case .edit, .instruction: "Keep"
    case .load: "Load"
    case .queryFile: "Compare"
    }
  }

  var opener: Action {
    switch purpose {
    case .edit: .editText
    case .load: .loadTexts
    case .queryFile: .openQueryFile
    case .instruction: .editInstruction
    }
  }

  /// Line ends stay in a text, and are none of a path.
  mutating func paste(_ text: String) {
    switch purpose {
    case .load, .queryFile: field.insert(text.trimmingLineEnd)
    case .edit, .instruction: field.insert(PromptText.escaped(text))
    }
  }

  /// True for a line in the last row of its view, which goes on showing what the line does.
  var isInPane: Bool {
    if case .instruction = purpose { true } else { false }
  }

  /// The last row of the pane that asks.
  func row(in layout: Layout) -> Rect {
    let inner = (layout.pane(of: .grid) ?? layout.panes.last)?.rect.inset() ?? layout.body
    return inner.row(max(0, inner.rows - 1))
  }

  func draw(into frame: inout Frame, inRow rect: Rect) {
    frame.fill(rect, style: Style(.popup))
    let used = frame.put(help, at: rect.origin, style: Style(.popupKey, on: .popup), width: rect.columns / 2)
    field.draw(
      into: &frame, rect.split(left: used).rest, style: Style(.popupFilter, on: .popup),
      placeholder: placeholder)
  }
}

extension State {
  /// Types into the line; an instruction takes effect at once.
  mutating func editLine(_ edit: (inout TextField) -> Bool) -> Bool {
    guard case .line(var popup) = popup, edit(&popup.field) else { return false }
    popup.failure = nil
    self.popup = .line(popup)
    if case .instruction(let index, _) = popup.purpose { writeGridInstruction(index, popup.field.text) }
    return true
  }

  mutating func paste(_ text: String, into line: LinePopup) {
    var pasted = line
    pasted.paste(text)
    _ = editLine { field in
      field = pasted.field
      return true
    }
  }

  /// Esc: takes back what was typed, gives up what was asked for.
  mutating func leave(_ line: LinePopup) {
    if case .instruction(let index, let before) = line.purpose { restoreGridInstruction(index, before) }
    if line.purpose == .load, requests.isOutstanding(.texts) { requests.abandon(.texts) }
  }

  /// Enter: keeps what was typed.
  mutating func accept(_ line: LinePopup) -> [Effect] {
    switch line.purpose {
    case .edit(let before): return replaceListText(before, with: PromptText.unescaped(line.field.text))
    case .load: return loadTexts(of: line)
    case .queryFile:
      popup = nil
      compareOn(file: line.field.text)
    case .instruction(let index, _):
      popup = nil
      keepGridInstruction(index)
    }
    return []
  }
}
