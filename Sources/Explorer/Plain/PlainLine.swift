import Recipes
import Screen

/// What a line of the plain mode means.
public enum PlainLine: Equatable, Sendable {
  /// Events whose outcome is then told.
  case events([Event])
  /// An answer that needs nothing done.
  case say([String])
  /// Further rows of what was told last.
  case more
  case quit
}

extension State {
  /// Reads a line: a query, or behind `:` an action by name or id with what it is done with.
  ///
  /// `::` begins a query that begins with `:`.
  public func plainLine(_ line: String) -> PlainLine {
    if line.isEmpty { return .quit }
    guard line.hasPrefix(":"), !line.hasPrefix("::") else {
      return .events([.choose(.openHistory, line.hasPrefix("::") ? String(line.dropFirst()) : line)])
    }
    let rest = line.dropFirst().drop { $0 == " " }
    let word = rest.prefix { $0 != " " }.lowercased()
    let argument = String(rest.drop { $0 != " " }.drop { $0 == " " })
    switch word {
    case "": return .say(["Type an action's name behind the colon, such as :help."])
    case "quit", "exit", "q": return .quit
    case "more": return .more
    case "help": return .say(plainHelp(argument))
    case "list": return list(argument)
    case "recipe" where argument.isEmpty: return .say([spokenRecipe])
    case "export" where !argument.isEmpty:
      return export(argument)
    case "pull": return .events([.action(.pullModel), .action(.accept)])
    default: break
    }
    if let action = Self.plainWords[word] { return plainChoice(action, word, argument) }
    return plainAction(String(rest))
  }

  /// Short names of the actions that take an argument.
  private static let plainWords: [String: Action] = [
    "query": .openHistory, "instruction": .chooseInstruction, "pooling": .choosePooling,
    "metric": .chooseMetric, "dimensions": .chooseDimensions, "dims": .chooseDimensions,
    "layer": .chooseLayer, "precision": .choosePrecision, "model": .chooseModel, "view": .chooseView,
    "corpus": .openCorpus,
    "read": .openText,
  ]

  private func plainChoice(_ action: Action, _ word: String, _ argument: String) -> PlainLine {
    guard !argument.isEmpty else {
      if action == .openText { return plainChoice(action, word, "1") }
      let expected = action.argumentName ?? "something"
      return .say(["\(action.name): type :\(word) and \(expected). \(spokenRecipe)"])
    }
    if let reason = refusal(of: action, with: argument) { return .say(["\(action.name): \(reason)."]) }
    return .events([.choose(action, argument)])
  }

  private func list(_ argument: String) -> PlainLine {
    let word = argument.prefix { $0 != " " }
    let rest = String(argument.drop { $0 != " " }.drop { $0 == " " })
    switch word {
    case "add": return plainChoice(.addQuery, "list add", rest)
    case "remove": return plainChoice(.removeText, "list remove", rest)
    case "clear": return plainAction(Action.clearList.rawValue)
    case "": return .say(spokenList)
    default:
      return .say(["The list knows :list, :list add and a text, :list remove and a number, :list clear."])
    }
  }

  /// Writes the view into a file of the form that its ending names, CSV where it names none.
  private func export(_ path: String) -> PlainLine {
    if let reason = Action.exportView.unavailable(self) { return .say(["Export: \(reason)."]) }
    let ending = path.split(separator: ".").last.map { String($0).lowercased() } ?? ""
    let format = ExportFormat(rawValue: ending) ?? .csv
    let place = ExportFormat.allCases.firstIndex(of: format) ?? 0
    let toFormat = [Event.action(.moveToFirst)] + Array(repeating: .action(.moveDown), count: place)
    return .events(
      [.action(.exportView)] + toFormat + [
        .input(.key(KeyPress("e", .control))), .input(.key(KeyPress("u", .control))),
        .input(.paste(path)), .action(.accept),
      ])
  }

  /// The action that a person means: by id, by name, by a part of either, or by letters in order.
  private func plainAction(_ wanted: String) -> PlainLine {
    let wanted = wanted.lowercased()
    let actions = Action.allCases
    if let exact = actions.first(where: { $0.rawValue == wanted || $0.name.lowercased() == wanted }) {
      return plainRun(exact)
    }
    var found = actions.filter { $0.rawValue.contains(wanted) || $0.name.lowercased().contains(wanted) }
    if found.isEmpty { found = actions.filter { FuzzyMatch(wanted, in: $0.name) != nil } }
    switch found.count {
    case 0: return .say(["There is no action “\(wanted)”. Type :help to hear what there is."])
    case 1: return plainRun(found[0])
    default:
      let names = found.prefix(8).map { "\($0.name), :\($0.rawValue)" }.joined(separator: "; ")
      let others = found.count > 8 ? "; and \(found.count - 8) more" : ""
      return .say(["“\(wanted)” can mean: \(names)\(others)."])
    }
  }

  private func plainRun(_ action: Action) -> PlainLine {
    if action == .quit || action == .interrupt { return .quit }
    if let reason = action.unavailable(self) { return .say(["\(action.name): \(reason)."]) }
    if let word = Self.plainWords.first(where: { $0.value == action })?.key, action != .openText {
      return plainChoice(action, word, "")
    }
    return .events([.action(action)])
  }

  /// The words behind the colon, or the actions that have the given ones in their name or help.
  private func plainHelp(_ words: String) -> [String] {
    guard words.isEmpty else {
      let found = Action.allCases.filter {
        FuzzyMatch(words, in: $0.name) != nil || $0.help.lowercased().contains(words.lowercased())
      }
      return found.isEmpty
        ? ["There is no action “\(words)”."] : found.map { "\($0.name), :\($0.rawValue): \($0.help)." }
    }
    return [
      "A line is a query; its nearest texts are read out.",
      "A line that begins with a colon is an action:",
      ":read and a rank reads a text with its fields; :more goes on.",
      ":pooling, :metric, :dimensions, :layer, :precision and :instruction change the recipe; :recipe says it.",
      ":model and :corpus load others.",
      ":view and a name changes what is read out: \(View.allCases.map(\.rawValue).joined(separator: ", ")).",
      ":export and a file name writes what the view shows, as .csv, .json, .txt or .svg.",
      ":list, :list add, :list remove and :list clear are your own texts.",
      ":help and a word finds other actions; :quit or an empty line ends.",
    ]
  }
}
