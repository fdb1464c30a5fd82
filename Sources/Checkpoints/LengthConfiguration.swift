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

  var maximumLength: Sourced<Int>
  var lowercasesFirst: Bool
  /// The files that were read, relative to the model's folder.
  var files: [String]

  /// Reads the files in the transformer's folder, which is relative to the model's.
  ///
  /// A length beyond `positions`, the size of the position table, is cut to it and counts as assumed.
  static func read(
    model: String, folder: String, positions: Int
  ) throws(CheckpointError) -> LengthConfiguration {
    var lowercasesFirst = false
    var declared: Sourced<Int>?
    var files: [String] = []
    let exists = { (name: String) in FileManager.default.fileExists(atPath: joined(model, name)) }
    if let name = names.map({ joined(folder, $0) }).first(where: exists) {
      let file = try ConfigurationFile(path: joined(model, name), name: name, purpose: "it declares a length")
      files.append(name)
      lowercasesFirst = try file.bool("do_lower_case") ?? false
      if let task = try file.string("transformer_task"), task != "feature-extraction" {
        throw file.invalid("transformer_task", quoted(task), "'feature-extraction'")
      }
      if let length = try file.integer("max_seq_length", in: 3...Int.max) {
        declared = Sourced(length, .declared, file: name, key: "max_seq_length")
      }
    }
    let limit = Sourced(
      positions, Source.assumed, file: joined(folder, "config.json"), key: "max_position_embeddings")
    var length = declared
    if length == nil {
      let name = joined(folder, "tokenizer_config.json")
      length = exists(name) ? try tokenizerLength(model: model, name: name) : nil
    }
    guard let length, length.value <= positions else {
      return LengthConfiguration(maximumLength: limit, lowercasesFirst: lowercasesFirst, files: files)
    }
    return LengthConfiguration(maximumLength: length, lowercasesFirst: lowercasesFirst, files: files)
  }

  /// `model_max_length`, where it says something: many files have -1 or 10³⁰ for "no limit".
  private static func tokenizerLength(model: String, name: String) throws(CheckpointError) -> Sourced<Int>? {
    let key = "model_max_length"
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "it declares the tokenizer")
    guard let value = file.value(key) else { return nil }
    guard let number = value.number else { throw file.invalid(key, value.summary, "a number") }
    guard (3...1e9).contains(number) else { return nil }
    return Sourced(Int(number), .assumed, file: name, key: key)
  }
}
