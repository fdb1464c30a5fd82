import Recipes
import Screen

extension String {
  /// A message that begins with a path, with the end of its last name alone: what went wrong matters more where not all fits.
  fileprivate var withoutFolder: String {
    guard hasPrefix("/"), let colon = firstRange(of: ": ") else { return self }
    let name = self[..<colon.lowerBound].split(separator: "/").last ?? ""
    return (name.count <= 24 ? "…/" + name : "…" + name.suffix(24)) + self[colon.lowerBound...]
  }
}

/// The line of what is going on: notices, times, work under way.
struct StatusView {
  var state: State

  func draw(into frame: inout Frame, _ rect: Rect) {
    let width = rect.columns - 2
    let work = workLine
    let start = Point(column: rect.left + 1, row: rect.top)
    guard let notice = state.notice else {
      idleLine(work, width: width).draw(into: &frame, at: start, width: width)
      return
    }
    // A notice comes first; work under way keeps what is left.
    let style = Style(notice.kind == .failure ? .statusError : .statusWarning)
    let mark = notice.kind == .failure ? "✗ " : ""
    let room = width - work.columns - 3
    let space = (room >= 40 ? room : width) - mark.columns
    let whole = notice.text.prefixOnOneLine(4 * width)
    let text = mark + (whole.columns > space ? whole.withoutFolder : whole).truncated(to: space)
    let used = frame.put(text, at: start, style: style, width: width)
    guard used + 3 + work.columns <= width else { return }
    work.draw(
      into: &frame, at: Point(column: rect.right - 1 - work.columns, row: rect.top), width: work.columns)
  }

  /// How to read the view that has the focus; corpus, times and work as far as there is room.
  private func idleLine(_ work: StyledLine, width: Int) -> StyledLine {
    let isBusy = !works.isEmpty
    var parts: [(text: String, importance: Int)] = []
    if let view = state.focusedView { parts.append((view.help, 4)) }
    if let summary = state.corpus.summary {
      parts.append((summary.name.lastOfPath.truncated(to: 24), 1))
    }
    if let rank = state.query.rankMilliseconds {
      let encode = state.query.encodeMilliseconds.map(Numbers.milliseconds) ?? "–"
      parts.append(("encode \(encode) · rank \(Numbers.milliseconds(rank))", 2))
    }
    let end = isBusy ? work.columns : 4
    func columns(_ parts: [(text: String, importance: Int)]) -> Int {
      parts.reduce(end) { $0 + $1.text.columns + 3 }
    }
    while columns(parts) > width,
      let least = parts.indices.min(by: { parts[$0].importance < parts[$1].importance }),
      parts[least].importance < 4
    {
      parts.remove(at: least)
    }
    var line = StyledLine()
    let text = parts.map(\.text).joined(separator: " · ")
    // That nothing is going on need not be said where there is no room for it.
    let room = isBusy ? width - work.columns - 3 : width
    if !text.isEmpty { line.add(text.truncated(to: room), Style(.status)) }
    guard isBusy || line.columns + 7 <= width else { return line }
    if !line.isEmpty { line.add(" · ", Style(.status)) }
    for piece in work.pieces { line.add(piece.text, piece.style) }
    return line
  }

  /// What is being worked on; `idle` where nothing is.
  private var workLine: StyledLine {
    var line = StyledLine()
    let works = works
    guard !works.isEmpty else {
      line.add("idle", Style(.status))
      return line
    }
    if let spinner { line.add(spinner + " ", Style(.statusProgress)) }
    line.add(works.joined(separator: " · "), Style(.statusProgress))
    return line
  }

  private var works: [String] {
    let requests = state.requests
    var works: [String] = []
    if requests.isOutstanding(.pull) { works.append(pulling) }
    if requests.isOutstanding(.model) { works.append("loading \(state.model.wanted)") }
    if requests.isOutstanding(.corpus) { works.append("opening the corpus") }
    if requests.isOutstanding(.index) { works.append(indexing) }
    // These are over in a moment, as a rule: a word that flickers at every key would be noise.
    if requests.isSlow(.search) { works.append(searching) }
    if requests.isSlow(.compare) { works.append("comparing") }
    if requests.isSlow(.texts) { works.append("reading texts") }
    if requests.isSlow(.models) { works.append("looking for models") }
    for kind in ViewRequest.Kind.allCases where requests.isSlow(.view(kind)) {
      let progress = state.inquiries[kind].progress.map { " \($0.done * 100 / max(1, $0.total)) %" } ?? ""
      works.append(kind.work + progress)
    }
    return works
  }

  private var pulling: String {
    guard case .running(let progress?) = state.model.offer?.phase, let total = progress.bytesTotal, total > 0
    else { return "pulling" }
    return "pulling \(Numbers.fixed(Double(progress.bytesDone) / Double(total) * 100, digits: 0)) %"
  }

  private var searching: String {
    guard let progress = state.neighbours.progress else { return "searching" }
    return "searching, \(progress.done * 100 / max(1, progress.total)) % of the vectors ready"
  }

  private var indexing: String {
    guard let progress = state.corpus.indexing else { return "indexing" }
    let time = progress.secondsLeft.map { " " + Numbers.estimate(seconds: $0) } ?? ""
    return "indexing \(Numbers.grouped(progress.done))/\(Numbers.grouped(progress.total))\(time)"
  }

  /// The spinner's picture; nil within the first moment, and where nothing may move.
  private var spinner: String? {
    guard !state.reducesMotion, let wait = state.requests.longestWait,
      wait >= Requests.patienceMilliseconds
    else { return nil }
    return Self.pictures[wait / Requests.spinnerMilliseconds % Self.pictures.count]
  }

  private static let pictures = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
}
