public import Explorer
import JSONText
import Recipes
import Screen

/// Sessions as JSON, an object a line: the header first, then what happened.
///
/// ```
/// {"vecscope-session":1,"version":"0.1.0","model":"all-MiniLM-L6-v2","corpora":["notes.txt"],"size":"100x30"}
/// {"type":"how do I"}
/// {"wait":true}
/// {"action":"pooling.choose","with":"cls","recipe":"0123456789ab"}
/// {"assert":"top 1 id notes.txt:3"}
/// ```
public enum SessionText {
  /// The version of the format.
  public static let format = 1

  /// The header's line, without its end.
  public static func line(_ header: SessionHeader) -> String {
    var object: JSONObject = [
      "vecscope-session": .integer(format), "version": .string(header.version),
      "model": .string(header.model),
    ]
    if let identity = header.identity { object.append("identity", .string(identity)) }
    object.append("corpora", .array(header.corpora.map(JSONValue.string)))
    if let count = header.count { object.append("count", .integer(count)) }
    object.append("size", .string("\(header.size)"))
    if header.view != .neighbours { object.append("view", .string(header.view.rawValue)) }
    let choices = choices(header.overrides)
    if !choices.members.isEmpty { object.append("choices", .object(choices)) }
    if !header.texts.isEmpty { object.append("list", .array(header.texts.map(JSONValue.string))) }
    if let recipe = header.recipe { object.append("recipe", .string(recipe)) }
    return JSONValue.object(object).text
  }

  /// A step's line, without its end.
  public static func line(_ line: SessionLine) -> String {
    var object: JSONObject =
      switch line.step {
      case .type(let text): ["type": .string(text)]
      case .key(let press): ["key": .string(press.notation)]
      case .action(let action): ["action": .string(action.rawValue)]
      case .choose(let action, let argument):
        ["action": .string(action.rawValue), "with": .string(argument)]
      case .paste(let text): ["paste": .string(text)]
      case .resize(let size): ["resize": .string("\(size)")]
      case .mouse(let event): ["mouse": .string(KeyNotation.text([.input(.mouse(event))]))]
      case .wait: ["wait": .bool(true)]
      case .assert(let assertion): ["assert": .string(assertion.text)]
      case .note(let text): ["note": .string(text)]
      }
    if let recipe = line.recipe { object.append("recipe", .string(recipe)) }
    return JSONValue.object(object).text
  }

  /// The whole file.
  public static func text(_ recording: SessionRecording) -> String {
    ([line(recording.header)] + recording.lines.map { line($0) }).map { $0 + "\n" }.joined()
  }

  /// The user's choices, by the names of the recipe options.
  private static func choices(_ overrides: RecipeOverrides) -> JSONObject {
    var object = JSONObject()
    func add(_ name: String, _ value: JSONValue?) { if let value { object.append(name, value) } }
    add("query_prompt", value(overrides.queryPrompt))
    add("document_prompt", value(overrides.documentPrompt))
    add("pooling", overrides.pooling.map { .string(Pooling.describe($0)) })
    add("pool_prompt", overrides.poolsPrompt.map(JSONValue.bool))
    add("layer", overrides.layer.map(JSONValue.integer))
    add("head", overrides.head.map { .string($0.rawValue) })
    add("normalize", overrides.normalizes.map(JSONValue.bool))
    add("dimensions", overrides.dimensions.map(JSONValue.integer))
    add("metric", overrides.metric.map { .string($0.rawValue) })
    add("precision", overrides.precision.map { .string($0.rawValue) })
    add("max_length", overrides.maximumLength.map(JSONValue.integer))
    add("joining", overrides.joining.map { .string($0.rawValue) })
    return object
  }

  private static func value(_ choice: PromptChoice) -> JSONValue? {
    switch choice {
    case .declared: nil
    case .noPrompt: .object(["name": .null])
    case .named(let name): .object(["name": .string(name)])
    case .literal(let text): .object(["text": .string(text)])
    }
  }
}
