import Foundation

/// The files of one encoder: its configuration, tensors and tokenizer, wherever they lie.
struct EncoderFiles {
  let configuration: TransformerConfiguration
  let weights: WeightStore
  /// The names that the description gives the files of the weights, in the order of `weights.paths`.
  let weightNames: [String]
  let tokenizerPath: String
  let tokenizer: TokenizerFiles
  let length: LengthConfiguration
  /// What `length` names as its source where only the positions limit it.
  let configName: String
  /// Other files that decide a vector: paths by the names to show.
  let otherFiles: [String: String]

  private static let purpose = "a model folder has config.json, a tokenizer and model.safetensors"

  /// Opens the files of a pipeline's first module; `base` finds the model that an adapter names.
  static func open(
    model: String, input: Module, base: (String) -> String?
  ) throws(CheckpointError) -> EncoderFiles {
    let folder = input.folder
    if input.kind == .staticEmbedding { return try EncoderFiles(table: model, folder: folder) }
    if AdapterConfiguration.exists(in: joined(model, folder)) {
      return try EncoderFiles(adapter: model, folder: folder, base: base)
    }
    return try EncoderFiles(transformer: model, folder: folder)
  }

  private init(table model: String, folder: String) throws(CheckpointError) {
    let path = joined(model, folder)
    let table = try StaticTable(folder: path)
    configuration = .table(vocabulary: table.vocabulary, hidden: table.hidden)
    weights = table.weights
    weightNames = weights.files.map { joined(folder, $0) }
    tokenizerPath = path
    tokenizer = try TokenizerFiles(folder: path, shownAs: folder.isEmpty ? "" : folder + "/")
    length = .none
    configName = ""
    otherFiles = [:]
  }

  private init(transformer model: String, folder: String) throws(CheckpointError) {
    let path = joined(model, folder)
    configName = joined(folder, "config.json")
    configuration = try TransformerConfiguration(
      ConfigurationFile(path: joined(model, configName), name: configName, purpose: Self.purpose))
    length = try LengthConfiguration.read(model: model, folder: folder)
    tokenizerPath = path
    tokenizer = try TokenizerFiles(folder: path, shownAs: folder.isEmpty ? "" : folder + "/")
    weights = try WeightStore(folder: path)
    weightNames = weights.files.map { joined(folder, $0) }
    otherFiles = [configName: joined(model, configName)]
  }

  /// An adapter has tensors of its own, and all else from its base: the configuration, and where it has none a tokenizer.
  private init(adapter model: String, folder: String, base: (String) -> String?) throws(CheckpointError) {
    let path = joined(model, folder)
    let adapter = try Adapter(folder: path)
    let basePath = try Self.folder(of: adapter.configuration, in: path, base: base)
    let baseName = adapter.configuration.base
    let baseConfig = joined(basePath, "config.json")
    configName = baseName + ":config.json"
    configuration = try TransformerConfiguration(
      ConfigurationFile(path: baseConfig, name: configName, purpose: "the adapter's base is described there"))
    let store = try WeightStore(folder: basePath)
    weights = try adapter.merged(with: store, storesTransposed: configuration.family == .gpt2)
    weightNames = store.files.map { baseName + ":" + $0 }
    length = try LengthConfiguration.read(model: model, folder: folder)
    let hasTokenizer = TokenizerFiles.exist(in: path)
    tokenizerPath = hasTokenizer ? path : basePath
    let prefix = hasTokenizer ? (folder.isEmpty ? "" : folder + "/") : baseName + ":"
    tokenizer = try TokenizerFiles(folder: tokenizerPath, shownAs: prefix)
    otherFiles = [
      configName: baseConfig,
      joined(folder, AdapterConfiguration.name): joined(path, AdapterConfiguration.name),
      joined(folder, Adapter.file): joined(path, Adapter.file),
    ]
  }

  /// The folder of an adapter's base with its `config.json`: what the resolver knows, else the path that is named.
  private static func folder(
    of adapter: AdapterConfiguration, in path: String, base: (String) -> String?
  ) throws(CheckpointError) -> String {
    let name = adapter.base
    let isFolder = { (path: String) in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
    let isRelative = name.hasPrefix("./") || name.hasPrefix("../")
    let named = name.hasPrefix("/") ? name : isRelative ? joined(path, name) : nil
    guard let found = base(name) ?? named, isFolder(found) else {
      throw .baseModelMissing(file: adapter.path, model: name)
    }
    let modules = try ModuleList.read(folder: found).modules
    guard let first = modules.first, first.kind == .transformer else {
      throw .unsupportedPipeline(
        file: joined(found, ModuleList.name),
        reason: "the base of an adapter does not begin with a Transformer")
    }
    let folder = joined(found, first.folder)
    guard !AdapterConfiguration.exists(in: folder) else {
      throw .unsupportedPipeline(
        file: joined(folder, AdapterConfiguration.name), reason: "the base of an adapter is an adapter itself"
      )
    }
    return folder
  }
}
