import Foundation

/// The way of a text through one encoder's modules: what gives states, what pools them, what follows.
struct ModulePipeline: Equatable, Sendable {
  /// False where no file lists the modules.
  var isDeclared: Bool
  /// The Transformer, or the StaticEmbedding, which pools by itself.
  var input: Module
  /// Nil for a StaticEmbedding.
  var poolingFolder: String?
  /// Dense, LayerNorm and Normalize modules, less a Normalize at the end.
  var steps: [Module]
  /// Whether a Normalize stands at the end.
  var normalizes: Bool
  /// The folders of the Normalize modules at the end.
  private var normalizeFolders: [String] = []

  /// Checks that the modules, which `path` lists, make one vector of a text.
  init(_ modules: [Module], isDeclared: Bool, path: String) throws(CheckpointError) {
    func refuse(_ reason: String) -> CheckpointError { .unsupportedPipeline(file: path, reason: reason) }
    var rest = modules.filter { $0.kind != .dropout }[...]
    guard let first = rest.popFirst(), [.transformer, .staticEmbedding].contains(first.kind) else {
      throw refuse("the first module is not a Transformer, a StaticEmbedding or a Router")
    }
    for kind in [Module.Kind.transformer, .staticEmbedding, .router]
    where rest.contains(where: { $0.kind == kind }) {
      if kind == first.kind { throw refuse("there is more than one \(kind.rawValue)") }
      throw refuse("a \(kind.rawValue) follows the \(first.kind.rawValue)")
    }
    let poolings = rest.count { $0.kind == .pooling }
    if first.kind == .staticEmbedding {
      guard poolings == 0 else {
        throw refuse("a Pooling module follows the StaticEmbedding, which has pooled already")
      }
    } else {
      guard poolings > 0 else {
        throw refuse("there is no Pooling module, so the model gives no vector for a text")
      }
      guard poolings == 1 else { throw refuse("there is more than one Pooling module") }
      guard let pooling = rest.popFirst(), pooling.kind == .pooling else {
        throw refuse("Pooling does not follow the Transformer")
      }
      poolingFolder = pooling.folder
    }
    normalizes = rest.last?.kind == .normalize
    while let last = rest.last, last.kind == .normalize {
      normalizeFolders.append(last.folder)
      rest.removeLast()
    }
    self.isDeclared = isDeclared
    input = first
    steps = Array(rest)
  }

  /// The model2vec library's form of a folder: `config.json` says whether vectors are normalised.
  init(staticModelThatNormalizes normalizes: Bool) {
    isDeclared = false
    input = Module(kind: .staticEmbedding, folder: "")
    steps = []
    self.normalizes = normalizes
  }

  /// Reads the steps between pooling and normalisation; `width` is the length of the pooled vector.
  func readHead(
    model: String, width: Int
  ) throws(CheckpointError) -> [(step: HeadStep, weights: WeightStore?)] {
    var width = width
    var steps: [(HeadStep, WeightStore?)] = []
    for module in self.steps {
      switch module.kind {
      case .dense:
        let (layer, store) = try DenseLayer.read(model: model, folder: module.folder, width: width)
        steps.append((.dense(layer), store))
        width = layer.outputs
      case .layerNorm:
        let (layer, store) = try LayerNormLayer.read(model: model, folder: module.folder, width: width)
        steps.append((.layerNorm(layer), store))
      default:
        try Self.checkNormalize(model: model, folder: module.folder)
        steps.append((.normalize(folder: module.folder, width: width), nil))
      }
    }
    for folder in normalizeFolders { try Self.checkNormalize(model: model, folder: folder) }
    return steps
  }

  /// Checks the configuration of a Normalize module, which may have none: older versions saved an empty folder,
  /// which does not survive a repository.
  private static func checkNormalize(model: String, folder: String) throws(CheckpointError) {
    let name = joined(folder, "config.json")
    guard !folder.isEmpty, FileManager.default.fileExists(atPath: joined(model, name)) else { return }
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "it configures Normalize")
    try ModuleList.requireVectorNames(file)
  }
}
