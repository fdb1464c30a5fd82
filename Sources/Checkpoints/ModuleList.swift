import Foundation
import JSONText

/// One entry of `modules.json`, or one of a Router's modules.
struct Module: Equatable, Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case transformer = "Transformer"
    case staticEmbedding = "StaticEmbedding"
    /// One pipeline for each kind of text; called `Asym` up to version 4 of the library.
    case router = "Router"
    case pooling = "Pooling"
    case dense = "Dense"
    case normalize = "Normalize"
    case layerNorm = "LayerNorm"
    /// Does nothing at inference.
    case dropout = "Dropout"
  }

  var kind: Kind
  /// Relative to the model's folder; empty for the folder itself.
  var folder: String

  /// Checks a class name, which must be one of the reference library's own, in either of its namespaces.
  ///
  /// - Throws: `remoteCode` for a class from elsewhere, `unsupportedModule` for one that is not computed here.
  static func kind(of type: String, file: String) throws(CheckpointError) -> Kind {
    let parts = type.split(separator: ".")
    guard parts.first == "sentence_transformers", let last = parts.last else {
      throw .remoteCode(file: file, what: type)
    }
    if last == "Asym" { return .router }
    guard let kind = Kind(rawValue: String(last)) else {
      throw .unsupportedModule(file: file, type: type, supported: Kind.allCases.map(\.rawValue))
    }
    return kind
  }

  /// Why a class of the reference library is not computed here; nil for one that nothing is known of.
  static func refusal(ofClass type: String) -> String? {
    switch type.split(separator: ".").last {
    case "WeightedLayerPooling": "it mixes the states of several layers, and one layer is read here"
    case "CNN", "LSTM": "it is a network of its own over word vectors, from before transformers"
    case "BoW": "it counts words and has no encoder"
    case "WordEmbeddings", "WordWeights": "it looks words up in a table with a tokenizer of its own"
    case "CLIPModel": "it encodes images"
    case "SpladePooling", "MLMTransformer", "SparseAutoEncoder", "SparseStaticEmbedding", "IDF":
      "it makes sparse vectors, one number for each word of the vocabulary"
    case "MultiVectorMask", "LateInteraction", "ColBERT":
      "it keeps one vector for each token, and a text has one here"
    case "LogitScore", "CausalScoreHead": "it scores pairs of texts and gives no vector for one"
    default: nil
    }
  }
}

/// What `modules.json` says: which steps follow one another.
struct ModuleList: Equatable, Sendable {
  static let name = "modules.json"
  static let limit = 64

  /// False where the file is absent and the reference library's default stands for it.
  var isDeclared: Bool
  var modules: [Module]

  /// A transformer, then pooling: what sentence-transformers makes of a folder without `modules.json`.
  static let assumed = ModuleList(
    isDeclared: false, modules: [Module(kind: .transformer, folder: ""), Module(kind: .pooling, folder: "")])

  static func read(folder: String) throws(CheckpointError) -> ModuleList {
    let path = joined(folder, name)
    guard FileManager.default.fileExists(atPath: path) else { return .assumed }
    let root = try ConfigurationFile.read(path, purpose: "it lists the model's modules")
    guard case .array(let elements) = root, !elements.isEmpty, elements.count <= limit else {
      throw .invalidValue(
        file: path, key: "(the whole file)", found: root.summary, expected: "a list of 1 to \(limit) modules")
    }
    var entries: [(index: Int, module: Module)] = []
    var indices: Set<Int> = []
    for (position, element) in elements.enumerated() {
      let file = ConfigurationFile(path: path, name: name, root: element)
      let index = try file.integer("idx", in: 0...1023) ?? position
      guard indices.insert(index).inserted else {
        throw file.invalid("idx", "\(index) twice", "another number for each module")
      }
      if let last = entries.last, index < last.index {
        throw file.invalid(
          "idx", "\(index) behind \(last.index)",
          "modules in the order of their numbers: the two orders differ")
      }
      entries.append((index, try module(file)))
    }
    return ModuleList(isDeclared: true, modules: entries.sorted { $0.index < $1.index }.map(\.module))
  }

  private static func module(_ file: ConfigurationFile) throws(CheckpointError) -> Module {
    guard let type = try file.string("type") else { throw file.invalid("type", "missing", "a class name") }
    let kind = try Module.kind(of: type, file: file.path)
    let folder = try file.string("path") ?? ""
    guard isBelowFolder(folder) else { throw .unsafePath(file: file.path, path: folder) }
    return Module(kind: kind, folder: folder == "." ? "" : folder)
  }

  /// Checks that a module reads and writes the text's vector, and not the tokens' or some other.
  static func requireVectorNames(_ file: ConfigurationFile) throws(CheckpointError) {
    for key in ["module_input_name", "module_output_name"] {
      if let name = try file.string(key), name != "sentence_embedding" {
        throw file.invalid(key, quoted(name), "'sentence_embedding': only the text's own vector is computed")
      }
    }
  }
}

/// Whether a path of a model's file stays below the model's folder.
func isBelowFolder(_ path: String) -> Bool {
  guard !path.hasPrefix("/"), !path.contains(where: { $0 == "\\" || $0 == "\0" }) else { return false }
  return !path.split(separator: "/").contains("..")
}
