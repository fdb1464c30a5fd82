/// A reason why what the user wrote for the explorer cannot be used: key maps and annotations.
public indirect enum ExplorerError: Error, Equatable, Sendable {
  case unknownAction(String, closest: String?)
  case unknownKey(action: String, reason: String)
  case keyTaken(key: String, first: String, second: String, place: String)
  case keyNeeded(action: String)
  case annotation(file: String, line: Int, reason: String)
  case several([ExplorerError])
}

extension ExplorerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownAction(let id, let closest):
      "keybindings: no action is called '\(id)'" + (closest.map { "; did you mean '\($0)'?" } ?? "")
        + "; F1 lists the actions, and the README their ids"
    case .unknownKey(let action, let reason): "keybindings, \(action): \(reason)"
    case .keyTaken(let key, let first, let second, let place):
      "keybindings: \(key) is given to both '\(first)' and '\(second)' \(place); choose another key for one"
    case .keyNeeded(let action):
      "keybindings: '\(action)' would have no key where the query is typed; give it one that writes no letter"
    case .annotation(let file, let line, let reason): "\(file), line \(line): \(reason)"
    case .several(let faults): faults.map(\.description).joined(separator: "\n")
    }
  }
}

/// Which known name is nearest to one that is not known.
enum Closest {
  /// The nearest name by the number of letters to change; nil where none is near.
  static func name(to wanted: String, among names: [String]) -> String? {
    let wanted = Array(wanted.lowercased().prefix(64))
    let ranked = names.map { ($0, distance(wanted, Array($0.lowercased().prefix(64)))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, wanted.count / 2) else { return nil }
    return best.0
  }

  /// Letters to add, drop or change, by Levenshtein's table row by row.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (line, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in b.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[b.count]
  }
}
