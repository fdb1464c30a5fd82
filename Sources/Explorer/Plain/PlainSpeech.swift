import Recipes
import Screen

/// How many rows are read out at once: as many as a listener can follow.
private let rowsAtOnce = 5

extension State {
  /// What there is, in sentences: for the beginning.
  public var introduction: [String] {
    var sentences: [String] = []
    if let description = model.description {
      let texts = corpus.summary.map { ", " + Numbers.count($0.count, "text") + " of \($0.name)" } ?? ""
      sentences.append("Model \(description.name)\(texts). \(spokenRecipe)")
    } else {
      sentences.append("\(modelUnavailable.map(Self.sentence) ?? "No model is loaded.")")
    }
    if model.description != nil, let reason = corpusUnavailable { sentences.append(Self.sentence(reason)) }
    sentences.append("Type a query and press Enter; :help says what else there is; an empty line ends.")
    return sentences
  }

  /// The recipe in a sentence, with what is overridden.
  var spokenRecipe: String {
    guard let recipe else { return "There is no recipe without a model." }
    let prompt = recipe.queryPrompt.text.isEmpty ? "none" : PromptText.quoted(recipe.queryPrompt.text)
    let parts = [
      "instruction \(prompt)",
      "pooling \(Pooling.describe(recipe.pooling.value)) (\(recipe.pooling.source.rawValue))",
      "metric \(recipe.metric.value.rawValue) (\(recipe.metric.source.rawValue))",
      "layer \(recipe.layer.value)",
      recipe.dimensions.value.map { "\($0) dimensions" } ?? "all dimensions",
      "precision \(recipe.precision.value.rawValue)" + spokenLoss,
    ]
    return "Recipe: " + parts.joined(separator: ", ") + "."
  }

  /// What the precision loses, where that has been measured.
  private var spokenLoss: String {
    guard let loss = background?.loss else { return "" }
    return " (cosine to f32 \(Numbers.nearness(loss.mean)), least \(Numbers.nearness(loss.minimum)))"
  }

  /// The user's own list.
  var spokenList: [String] {
    heatmap.texts.isEmpty
      ? ["Your list is empty; :list add and a text adds one."]
      : heatmap.texts.enumerated().map { "Text \($0.offset + 1) of your list: \($0.element.onOneLine)" }
  }

  /// What the view says, from a row on: its title and facts first, then a few rows, then how many are left.
  ///
  /// - Returns: the sentences, and the row to go on with; nil where nothing is left.
  public func spokenView(from start: Int = 0) -> (sentences: [String], next: Int?) {
    if let reason = view.unavailable(self) { return (["\(view.title): \(Self.sentence(reason))"], nil) }
    if view == .neighbours, query.field.isEmpty { return (["The query is empty."], nil) }
    guard let table = spokenTable else { return (["\(view.title) has nothing to say yet."], nil) }
    let sentences = table.sentences
    let head = 1 + table.facts.count
    let count = sentences.count - head
    guard start < count else { return (["There is no more."], nil) }
    let end = min(start + rowsAtOnce, count)
    var told = start == 0 && view != .neighbours ? Array(sentences[..<head]) : []
    told += sentences[(head + start)..<(head + end)]
    if start == 0, view == .neighbours { told += sentences[1..<head].filter { $0.hasPrefix("Margin") } }
    if end < count { told.append("\(Numbers.count(count - end, "row")) more; :more goes on.") }
    return (told, end < count ? end : nil)
  }

  /// The view's table; of Neighbours what a listener needs to choose, as :read tells the rest.
  private var spokenTable: ViewTable? {
    guard let table = shownTable else { return nil }
    return view == .neighbours
      ? table.keeping(["rank", "score", "percentile", "change", "text"]) : table
  }

  /// What the view shows as rows and columns; nil while there is nothing.
  public var shownTable: ViewTable? {
    guard view.unavailable(self) == nil else { return nil }
    return view.content.table(self)
  }

  /// What stands open over the view; nil where that is a text or nothing.
  public var openPopupName: String? {
    switch popup {
    case .text, nil: nil
    case .some(let popup): popup.opener.name
    }
  }

  /// The text that is open, with its fields; nil where none is.
  public var spokenText: [String]? {
    guard case .text(let popup) = popup else { return nil }
    return [popup.title, popup.neighbour.text]
      + popup.neighbour.fields.map { "\($0.name): \($0.value)" }
  }

  /// The line for the user, as a sentence.
  public var spokenNotice: String? { notice.map { Self.sentence($0.text) } }

  /// What is waited for, in a sentence; nil while nothing is.
  public var spokenWork: String? {
    guard let kind = Requests.Kind.allCases.first(where: { requests.isOutstanding($0) }) else { return nil }
    switch kind {
    case .model: return "The model is loading."
    case .corpus: return "The corpus is opening."
    case .pull:
      guard case .running(let progress?)? = model.offer?.phase, let total = progress.bytesTotal, total > 0
      else { return "The model is being fetched." }
      return "The model is being fetched: \(progress.bytesDone * 100 / total) percent."
    case .index:
      guard let progress = corpus.indexing else { return "The texts are being encoded." }
      return "\(Numbers.grouped(progress.done)) of \(Numbers.count(progress.total, "text")) are encoded."
    case .view(let kind):
      let far = inquiries[kind].progress.map { ", \($0.done) of \($0.total)" } ?? ""
      return Self.sentence("Still \(kind.work)\(far)")
    default: return "The work goes on."
    }
  }

  /// A reason as a sentence: a capital at its start, a full stop at its end.
  private static func sentence(_ reason: String) -> String {
    let text = reason.prefix(1).uppercased() + reason.dropFirst()
    return text.last.map { ".!?…".contains($0) } == true ? text : text + "."
  }
}

extension ViewTable {
  /// The columns of these names in this order, where it has them.
  fileprivate func keeping(_ names: [String]) -> ViewTable {
    let kept = names.compactMap { name in columns.firstIndex { $0.name == name } }
    var table = self
    table.columns = kept.map { columns[$0] }
    table.rows = rows.map { row in kept.map { row[$0] } }
    return table
  }
}
