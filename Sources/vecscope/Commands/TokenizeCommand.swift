import ArgumentParser
import Corpora
import Embedding
import JSONText
import Recipes
import Tokenization

/// `tokenize`: texts to ids, tokens and offsets.
struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Turn texts into token ids, tokens and offsets.",
    discussion: "Offsets count Unicode scalars of the final string (prompt + text), end exclusive.")

  @OptionGroup var input: InputOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "Which side of a search the texts stand on: it decides the prompt.")
  var role: Role = .none

  @Flag(help: "Give all tokens, whatever the model's length.")
  var noTruncate = false

  @Option(help: "Write here instead of standard output.")
  var output: String?

  func run() async throws {
    let output = try Output(path: output)
    let texts = try input.read()
    let workbench = try await Workbench.open(model, recipe.precision)
    let encodings = try workbench.encodings(recipe, role: role)
    for (index, text) in texts.enumerated() {
      let encoding = encodings[text.role ?? role].queries
      let prepared = workbench.embedder.prepare(text.embeddedText, encoding, truncates: !noTruncate)
      try output.writeLine(Self.describe(prepared, of: text, index: index).text)
    }
    try output.finish()
  }

  private static func describe(_ prepared: PromptedText, of text: InputText, index: Int) -> JSONValue {
    let tokens = prepared.tokens
    var members: JSONObject = ["index": .integer(index)]
    if let id = text.id { members.append("id", .string(id)) }
    members += [
      "text": .string(text.text),
      "ids": .array(tokens.ids.map { .integer(Int($0)) }),
      "tokens": .array(tokens.tokens.map(JSONValue.string)),
      "offsets": .array(tokens.offsets.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }),
      "special": .array(tokens.special.map(JSONValue.bool)),
      "prompt_length": .integer(prepared.promptLength),
      "truncated": .bool(tokens.isTruncated),
    ]
    return .object(members)
  }
}
