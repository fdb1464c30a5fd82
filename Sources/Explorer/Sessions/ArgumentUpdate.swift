import Recipes
import Screen

/// What an action with an argument does: the same as choosing it in the action's popup.
private enum Argument {
  case overrides(RecipeOverrides)
  case model(String)
  case corpus(String)
  case view(View)
  case query(String)
  case add(String)
  /// A place in the user's own list, from 0.
  case remove(Int)
  /// What stands in place of the selected text of the list.
  case edit(String, to: String)
  /// A rank, from 0.
  case select(Int)
}

/// Why an action cannot be done with an argument.
private struct Refusal: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

extension Action {
  /// What an argument of the action is, such as `a pooling`; nil for actions that take none.
  public var argumentName: String? {
    switch self {
    case .chooseInstruction: "none, declared, a prompt's name or your own words"
    case .choosePooling: "a pooling"
    case .chooseMetric: "a metric"
    case .chooseDimensions: "a number of dimensions"
    case .chooseLayer: "a layer"
    case .choosePrecision: "a precision"
    case .chooseModel: "a model's name or folder"
    case .chooseView: "a view"
    case .openCorpus: "a file or folder"
    case .openHistory: "a query"
    case .addQuery: "a text"
    case .removeText: "a place in the list"
    case .openEditor: "a text in place of the selected one of your list"
    case .openText: "a rank"
    default: nil
    }
  }
}

extension State {
  /// Why an action cannot be done with an argument; nil where it can.
  public func refusal(of action: Action, with argument: String) -> String? {
    do {
      _ = try meaning(of: action, argument)
      return nil
    } catch {
      return error.reason
    }
  }

  /// Does an action with an argument, or says why it cannot be done; a popup is left as by Esc.
  mutating func run(_ action: Action, with argument: String) -> [Effect] {
    if notice?.kind == .hint { notice = nil }
    closePopup(keeping: false)
    let meaning: Argument
    do {
      meaning = try self.meaning(of: action, argument)
    } catch {
      notice = .hint("\(action.name): \(error.reason)")
      return []
    }
    switch meaning {
    case .overrides(let overrides): setOverrides(overrides)
    case .model(let name): return load(model: name)
    case .corpus(let path):
      corpus.wanted = [path]
      corpus.failure = nil
      return [.openCorpus([path], generation: requests.begin(.corpus))]
    case .view(let view): show(view)
    case .query(let text):
      focus = .query
      query.field.replace(with: text)
    case .add(let text): return add([text])
    case .remove(let place):
      heatmap.texts.remove(at: place)
      return [.saveTexts(heatmap.texts)]
    case .edit(let old, let new):
      openedCount += 1
      editing = EditedText(generation: openedCount, text: old)
      return takeOfWork(.edited(new, generation: openedCount))
    case .select(let rank):
      neighbours.rows.select(rank)
      openText()
    }
    return []
  }

  private func meaning(of action: Action, _ argument: String) throws(Refusal) -> Argument {
    switch action {
    case .chooseInstruction, .choosePooling, .chooseMetric, .chooseDimensions, .chooseLayer,
      .choosePrecision:
      if let reason = action.unavailable(self) { throw Refusal(reason) }
      guard let description = model.description else { throw Refusal("no model is loaded") }
      var changed = overrides
      try change(&changed, action, argument, description)
      if let reason = description.refusal(of: changed) { throw Refusal(reason) }
      return .overrides(changed)
    case .chooseModel: return .model(try required(argument, action))
    case .openCorpus: return .corpus(try required(argument, action))
    case .chooseView: return .view(try view(named: argument))
    case .openHistory: return .query(argument)
    case .addQuery:
      if let reason = addingUnavailable(argument, "the text is empty") { throw Refusal(reason) }
      return .add(argument)
    case .removeText:
      return .remove(try place(argument, of: heatmap.texts.count, "your list has", "text"))
    case .openEditor:
      guard focusedView == .heatmap, heatmap.mode == .list, let selectedText,
        heatmap.texts.contains(selectedText)
      else { throw Refusal("no text of your list is selected") }
      return .edit(selectedText, to: argument)
    case .openText:
      return .select(try place(argument, of: neighbours.list?.neighbours.count ?? 0, "there are", "result"))
    default: throw Refusal("it takes no argument")
    }
  }

  private func required(_ argument: String, _ action: Action) throws(Refusal) -> String {
    guard argument.contains(where: { !$0.isWhitespace }) else {
      throw Refusal("expected \(action.argumentName ?? "an argument")")
    }
    return argument
  }

  private func change(
    _ overrides: inout RecipeOverrides, _ action: Action, _ argument: String, _ description: ModelDescription
  ) throws(Refusal) {
    let isDeclared = argument == "declared"
    switch action {
    case .choosePooling:
      let names = Pooling.ofTokenStates.map(\.rawValue).joined(separator: ", ")
      overrides.pooling =
        isDeclared
        ? nil : try known(Pooling.parse(argument), "no pooling '\(argument)'; there are declared, \(names)")
    case .chooseMetric:
      let names = Metric.allCases.map(\.rawValue).joined(separator: ", ")
      overrides.metric =
        isDeclared
        ? nil : try known(Metric(rawValue: argument), "no metric '\(argument)'; there are declared, \(names)")
    case .chooseDimensions:
      overrides.dimensions =
        isDeclared || argument == "all"
        ? nil : try known(Int(argument), "'\(argument)' is no number of dimensions, such as 128")
    case .chooseLayer:
      let layer =
        isDeclared || argument == "last"
        ? nil : try known(Int(argument), "'\(argument)' is no layer, such as \(description.layers)")
      overrides.layer = layer == description.layers ? nil : layer
    case .choosePrecision:
      let names = Precision.allCases.map(\.rawValue).joined(separator: ", ")
      let precision =
        isDeclared
        ? .f32 : try known(Precision(rawValue: argument), "no precision '\(argument)'; there are \(names)")
      overrides.precision = precision == .f32 ? nil : precision
    default: changeInstruction(&overrides, argument, description)
    }
  }

  /// `none`, `declared`, a prompt's name or literal words; `documents: ` before it means the other side.
  private func changeInstruction(
    _ overrides: inout RecipeOverrides, _ argument: String, _ description: ModelDescription
  ) {
    let mark = "documents: "
    let isOfDocuments = argument.hasPrefix(mark)
    let words = isOfDocuments ? String(argument.dropFirst(mark.count)) : argument
    let choice: PromptChoice =
      switch words {
      case "declared": .declared
      case "none", "": .noPrompt
      case _ where description.prompt(named: words) != nil: .named(words)
      default: .literal(PromptText.unescaped(words))
      }
    overrides.setPrompt(choice, of: isOfDocuments ? .document : .query)
  }

  private func known<Value>(_ value: Value?, _ reason: String) throws(Refusal) -> Value {
    guard let value else { throw Refusal(reason) }
    return value
  }

  private func view(named name: String) throws(Refusal) -> View {
    let wanted = name.lowercased()
    let exact = View.allCases.first { $0.rawValue == wanted || $0.title.lowercased() == wanted }
    if let exact { return exact }
    let begun = View.allCases.filter {
      $0.rawValue.hasPrefix(wanted) || $0.title.lowercased().hasPrefix(wanted)
    }
    guard begun.count == 1, !wanted.isEmpty else {
      throw Refusal("no view '\(name)'; there are \(View.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return begun[0]
  }

  /// A place as a person counts, as an index.
  private func place(
    _ argument: String, of count: Int, _ verb: String, _ noun: String
  ) throws(Refusal) -> Int {
    guard let number = Int(argument), number >= 1, number <= count else {
      throw Refusal("there is no \(noun) '\(argument)'; \(verb) \(Numbers.count(count, noun))")
    }
    return number - 1
  }
}
