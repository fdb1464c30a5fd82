import ArgumentParser
import Corpora
import Embedding
import JSONText
import Kernels
import Recipes

/// `encode`: texts to vectors.
struct EncodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Turn texts into vectors.",
    discussion: """
      Prints one JSON object a text: index, id (when given), text, tokens, truncated, embedding. \
      --format npy writes float32 [texts, dimensions]; --format tsv the embedding projector's files.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonl
    case npy
    case tsv
  }

  @OptionGroup var input: InputOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "Which side of a search the texts stand on: it decides the prompt.")
  var role: Role = .none

  @Option(help: "Output format.")
  var format: Format = .jsonl

  @Option(help: "Write here instead of standard output.")
  var output: String?

  @Option(help: "With --format tsv: write the texts here, a line each.")
  var metadata: String?

  func validate() throws {
    if metadata != nil && format != .tsv { throw ValidationError("--metadata belongs to --format tsv") }
  }

  func run() async throws {
    let output = try Output(path: output)
    if format == .npy { try output.requireNoTerminal(for: "npy") }
    let texts = try input.read()
    let workbench = try await Workbench.open(model, recipe.precision)
    let encodings = try workbench.encodings(recipe, role: role)
    var sink = EmbeddingSink(format: format, output: output, count: texts.count)
    let progress = ProgressLine("encoding")
    for start in stride(from: 0, to: texts.count, by: Self.chunk) {
      let chunk = Array(texts[start..<min(start + Self.chunk, texts.count)])
      let result = try await workbench.embed(chunk, encodings) { done in
        progress.show(start + done, of: texts.count, unit: "texts")
      }
      try sink.write(chunk, result, startingAt: start)
    }
    progress.finish()
    try sink.finish(dimensions: workbench.dimensions(encodings))
    if let metadata { try writeMetadata(texts, to: metadata) }
  }

  /// Texts that are encoded and printed together: results flow while a long input is worked on.
  private static let chunk = 1024

  private func writeMetadata(_ texts: [InputText], to path: String) throws {
    let output = try Output(path: path)
    for text in texts { try output.writeLine(text.text.flattenedForTSV) }
    try output.finish()
  }
}

/// Prints vectors in the chosen format.
private struct EmbeddingSink {
  let format: EncodeCommand.Format
  let output: Output
  let count: Int
  private var wroteHeader = false

  init(format: EncodeCommand.Format, output: Output, count: Int) {
    self.format = format
    self.output = output
    self.count = count
  }

  mutating func write(_ texts: [InputText], _ result: Embeddings, startingAt start: Int) throws {
    try writeHeader(dimensions: result.vectors.columns)
    for (index, text) in texts.enumerated() {
      let vector = result.vectors.row(index)
      switch format {
      case .npy: try output.write(vector.littleEndianBytes)
      case .tsv: try output.writeLine(vector.map { "\($0)" }.joined(separator: "\t"))
      case .jsonl:
        var members: JSONObject = ["index": .integer(start + index)]
        if let id = text.id { members.append("id", .string(id)) }
        members += [
          "text": .string(text.text), "tokens": .integer(result.tokenCounts[index]),
          "truncated": .bool(result.truncated[index]), "embedding": .floats(vector),
        ]
        try output.writeLine(JSONValue.object(members).text)
      }
    }
    try output.flush()
  }

  mutating func finish(dimensions: Int) throws {
    try writeHeader(dimensions: dimensions)
    try output.finish()
  }

  private mutating func writeHeader(dimensions: Int) throws {
    guard format == .npy, !wroteHeader else { return }
    wroteHeader = true
    try output.write(NPYHeader.bytes(rows: count, columns: dimensions))
  }
}

extension String {
  /// The text on one line, without tabs.
  var flattenedForTSV: String {
    var flat = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      flat.append(scalar == "\t" || scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return String(flat)
  }
}
