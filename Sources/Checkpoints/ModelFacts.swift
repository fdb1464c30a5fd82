import Foundation
import Recipes

/// Gathers what a model's files say; where they are silent, what is known of the model, else what is assumed.
struct ModelFacts {
  private let name: String
  private let configuration: TransformerConfiguration
  private let known: KnownModel?
  /// The files that were read or that the tokenizer reads, relative to the model's folder, sorted.
  var files: [String] { Set(read).sorted() }

  private var read: [String] = []
  private var floatCounts: [NumberType: Int] = [:]
  private var tokenizer = Sourced("", .declared)
  private var length = Sourced(0, .assumed)
  private var pooling: Sourced<[Pooling]>
  private var poolsPrompt = Sourced(true, .assumed)
  private var head = Sourced<[HeadLayer]>([], .assumed)
  private var normalizes: Sourced<Bool>
  private var similarity: Sourced<Metric>
  private var prompts: Sourced<[Prompt]>
  private var defaultPromptName = Sourced<String?>(nil, .assumed)
  private var strip = Sourced(false, .assumed)

  init(name: String, configuration: TransformerConfiguration) {
    self.name = name
    self.configuration = configuration
    known = KnownModel.named(name)
    let source = known == nil ? Source.assumed : .table
    pooling = Sourced(known?.pooling ?? [.mean], source)
    normalizes = Sourced(known?.normalizes ?? false, source)
    similarity = Sourced(known?.similarity ?? .cosine, source)
    let prompts = (known?.prompts ?? [:]).sorted { $0.key < $1.key }
      .map { Prompt(name: $0.key, text: $0.value, source: .table) }
    self.prompts = Sourced(prompts, prompts.isEmpty ? .assumed : .table)
  }

  mutating func add(modules: ModuleList) {
    guard modules.isDeclared else { return }
    read.append(ModuleList.name)
    normalizes = Sourced(modules.normalizes, .declared, file: ModuleList.name, key: "type")
  }

  mutating func readPooling(model: String, modules: ModuleList) throws(CheckpointError) {
    guard modules.isDeclared, let folder = modules.poolingFolder else { return }
    let name = joined(folder, "config.json")
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "modules.json lists a Pooling module there")
    let declared = try PoolingConfiguration(file, hidden: configuration.hidden)
    read.append(name)
    pooling = declared.pooling
    poolsPrompt = declared.poolsPrompt
  }

  /// Reads the dense layers; call it once the pooling is known.
  mutating func readHead(model: String, modules: ModuleList) throws(CheckpointError) -> [DenseLayer] {
    var layers: [DenseLayer] = []
    var width = configuration.hidden * pooling.value.count
    for folder in modules.denseFolders {
      let (layer, store) = try DenseLayer.read(model: model, folder: folder, width: width)
      layers.append(layer)
      width = layer.outputs
      read.append(joined(folder, "config.json"))
      add(weights: store, folder: folder)
    }
    let summaries = layers.map { layer in
      HeadLayer(
        kind: "Dense", folder: layer.folder, inputDimensions: layer.inputs, outputDimensions: layer.outputs,
        activation: layer.activation.rawValue)
    }
    head =
      modules.isDeclared
      ? Sourced(summaries, .declared, file: ModuleList.name, key: "type") : Sourced(summaries, .assumed)
    return layers
  }

  mutating func add(sentence: SentenceConfiguration) {
    if sentence.isPresent { read.append(SentenceConfiguration.name) }
    // The library writes an empty list for every model whose authors did not fill it in.
    if let declared = sentence.prompts, !declared.value.isEmpty || prompts.value.isEmpty {
      prompts = declared
    }
    if let declared = sentence.similarity { similarity = declared }
    defaultPromptName = sentence.defaultPromptName
    strip = sentence.strip
  }

  mutating func add(length declared: LengthConfiguration, configName: String) {
    read.append(configName)
    read += declared.files
    length = declared.maximumLength
  }

  mutating func add(weights: WeightStore, folder: String) {
    read += weights.files.map { joined(folder, $0) }
    floatCounts.merge(weights.floatCounts, uniquingKeysWith: +)
  }

  mutating func addTokenizer(_ file: String, model: String, folder: String) {
    tokenizer = Sourced(file, .declared, file: file)
    let others = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt"]
    read.append(file)
    read += others.map { joined(folder, $0) }.filter { relative in
      FileManager.default.fileExists(atPath: joined(model, relative))
    }
  }

  /// The gathered facts; `identity` is the content hash of `files`.
  func description(identity: String) -> ModelDescription {
    let commonest = floatCounts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
    return ModelDescription(
      name: name, identity: identity, modelType: configuration.modelType,
      architecture: configuration.architecture, layers: configuration.layers, hidden: configuration.hidden,
      heads: configuration.heads, parameters: floatCounts.values.reduce(0, +),
      vocabulary: configuration.vocabulary, positions: configuration.positions,
      dtype: commonest?.key.rawValue ?? "", files: files, tokenizer: tokenizer, maximumLength: length,
      pooling: pooling, poolsPrompt: poolsPrompt, head: head, normalizes: normalizes, similarity: similarity,
      prompts: prompts, defaultPromptName: defaultPromptName, strip: strip)
  }
}
