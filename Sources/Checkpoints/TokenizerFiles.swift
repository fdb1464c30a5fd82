import Foundation

/// The files that a tokenizer reads.
struct TokenizerFiles {
  /// The file that is read first, as the description shows it.
  let main: String
  /// Paths by the names to show.
  let files: [String: String]

  private static let mainNames = [
    "tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
  ]
  private static let otherNames = [
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt",
  ]

  /// Whether a folder has a tokenizer.
  static func exist(in folder: String) -> Bool { main(in: folder) != nil }

  private static func main(in folder: String) -> String? {
    mainNames.first { FileManager.default.fileExists(atPath: joined(folder, $0)) }
  }

  /// Finds the files in a folder; `prefix` stands before their names where they are shown.
  init(folder: String, shownAs prefix: String) throws(CheckpointError) {
    guard let name = Self.main(in: folder) else {
      throw .fileNotFound(file: joined(folder, "tokenizer.json"), purpose: "the model has no tokenizer")
    }
    main = prefix + name
    var files = [main: joined(folder, name)]
    for other in Self.otherNames where FileManager.default.fileExists(atPath: joined(folder, other)) {
      files[prefix + other] = joined(folder, other)
    }
    self.files = files
  }
}
