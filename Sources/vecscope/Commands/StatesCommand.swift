import Tokenization
import Kernels
import ArgumentParser
import Checkpoints
import Corpora
import Embedding
import Recipes

/// `states`: texts to hidden states and attention maps.
struct StatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "states", abstract: "Write hidden states and attention maps as safetensors.",
    discussion: """
      <index>.hidden_states is [layers+1, tokens, hidden], the last after the final norm; \
      <index>.attentions is [layers, heads, tokens, tokens]; both f32.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "Which side of a search the texts stand on: it decides the prompt.")
  var role: Role = .none

  @Option(help: "The safetensors file to write.")
  var output: String

  @Option(help: "The most mebibytes that the states may take in all.")
  var limit = 2048

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit \(limit) is out of range: 1 or more mebibytes") }
  }

  func run() async throws {
    let texts = try input.read()
    let workbench = try await Workbench.open(model, recipe.precision)
    let encodings = try workbench.encodings(recipe, role: role)
    let description = workbench.embedder.description
    var tensors: [NamedTensor] = []
    var limitBytes = limit << 20
    for (index, text) in texts.enumerated() {
      let encoding = encodings[text.role ?? role].queries
      let prepared = workbench.embedder.prepare(text.embeddedText, encoding)
      let request = TraceRequest(attention: true, limitBytes: limitBytes)
      let trace = try await workbench.embedder.trace(prepared, precision: encoding.precision, request)
      let tokens = prepared.tokens.ids.count
      let layers = trace.hiddenStates.sorted { $0.key < $1.key }.map(\.value)
      let states = layers.flatMap(\.values)
      let maps = trace.attentions.flatMap(\.values)
      let hidden = layers.first?.columns ?? description.hidden
      limitBytes -= (states.count + maps.count) * 4
      tensors.append(
        NamedTensor(
          name: "\(index).hidden_states", shape: [layers.count, tokens, hidden], values: states))
      tensors.append(
        NamedTensor(
          name: "\(index).attentions", shape: [trace.attentions.count, trace.heads, tokens, tokens],
          values: maps))
    }
    let output = try Output(path: output)
    try SafetensorsWriter.write(tensors) { bytes throws(CommandError) in try output.write(bytes) }
    try output.finish()
  }
}
