import Foundation
import JSONText
public import Recipes

/// A model in the sentence-transformers or Hugging Face layout: what its files declare, and its weights.
///
/// Opening maps the weights and reads the small files; no tensor of the encoder is loaded yet.
public struct ModelFolder: Sendable {
  /// One of several encoders, for the texts of a role.
  public struct Route: Sendable {
    public let name: String
    /// The encoder with what follows it, described like a model of its own.
    public let folder: ModelFolder
  }

  public let path: String
  /// The folder with the tokenizer's files: the model's own, or the one of its Transformer module.
  public let tokenizerPath: String
  /// What the files declare, with the source of each fact.
  public let description: ModelDescription
  /// `config.json`; a static model's table has none.
  public let configuration: TransformerConfiguration
  /// The encoder's tensors, adapters merged.
  public let weights: WeightStore
  /// The steps after pooling, in order.
  public let head: [HeadStep]
  /// Whether texts are put in lower case before the tokenizer's own normalisation.
  public let lowercasesFirst: Bool
  /// The encoders of a model with a Router, the default first, which everything else belongs to; else empty.
  public let routes: [Route]

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - name: how the user names the model; nil for the hub id that the path tells, else the folder's name.
  ///   - identities: remembers the hashes of large files.
  ///   - base: the folder of the model that an adapter names, by hub id or path; nil where it is not on this machine.
  /// - Throws: `CheckpointError` for anything that is missing, damaged or not supported.
  public init(
    path: String, name: String? = nil, identities: IdentityCache = .none,
    base: @escaping (String) -> String? = { _ in nil }
  ) throws(CheckpointError) {
    let name = name ?? Self.name(of: path)
    if name.contains("/"), let refusal = KnownRefusals.refusal(for: name) {
      throw .cannotRun(model: name, reason: refusal.reason, alternative: refusal.alternative)
    }
    try Self.checkFolder(path)
    let opening = Opening(
      path: path, name: name, sentence: try SentenceConfiguration.read(folder: path), identities: identities,
      base: base)
    let list = try ModuleList.read(folder: path)
    if list.modules.first(where: { $0.kind != .dropout })?.kind == .router {
      self = try Self.routed(opening, list)
      return
    }
    guard !list.isDeclared else {
      let file = joined(path, ModuleList.name)
      let pipeline = try ModulePipeline(list.modules, isDeclared: true, path: file)
      self = try ModelFolder(opening, pipeline, listedIn: ModuleList.name)
      return
    }
    self = try Self.undeclared(opening, list)
  }

  /// What all parts of a model are opened with.
  private struct Opening {
    var path: String
    var name: String
    var sentence: SentenceConfiguration
    var identities: IdentityCache
    var base: (String) -> String?
  }

  /// A folder that lists no modules: a transformer, or model2vec's table with the library's own configuration.
  private static func undeclared(_ opening: Opening, _ list: ModuleList) throws(CheckpointError)
    -> ModelFolder
  {
    let pipeline = try ModulePipeline(list.modules, isDeclared: false, path: opening.path)
    let name = "config.json"
    let path = joined(opening.path, name)
    guard FileManager.default.fileExists(atPath: path), !AdapterConfiguration.exists(in: opening.path) else {
      return try ModelFolder(opening, pipeline, listedIn: ModuleList.name)
    }
    let file = try ConfigurationFile(path: path, name: name, purpose: "it describes the model")
    guard try file.string("model_type") == "model2vec" else {
      try refuseScorers(file)
      return try ModelFolder(opening, pipeline, listedIn: ModuleList.name)
    }
    let normalizes = try file.bool("normalize")
    return try ModelFolder(
      opening, ModulePipeline(staticModelThatNormalizes: normalizes ?? false), listedIn: name,
      normalizes: Sourced(
        normalizes ?? false, normalizes == nil ? .assumed : .declared, file: name, key: "normalize"))
  }

  /// Without modules, the class of the weights tells models that score pairs or keep a vector for each token.
  private static func refuseScorers(_ file: ConfigurationFile) throws(CheckpointError) {
    guard let value = file.value("architectures"), case .array(let classes) = value else { return }
    for element in classes {
      guard case .string(let name) = element else { continue }
      if name.hasSuffix("ForSequenceClassification") {
        throw .notATextEmbedder(file: file.path, found: "\(name), which classifies or scores texts")
      }
      if name.lowercased().contains("colbert") {
        throw .notATextEmbedder(file: file.path, found: "\(name), which keeps a vector for each token")
      }
    }
  }

  /// A model with a Router: every route is opened like a model, with the modules behind the Router at its end.
  private static func routed(_ opening: Opening, _ list: ModuleList) throws(CheckpointError) -> ModelFolder {
    let modules = list.modules.filter { $0.kind != .dropout }
    let router = try RouterConfiguration.read(model: opening.path, folder: modules[0].folder)
    var routes: [Route] = []
    for route in router.routes {
      let pipeline = try ModulePipeline(
        route.modules + modules.dropFirst(), isDeclared: true, path: joined(opening.path, router.name))
      let folder = try ModelFolder(opening, pipeline, listedIn: router.name)
      routes.append(Route(name: route.name, folder: folder))
    }
    return try ModelFolder(opening, routes: routes, file: router.name)
  }

  /// A model of several encoders, whose description is the default one's.
  private init(_ opening: Opening, routes: [Route], file: String) throws(CheckpointError) {
    let main = routes[0].folder
    for route in routes where route.folder.vectorWidth != main.vectorWidth {
      throw .unsupportedPipeline(
        file: joined(opening.path, file),
        reason:
          "the routes \(quoted(routes[0].name)) and \(quoted(route.name)) give vectors of different lengths, "
          + "\(main.vectorWidth) and \(route.folder.vectorWidth)")
    }
    var description = main.description
    description.routes = routes.map(\.name)
    for route in routes where route.folder.description.maximumLength.value != description.maximumLength.value
    {
      description.routeLengths[route.name] = route.folder.description.maximumLength.value
    }
    description.positions = routes.compactMap(\.folder.description.positions).min()
    description.files = Set(routes.flatMap(\.folder.description.files)).sorted()
    description.parameters = routes.reduce(0) { $0 + $1.folder.description.parameters }
    description.identity = sha256(
      of: routes.map { "\($0.name)\0\($0.folder.description.identity)\n" }.joined())
    path = main.path
    tokenizerPath = main.tokenizerPath
    configuration = main.configuration
    weights = main.weights
    head = main.head
    lowercasesFirst = main.lowercasesFirst
    self.description = description
    self.routes = routes
  }

  private init(
    _ opening: Opening, _ pipeline: ModulePipeline, listedIn file: String, normalizes: Sourced<Bool>? = nil
  ) throws(CheckpointError) {
    let files = try EncoderFiles.open(model: opening.path, input: pipeline.input, base: opening.base)
    var facts = ModelFacts(name: opening.name, path: opening.path, configuration: files.configuration)
    facts.add(pipeline: pipeline, listedIn: file)
    if let normalizes {
      facts.read(file)
      facts.add(normalizes: normalizes)
    }
    if pipeline.isDeclared, let folder = pipeline.poolingFolder { try facts.readPooling(folder: folder) }
    let width = files.configuration.hidden * facts.pooling.value.count
    let steps = try pipeline.readHead(model: opening.path, width: width)
    facts.add(steps: steps)
    var head = steps.map(\.step)
    if !pipeline.isDeclared, facts.wantsPooler {
      head = [.dense(try Pooler.read(files.weights, hidden: files.configuration.hidden))]
      facts.addPooler()
    }
    facts.add(sentence: opening.sentence)
    facts.add(length: files.length, configName: files.configName)
    facts.add(weights: files.weights, names: files.weightNames)
    facts.addTokenizer(files.tokenizer)
    facts.read(files.otherFiles)
    path = opening.path
    tokenizerPath = files.tokenizerPath
    configuration = files.configuration
    weights = files.weights
    self.head = head
    lowercasesFirst = files.length.lowercasesFirst
    routes = []
    description = facts.description(
      identity: try Self.identity(of: facts.files, identities: opening.identities), weights: files.weights,
      routes: [])
  }
}

extension ModelFolder {
  /// The encoder's own pooler, a dense layer and tanh; nil where the checkpoint has none.
  public func pooler() throws(CheckpointError) -> DenseLayer? {
    guard description.hasPooler else { return nil }
    return try Pooler.read(weights, hidden: configuration.hidden)
  }

  /// The length of the vector that comes out of the head.
  var vectorWidth: Int {
    head.last?.outputs ?? configuration.hidden * description.pooling.value.count
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

  /// The hash of the names and contents of all files that decide a vector.
  private static func identity(
    of files: [String: String], identities: IdentityCache
  ) throws(CheckpointError) -> String {
    let names = files.keys.sorted()
    let digests = try identities.digests(of: names.map { files[$0] ?? $0 })
    return sha256(of: zip(names, digests).map { "\($0)\0\($1)\n" }.joined())
  }
}
