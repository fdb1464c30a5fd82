import Recipes
import Screen

/// The list of nearest texts, its selection and scroll.
struct NeighboursState: Equatable, Sendable {
  /// A list and what it answers.
  struct Shown: Equatable, Sendable {
    var list: NeighbourList
    var query: String
    var corpus: Int
  }

  var shown: Shown?
  var rows = ScrollList()
  /// Why the latest search has no answer.
  var failure: Failure?
  /// How far the vectors are made ready for the latest search; nil where that is no more than a moment's work.
  var progress: SearchProgress?
  /// The ids of the marked texts, in the order in which they were marked.
  var marked: [String] = []
  /// The words by which texts match.
  var lit = LitWords()
  /// What the list shows, prepared for drawing.
  var prepared = PreparedNeighbours()

  var list: NeighbourList? { shown?.list }

  var selected: NeighbourList.Neighbour? {
    guard let neighbours = list?.neighbours, let index = rows.selection, neighbours.indices.contains(index)
    else { return nil }
    return neighbours[index]
  }

  /// Takes a new answer.
  ///
  /// The selection follows its text while the query stays the same and goes to the first for another one;
  /// marks stay on the texts that are still there.
  mutating func take(_ new: Shown) {
    let followed = shown?.query == new.query && rows.selection != 0 ? selected?.id : nil
    shown = new
    failure = nil
    rows.fit(count: new.list.neighbours.count, height: rows.height)
    rows.select(new.list.neighbours.firstIndex { $0.id == followed } ?? 0)
    if !marked.isEmpty {
      let ids = Set(new.list.neighbours.map(\.id))
      marked.removeAll { !ids.contains($0) }
    }
  }

  /// Marks the selected text or takes its mark away, and goes to the next.
  mutating func mark() {
    guard let id = selected?.id else { return }
    if let place = marked.firstIndex(of: id) {
      marked.remove(at: place)
    } else {
      marked.append(id)
    }
    rows.move(by: 1)
  }

  /// The marked texts in the order of their ranks.
  var markedTexts: [String] {
    guard !marked.isEmpty else { return [] }
    return list?.neighbours.filter { marked.contains($0.id) }.map(\.text) ?? []
  }

  mutating func clear() {
    shown = nil
    failure = nil
    progress = nil
    marked = []
    rows = ScrollList(height: rows.height)
  }
}

extension State {
  /// True where the list answers the query, the recipe and the corpus that are in force.
  var neighboursAreCurrent: Bool {
    guard let shown = neighbours.shown else { return false }
    return shown.query == query.field.text && shown.list.fingerprint == recipe?.recipe.fingerprint
      && shown.corpus == corpus.version
  }

  /// True once what is shown has been out of date for longer than a moment.
  var neighboursAreMarked: Bool {
    guard neighbours.shown != nil, !neighboursAreCurrent else { return false }
    return !requests.isOutstanding(.search) || requests.isSlow(.search)
  }

  var neighboursUnavailable: String? {
    if let list = neighbours.list, !list.neighbours.isEmpty { return nil }
    if let reason = modelUnavailable ?? corpusUnavailable { return reason }
    if query.field.isEmpty { return nil }
    return neighbours.failure?.sentence ?? indexUnavailable
  }
}
