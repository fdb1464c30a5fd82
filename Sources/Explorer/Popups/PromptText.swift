import Recipes

/// How prompts are written where they must be seen: in quotes, with their line ends.
enum PromptText {
  /// `"query: "`, or `–` for none.
  static func quoted(_ text: String) -> String {
    text.isEmpty ? "–" : "\"" + escaped(text) + "\""
  }

  /// Line ends and tabs as `\n` and `\t`, a backslash as two.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\\\"
      case "\n", "\r\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.append(character)
      }
    }
  }

  /// The text that `escaped` wrote; a backslash before any other character stands for itself.
  static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        switch character {
        case "n": result += "\n"
        case "t": result += "\t"
        case "\\": result += "\\"
        default: result += "\\" + String(character)
        }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result + (isEscaped ? "\\" : "")
  }
}

extension Prompt {
  /// The words in quotes, or the marker tokens on both sides of the text.
  var shown: String {
    guard let markers else { return PromptText.quoted(text) }
    let words = text.isEmpty ? "" : PromptText.quoted(text) + " "
    return "\(markers.opening) \(words)… \(markers.closing)"
  }
}

/// How the source of a fact is said.
enum SourceText {
  static func phrase(_ source: Source, file: String? = nil) -> String {
    switch source {
    case .declared: "Declared by " + (file ?? "the model's files")
    case .table: "From the built-in table of known models"
    case .assumed: "Assumed: no file of the model says it"
    case .overridden: "Chosen by you"
    }
  }
}
