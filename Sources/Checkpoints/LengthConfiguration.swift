import Foundation
import JSONText
import Recipes

/// What `sentence_bert_config.json` says (or one of its older names): length and lower case.
struct LengthConfiguration: Equatable, Sendable {
  static let names = [
    "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json",
    "sentence_camembert_config.json", "sentence_albert_config.json", "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json",
  ]

  /// Nil where no file says one.
  var declared: Sourced<Int>?
  var lowercasesFirst = false
  /// The files that were read, relative to the model's folder.
  var files: [String] = []

  /// What a model without a transformer has.
  static let none = LengthConfiguration()

  /// Reads the files in the transformer's folder, which is relative to the model's.
  static func read(model: String, folder: String) throws(CheckpointError) -> LengthConfiguration {
    var configuration = LengthConfiguration()
    let exists = { (name: String) in FileManager.default.fileExists(atPath: joined(model, name)) }
    for name in names.map({ joined(folder, $0) }) where exists(name) {
      let file = try ConfigurationFile(path: joined(model, name), name: name, purpose: "it declares a length")
      // The library goes on to the next name when a file says nothing.
      guard case .object(let object) = file.root, !object.members.isEmpty else { continue }
      configuration.files.append(name)
      configuration.lowercasesFirst = try file.bool("do_lower_case") ?? false
      configuration.declared = try length(file)
      try refuseOtherTasks(file)
      break
    }
    let name = joined(folder, "tokenizer_config.json")
    if configuration.declared == nil, exists(name) {
      let file = try ConfigurationFile(
        path: joined(model, name), name: name, purpose: "it declares the tokenizer")
      let key = "model_max_length"
      configuration.declared = try limit(file, key).map { Sourced($0, .assumed, file: name, key: key) }
    }
    return configuration
  }

  /// The length in force: the declared one, else what is known of the model, else all positions.
  ///
  /// A length beyond `positions`, what the model can encode, is cut to it and counts as assumed.
  func maximumLength(positions: Int?, known: Int?, configName: String) -> Sourced<Int> {
    let limit = Sourced(
      positions ?? Encoding.unlimited, .assumed, file: configName, key: "max_position_embeddings")
    var length = declared
    // What a tokenizer says is its own limit, not the model's recipe.
    if let known, length?.source != .declared { length = Sourced(known, .table) }
    guard let length else { return positions == nil ? Sourced(Encoding.unlimited, .assumed) : limit }
    if let positions, length.value > positions { return limit }
    return length
  }

  /// The length that the sentence-transformers file declares: what it hands to the tokenizer comes before its own key.
  private static func length(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<Int>? {
    for outer in ["processor_kwargs", "tokenizer_args", "tokenizer_kwargs"] {
      guard let object = try file.object(outer) else { continue }
      let inner = ConfigurationFile(path: file.path, name: file.name, root: .object(object))
      if let length = try limit(inner, "model_max_length") {
        return Sourced(length, .declared, file: file.name, key: "\(outer).model_max_length")
      }
    }
    return try limit(file, "max_seq_length").map {
      Sourced($0, .declared, file: file.name, key: "max_seq_length")
    }
  }

  /// A number of tokens; nil where the file says nothing: null, −1 and 10³⁰ mean "no limit".
  private static func limit(_ file: ConfigurationFile, _ key: String) throws(CheckpointError) -> Int? {
    guard let value = file.value(key) else { return nil }
    guard let number = value.number else { throw file.invalid(key, value.summary, "a number of tokens") }
    if number < 0 || number > 1e9 { return nil }
    guard number >= 3, number == number.rounded() else {
      throw file.invalid(key, value.summary, "a whole number of at least 3")
    }
    return Int(number)
  }

  /// Versions 5 and 6 of the library say which task and which kinds of input the transformer is for.
  private static func refuseOtherTasks(_ file: ConfigurationFile) throws(CheckpointError) {
    if let task = try file.string("transformer_task"), task != "feature-extraction" {
      throw file.invalid("transformer_task", quoted(task), "'feature-extraction'")
    }
    if let name = try file.string("module_output_name"), name != "token_embeddings" {
      throw file.invalid("module_output_name", quoted(name), "'token_embeddings'")
    }
    if let kinds = try file.object("modality_config") {
      guard case .object(let text)? = kinds["text"] else {
        throw file.invalid("modality_config", "without 'text'", "'text' among the kinds of input")
      }
      if case .string(let output)? = text["method_output_name"], output != "last_hidden_state" {
        throw file.invalid("modality_config.text.method_output_name", quoted(output), "'last_hidden_state'")
      }
    }
    for key in ["query_length", "document_length", "query_expansion"] where file.value(key) != nil {
      throw file.invalid(
        key, file.value(key)?.summary ?? "", "null: it belongs to models with many vectors a text")
    }
    try refuseOtherLengths(file)
  }

  /// `processing_kwargs` may carry a length for each kind of input.
  private static func refuseOtherLengths(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let kinds = try file.object("processing_kwargs") else { return }
    for kind in ["common", "text"] {
      guard case .object(let object)? = kinds[kind] else { continue }
      for key in ["max_length", "truncation", "add_special_tokens"] {
        guard let value = object[key], !value.isNull else { continue }
        if key != "max_length", case .bool(true) = value { continue }
        throw file.invalid(
          "processing_kwargs.\(kind).\(key)", value.summary, "null: use 'max_seq_length' for a length")
      }
    }
  }
}

extension JSONValue {
  fileprivate var isNull: Bool { if case .null = self { true } else { false } }
}
