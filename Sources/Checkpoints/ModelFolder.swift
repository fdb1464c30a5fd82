import Foundation
public import Recipes

/// A model in the sentence-transformers or Hugging Face layout: what its files declare, and its weights.
///
/// Opening maps the weights and reads the small files; no tensor of the encoder is loaded yet.
public struct ModelFolder: Sendable {
  public let path: String
  /// The folder with the tokenizer's files: the model's own, or the one of its Transformer module.
  public let tokenizerPath: String
  /// What the files declare, with the source of each fact.
  public let description: ModelDescription
  /// `config.json`.
  public let configuration: TransformerConfiguration
  /// The encoder's tensors.
  public let weights: WeightStore
  /// The dense layers after pooling, in order.
  public let head: [DenseLayer]
  /// Whether texts are put in lower case before the tokenizer's own normalisation.
  public let lowercasesFirst: Bool

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - name: how the user names the model; nil for the hub id that the path tells, else the folder's name.
  ///   - identities: remembers the hashes of large files.
  /// - Throws: `CheckpointError` for anything that is missing, damaged or not supported.
  public init(path: String, name: String? = nil, identities: IdentityCache = .none) throws(CheckpointError) {
    try Self.checkFolder(path)
    let name = name ?? Self.name(of: path)
    let modules = try ModuleList.read(folder: path)
    let folder = modules.transformerFolder
    let configName = joined(folder, "config.json")
    let configuration = try TransformerConfiguration(
      ConfigurationFile(
        path: joined(path, configName), name: configName,
        purpose: "a model folder has config.json, a tokenizer and model.safetensors"))
    let sentence = try SentenceConfiguration.read(folder: path)
    let length = try LengthConfiguration.read(model: path, folder: folder, positions: configuration.positions)
    let tokenizer = try Self.tokenizerFile(model: path, folder: folder)
    let weights = try WeightStore(folder: joined(path, folder))
    var facts = ModelFacts(name: name, configuration: configuration)
    try facts.readPooling(model: path, modules: modules)
    let head = try facts.readHead(model: path, modules: modules)
    facts.add(modules: modules)
    facts.add(sentence: sentence)
    facts.add(length: length, configName: configName)
    facts.add(weights: weights, folder: folder)
    facts.addTokenizer(tokenizer, model: path, folder: folder)
    self.path = path
    self.tokenizerPath = joined(path, folder)
    self.configuration = configuration
    self.weights = weights
    self.head = head
    lowercasesFirst = length.lowercasesFirst
    description = try facts.description(
      identity: Self.identity(model: path, files: facts.files, identities: identities))
  }

  private static func checkFolder(_ path: String) throws(CheckpointError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .folderNotFound(path: path)
    }
    guard isFolder.boolValue else { throw .notAFolder(path: path) }
  }

  /// The hub id that a path inside a hub cache tells (`models--org--name/snapshots/…`), else the last component.
  static func name(of path: String) -> String {
    let components = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    if components.count >= 3, components[components.count - 2] == "snapshots" {
      let repository = components[components.count - 3]
      if repository.hasPrefix("models--") {
        return repository.dropFirst("models--".count).replacingOccurrences(of: "--", with: "/")
      }
    }
    return components.last ?? path
  }

  private static func tokenizerFile(model: String, folder: String) throws(CheckpointError) -> String {
    for name in ["tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model"] {
      let relative = joined(folder, name)
      if FileManager.default.fileExists(atPath: joined(model, relative)) { return relative }
    }
    throw .fileNotFound(
      file: joined(model, joined(folder, "tokenizer.json")), purpose: "the model has no tokenizer")
  }

  /// The hash of the names and contents of all files that decide a vector.
  private static func identity(
    model: String, files: [String], identities: IdentityCache
  ) throws(CheckpointError) -> String {
    let digests = try identities.digests(of: files.map { joined(model, $0) })
    return sha256(of: zip(files, digests).map { "\($0)\0\($1)\n" }.joined())
  }
}
