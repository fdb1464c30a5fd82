import Recipes
import Screen

/// The offer to fetch a model, its progress, and what to do without a network.
struct PullView {
  var offer: PullOffer
  var state: State

  func draw(into frame: inout Frame, _ bounds: Rect) {
    let outer = rect(within: bounds)
    let lines = lines(columns: outer.columns - 4)
    frame.fill(outer, style: Style(.popup))
    frame.box(
      outer, title: state.model.description == nil ? "No model yet" : "Not on this machine",
      style: Style(.popupBorder, on: .popup),
      titleStyle: Style(.popupTitle, on: .popup))
    frame.cursor = nil
    let inner = outer.inset(columns: 2, rows: 1)
    for (index, line) in lines.enumerated() where index < inner.rows {
      frame.put(
        line.text, at: Point(column: inner.left, row: inner.top + index),
        style: Style(line.style, on: .popup),
        width: inner.columns)
    }
  }

  func rect(within bounds: Rect) -> Rect {
    let columns = min(72, bounds.columns)
    return bounds.centered(Size(columns: columns, rows: lines(columns: columns - 4).count + 2))
  }

  private func lines(columns: Int) -> [(text: String, style: StyleName)] {
    var lines: [(text: String, style: StyleName)] = []
    func add(_ text: String, _ style: StyleName = .popup) {
      lines += text.wrapped(to: max(1, columns), limit: 8).map { ($0, style) }
    }
    add(offer.reason)
    add("")
    switch offer.phase {
    case .offered: add("\(key(.accept)) fetches \(offer.name)", .popupKey)
    case .running(let progress): lines += progressLines(progress, columns: columns)
    case .failed(let failure):
      add("✗ " + failure.sentence, .textError)
      add("\(key(.accept)) tries again", .popupKey)
    }
    add("")
    add(
      "Without a network: put a folder in sentence-transformers layout (config.json, tokenizer.json, "
        + "modules.json, model.safetensors) on this machine and start with --model PATH, "
        + "or \(key(.chooseModel)) and type its path.", .popupHelp)
    add("")
    add(offer.isRunning ? "\(key(.back)) stops; what has come is kept" : "\(key(.back)) closes", .popupHelp)
    return lines
  }

  private func key(_ action: Action) -> String {
    state.bindings.label(for: action, in: .page) ?? action.name
  }

  private func progressLines(_ progress: PullProgress?, columns: Int) -> [(text: String, style: StyleName)] {
    guard let progress else { return [("fetching \(offer.name)", .statusProgress)] }
    let done = Numbers.bytes(progress.bytesDone)
    guard let total = progress.bytesTotal, total > 0 else {
      return [("\(progress.file): \(done)", .statusProgress)]
    }
    let fraction = Float(progress.bytesDone) / Float(total)
    return [
      (Bar.text(fraction, columns: max(1, columns)), .progressBar),
      ("\(progress.file): \(done) of \(Numbers.bytes(total))", .statusProgress),
    ]
  }
}
