import Foundation
import JSONText
import Recipes

/// What `config_sentence_transformers.json` says: prompts, similarity, the version that saved the model.
struct SentenceConfiguration: Equatable, Sendable {
  static let name = "config_sentence_transformers.json"

  /// Nil where the file has none.
  var prompts: Sourced<[Prompt]>?
  var defaultPromptName: Sourced<String?>
  var similarity: Sourced<Metric>?
  var strip: Sourced<Bool>
  /// The length that vectors are cut to (`truncate_dim`, since version 6).
  var dimensions: Sourced<Int?>
  /// Whether the file is there.
  var isPresent = false

  /// Without a file: no prompts, and texts are not stripped, as the library does now.
  static let absent = SentenceConfiguration(
    prompts: nil, defaultPromptName: Sourced(nil, .assumed), similarity: nil, strip: Sourced(false, .assumed),
    dimensions: Sourced(nil, .declared))

  static func read(folder: String) throws(CheckpointError) -> SentenceConfiguration {
    let path = joined(folder, name)
    guard FileManager.default.fileExists(atPath: path) else { return .absent }
    let file = try ConfigurationFile(path: path, name: name, purpose: "it declares prompts")
    if let kind = try file.string("model_type"), kind != "SentenceTransformer" {
      throw .notATextEmbedder(file: path, found: kind)
    }
    var configuration = SentenceConfiguration.absent
    configuration.isPresent = true
    configuration.prompts = try prompts(file)
    configuration.defaultPromptName = try defaultPromptName(
      file, prompts: configuration.prompts?.value ?? [])
    configuration.similarity = try similarity(file)
    configuration.strip = try strip(file)
    if let dimensions = try file.integer("truncate_dim", in: 1...1_048_576) {
      configuration.dimensions = Sourced(dimensions, .declared, file: name, key: "truncate_dim")
    }
    return configuration
  }

  private static func prompts(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<[Prompt]>? {
    guard let object = try file.object("prompts") else { return nil }
    var prompts: [Prompt] = []
    for member in object.members.sorted(by: { $0.key < $1.key }) {
      // Null stands for a prompt that was never filled in.
      if case .null = member.value { continue }
      guard case .string(let text) = member.value else {
        throw file.invalid("prompts", member.value.summary, "a string for prompt \(quoted(member.key))")
      }
      prompts.append(Prompt(name: member.key, text: text, source: .declared))
    }
    return Sourced(prompts, .declared, file: file.name, key: "prompts")
  }

  private static func defaultPromptName(
    _ file: ConfigurationFile, prompts: [Prompt]
  ) throws(CheckpointError) -> Sourced<String?> {
    let key = "default_prompt_name"
    guard let name = try file.string(key) else {
      return Sourced(nil, file.has(key) ? .declared : .assumed, file: file.name, key: key)
    }
    guard prompts.contains(where: { $0.name == name }) else {
      let known = prompts.compactMap(\.name).map(quoted).joined(separator: ", ")
      throw file.invalid(key, quoted(name), known.isEmpty ? "null: there are no prompts" : "one of \(known)")
    }
    return Sourced(name, .declared, file: file.name, key: key)
  }

  private static func similarity(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<Metric>? {
    let key = "similarity_fn_name"
    guard let name = try file.string(key) else { return nil }
    guard let metric = Metric(rawValue: name) else {
      throw file.invalid(
        key, quoted(name), "one of " + Metric.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return Sourced(metric, .declared, file: file.name, key: key)
  }

  /// Up to version 5.3 the library removed white space round every text.
  private static func strip(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<Bool> {
    let key = "__version__.sentence_transformers"
    guard let versions = try file.object("__version__"), let value = versions["sentence_transformers"] else {
      return Sourced(false, .assumed)
    }
    if case .null = value { return Sourced(false, .assumed) }
    guard case .string(let version) = value else { throw file.invalid(key, value.summary, "a version") }
    let numbers = version.split(separator: ".").prefix(2).map { Int($0) }
    guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else {
      throw file.invalid(key, quoted(version), "a version such as '5.3.0'")
    }
    return Sourced((major, minor) < (5, 4), .declared, file: file.name, key: key)
  }
}
