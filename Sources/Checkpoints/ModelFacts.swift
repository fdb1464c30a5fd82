import Foundation
import Recipes

/// Gathers what a model's files say; where they are silent, what is known of the model, else what is assumed.
struct ModelFacts {
  private let name: String
  private let configuration: TransformerConfiguration
  private let known: KnownModel?
  /// The files that decide a vector, by the names that the description gives them.
  private(set) var files: [String: String] = [:]

  private let path: String
  private var floatCounts: [NumberType: Int] = [:]
  private var tokenizer = Sourced("", .declared)
  private var length = Sourced(0, .assumed)
  private(set) var pooling: Sourced<[Pooling]>
  private var poolsPrompt: Sourced<Bool>
  private var head = Sourced<[HeadLayer]>([], .assumed)
  private var normalizes: Sourced<Bool>
  private var similarity: Sourced<Metric>
  private var prompts: Sourced<[Prompt]>
  private var sentence = SentenceConfiguration.absent
  private var joining: Sourced<Joining>

  /// Begins with what is known or assumed of the model in the folder `path`.
  init(name: String, path: String, configuration: TransformerConfiguration) {
    self.name = name
    self.path = path
    self.configuration = configuration
    known = KnownModel.named(name)
    let source = known == nil ? Source.assumed : .table
    // sentence-transformers pools a model that was made to continue texts at its last token.
    let isCausal = configuration.architecture.hasSuffix("ForCausalLM")
    pooling = Sourced(known?.pooling ?? [isCausal ? .lastToken : .mean], source)
    if configuration.family == .fixedTable { pooling = Sourced([.mean], .declared) }
    normalizes = Sourced(known?.normalizes ?? false, source)
    similarity = Sourced(known?.similarity ?? .cosine, source)
    joining = Sourced(known?.joining ?? .asWritten, known?.joining == nil ? .assumed : .table)
    poolsPrompt = Sourced(known?.poolsPrompt ?? true, known?.poolsPrompt == nil ? .assumed : .table)
    prompts = Sourced(known?.prompts.map(\.prompt) ?? [], known?.prompts.isEmpty == false ? .table : .assumed)
  }

  /// Adds files of the model's folder, by their paths inside it.
  mutating func read(_ names: String...) { for name in names { files[name] = joined(path, name) } }

  /// Adds files that may lie elsewhere, by the names to show.
  mutating func read(_ files: [String: String]) { self.files.merge(files) { _, new in new } }

  mutating func add(pipeline: ModulePipeline, listedIn file: String) {
    guard pipeline.isDeclared else { return }
    read(ModuleList.name, file)
    normalizes = Sourced(pipeline.normalizes, .declared, file: file, key: "type")
    head = Sourced([], .declared, file: file, key: "type")
    guard pipeline.input.kind == .staticEmbedding else { return }
    pooling = Sourced([.mean], .declared, file: file, key: "type")
  }

  mutating func add(normalizes declared: Sourced<Bool>) { normalizes = declared }

  mutating func readPooling(folder: String) throws(CheckpointError) {
    let name = joined(folder, "config.json")
    let file = try ConfigurationFile(
      path: joined(path, name), name: name, purpose: "modules.json lists a Pooling module there")
    let declared = try PoolingConfiguration(file, hidden: configuration.hidden)
    read(name)
    pooling = declared.pooling
    // INSTRUCTOR's authors never pool the instruction, whatever its old files say (as in the reference library).
    if known?.poolsPrompt == nil || declared.poolsPrompt.value == known?.poolsPrompt {
      poolsPrompt = declared.poolsPrompt
    }
  }

  /// The steps of the head, and the files of their weights.
  mutating func add(steps: [(step: HeadStep, weights: WeightStore?)]) {
    head.value = steps.map(\.step.summary)
    for (step, weights) in steps {
      guard let weights else { continue }
      let folder = step.summary.folder
      read(joined(folder, "config.json"))
      add(weights: weights, names: weights.files.map { joined(folder, $0) })
    }
  }

  /// The encoder's own pooler, where the table says that it follows pooling and no file lists modules.
  mutating func addPooler() { head = Sourced([.pooler(hidden: configuration.hidden)], .table) }

  /// Whether the table says that the encoder's own pooler follows pooling.
  var wantsPooler: Bool { known?.usesPooler == true }

  mutating func add(sentence: SentenceConfiguration) {
    if sentence.isPresent { read(SentenceConfiguration.name) }
    self.sentence = sentence
    if let declared = sentence.similarity { similarity = declared }
    guard let declared = sentence.prompts else { return }
    // The library writes empty prompts for every model whose authors did not fill them in.
    let isFilled = declared.value.contains { !$0.text.isEmpty }
    guard isFilled || prompts.value.isEmpty else { return }
    let names = Set(declared.value.compactMap(\.name))
    let saysQuery = names.contains("query") || sentence.defaultPromptName.value != nil
    let saysDocument = !names.isDisjoint(with: ["document", "passage", "corpus"])
    let more = prompts.value.filter { prompt in
      switch prompt.name ?? "" {
      case "query": !saysQuery
      case "document", "passage": !saysDocument
      case let name: !names.contains(name)
      }
    }
    prompts = declared
    prompts.value += more
  }

  mutating func add(length declared: LengthConfiguration, configName: String) {
    for name in declared.files { read(name) }
    length = declared.maximumLength(
      positions: configuration.positions, known: known?.maximumLength, configName: configName)
  }

  mutating func add(weights: WeightStore, names: [String]) {
    for (name, path) in zip(names, weights.paths) { files[name] = path }
    floatCounts.merge(weights.floatCounts, uniquingKeysWith: +)
  }

  mutating func addTokenizer(_ tokenizer: TokenizerFiles) {
    self.tokenizer = Sourced(tokenizer.main, .declared, file: tokenizer.main)
    read(tokenizer.files)
  }

  /// The gathered facts; `identity` is the content hash of `files`.
  func description(identity: String, weights: WeightStore, routes: [String]) -> ModelDescription {
    let commonest = floatCounts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
    var description = ModelDescription(
      name: name, identity: identity, modelType: configuration.modelType,
      architecture: configuration.architecture, layers: configuration.layers, hidden: configuration.hidden,
      heads: configuration.heads, parameters: floatCounts.values.reduce(0, +),
      vocabulary: configuration.vocabulary, positions: configuration.positions,
      dtype: commonest?.key.rawValue ?? "", files: files.keys.sorted(), tokenizer: tokenizer,
      maximumLength: length, pooling: pooling, poolsPrompt: poolsPrompt, head: head, normalizes: normalizes,
      similarity: similarity, prompts: prompts, defaultPromptName: sentence.defaultPromptName,
      strip: sentence.strip, dimensions: sentence.dimensions, joining: joining,
      promptTemplates: known?.templates ?? [], hasDecoder: hasDecoder(weights),
      hasPooler: Pooler.isPresent(in: weights, hidden: configuration.hidden), routes: routes)
    description.endToken = known?.endToken
    return description
  }

  private func hasDecoder(_ weights: WeightStore) -> Bool {
    guard configuration.decoder != nil else { return false }
    return !weights.names(endingWith: "decoder.final_layer_norm.weight").isEmpty
  }
}
