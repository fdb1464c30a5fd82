import Checkpoints
import Foundation
import Recipes
import TestSupport
import Testing

/// Low-rank adapters: merged where a tensor is read, W + scale · B·A.
struct AdapterTests {
  private static let target = "encoder.layer.0.attention.self.query"

  /// W of the base: 8 × 8, so that a wrong orientation shows.
  private static let weight: [Float] = (0..<64).map { Float($0) / 8 }
  private static let down: [Float] = (0..<16).map { Float($0 % 5) - 2 }
  private static let up: [Float] = (0..<16).map { Float($0 % 7) / 2 - 1 }

  private static func base(dtype: String = "F32") -> TinyModel {
    var model = TinyModel()
    model["modules.json"] = nil
    model.files["model.safetensors"] = SafetensorsBytes.file([
      ("embeddings.word_embeddings.weight", [6, 8], [Float](repeating: 1, count: 48)),
      (target + ".weight", [8, 8], weight), (target + ".bias", [8], [Float](repeating: 0, count: 8)),
    ])
    return model
  }

  private static func configuration(_ members: String = "") -> String {
    #"{"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 2, "lora_alpha": 4"#
      + (members.isEmpty ? "" : ", " + members) + "}"
  }

  private static let factors: [(name: String, shape: [Int], values: [Float])] = [
    ("base_model.model.\(target).lora_A.weight", [2, 8], down),
    ("base_model.model.\(target).lora_B.weight", [8, 2], up),
  ]

  private func open(
    _ configuration: String = configuration(),
    _ tensors: [(name: String, shape: [Int], values: [Float])] = factors,
    base: TinyModel? = base(), _ change: (inout TinyModel) -> Void = { _ in }
  ) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    let basePath = try base?.write(to: folder, under: "base")
    var adapter = TinyModel()
    adapter.files = [:]
    adapter["adapter_config.json"] = configuration
    adapter.files["adapter_model.safetensors"] = SafetensorsBytes.file(tensors)
    change(&adapter)
    return try ModelFolder(path: adapter.write(to: folder), base: { $0 == "org/base" ? basePath : nil })
  }

  /// W + scale · B·A in Double.
  private func expected(scale: Double, transposed: Bool = false) -> [Float] {
    (0..<64).map { index in
      let (row, column) = transposed ? (index % 8, index / 8) : (index / 8, index % 8)
      let change = (0..<2).reduce(0.0) {
        $0 + Double(Self.up[row * 2 + $1]) * Double(Self.down[$1 * 8 + column])
      }
      return Float(Double(Self.weight[index]) + scale * change)
    }
  }

  @Test(
    "the change is scaled by alpha over the rank",
    arguments: [
      ("", 2.0), (#""use_rslora": true"#, 4 / 2.0.squareRoot()),
      (#""alpha_pattern": {"self.query": 1}"#, 0.5), (#""alpha_pattern": {"f.query": 1}"#, 2),
      (#""rank_pattern": {"query": 2}, "r": 8"#, 2), (#""bias": "none", "use_dora": false"#, 2),
      (#""target_parameters": [], "layer_replication": null"#, 2),
    ])
  func theChangeIsScaled(members: String, scale: Double) throws {
    // A key comes once in a file.
    var text = Self.configuration(members)
    if members.contains(#""r": 8"#) { text = text.replacing(#""r": 2, "#, with: "") }
    let model = try open(text)
    let merged = try model.weights.floats(Self.target + ".weight", shape: [8, 8])
    for (found, wanted) in zip(merged, expected(scale: scale)) { #expect(abs(found - wanted) < 1e-5) }
    #expect(try model.weights.floats(Self.target + ".bias", shape: [8]) == [Float](repeating: 0, count: 8))
  }

  @Test func aBaseThatStoresInputsFirstIsMergedTransposed() throws {
    let model = try open(Self.configuration(#""fan_in_fan_out": true"#))
    let merged = try model.weights.floats(Self.target + ".weight", shape: [8, 8])
    for (found, wanted) in zip(merged, expected(scale: 2, transposed: true)) {
      #expect(abs(found - wanted) < 1e-5)
    }
  }

  @Test func noAccessGivesWhatTheAdapterChanges() throws {
    let weights = try open().weights
    #expect(weights.isComputed(Self.target + ".weight"))
    #expect(try weights.stored(Self.target + ".weight", shape: [8, 8], checkingAll: true) == nil)
    #expect(try weights.stored(Self.target + ".bias", shape: [8], checkingAll: true) != nil)
    #expect(throws: CheckpointError.self) { try weights.integers(Self.target + ".weight", count: 64) }
    #expect(throws: CheckpointError.self) { try weights.floats(Self.target + ".weight", shape: [64]) }
    #expect(weights.dtype(of: Self.target + ".weight") == "F32")
    #expect(weights.names.count == 3 && weights.shape(of: Self.target + ".weight") == [8, 8])
  }

  @Test func anAdapterTakesAllElseFromItsBase() throws {
    let model = try open()
    #expect(model.description.modelType == "bert" && model.description.hidden == 8)
    #expect(model.tokenizerPath.hasSuffix("/base"))
    #expect(
      model.description.files == [
        "adapter_config.json", "adapter_model.safetensors", "org/base:config.json",
        "org/base:model.safetensors", "org/base:vocab.txt",
      ])
    #expect(model.description.parameters == 48 + 64 + 8)
    #expect(
      try model.description.identity != open(Self.configuration(#""use_rslora": true"#)).description.identity)
    let own = try open { $0["vocab.txt"] = "[UNK]\na\n" }
    #expect(own.tokenizerPath.hasSuffix("/model") && own.description.tokenizer.value == "vocab.txt")
  }

  @Test(
    "either side may have one more wrapper before the path",
    arguments: [("model.", ""), ("", "bert."), ("0.auto_model.", "model.bert.")])
  func eitherSideMayHaveAWrapper(adapter: String, base: String) throws {
    var model = Self.base()
    model.files["model.safetensors"] = SafetensorsBytes.file([
      (base + Self.target + ".weight", [8, 8], Self.weight)
    ])
    let tensors = Self.factors.map { factor in
      (
        name: factor.name.replacing("base_model.model.", with: "base_model.model." + adapter),
        shape: factor.shape,
        values: factor.values
      )
    }
    let opened = try open(Self.configuration(), tensors, base: model)
    #expect(opened.weights.isComputed(base + Self.target + ".weight"))
  }

  @Test func savedModulesReplaceTheBases() throws {
    let bias: [Float] = (0..<8).map(Float.init)
    let tensors = Self.factors + [(name: "base_model.model.\(Self.target).bias", shape: [8], values: bias)]
    for members in [#""bias": "lora_only""#, #""modules_to_save": ["self.query"]"#] {
      let model = try open(Self.configuration(members), tensors)
      #expect(try model.weights.floats(Self.target + ".bias", shape: [8]) == bias)
    }
  }

  @Test func embeddingsMayBeAdapted() throws {
    let name = "base_model.model.embeddings.word_embeddings.lora_embedding_"
    let model = try open(
      Self.configuration(),
      [(name + "A", [2, 6], (0..<12).map(Float.init)), (name + "B", [8, 2], Self.up)])
    let merged = try model.weights.floats("embeddings.word_embeddings.weight", shape: [6, 8])
    // Row 1, column 3: 1 + 2 · (B[3] · A[:, 1]).
    #expect(merged[11] == 1 + 2 * (Self.up[6] * 1 + Self.up[7] * 7))
  }

  // What is wrong with an adapter.

  @Test func aBaseThatIsNotHereIsNamed() throws {
    #expect { try open(base: nil) } throws: { error in
      guard case .baseModelMissing(let file, "org/base")? = error as? CheckpointError else { return false }
      return file.hasSuffix("adapter_config.json") && "\(error)".hasSuffix("run 'vecscope pull org/base'")
        && (error as? CheckpointError)?.isMissingInput == true
    }
    let missing = Self.configuration().replacing("org/base", with: "/none/at/all")
    #expect { try open(missing) } throws: { !"\($0)".contains("pull") && "\($0)".contains("/none/at/all") }
  }

  @Test func aBaseMayBeNamedByItsPath() throws {
    let model = try open(Self.configuration().replacing("org/base", with: "../base"))
    #expect(model.weights.isComputed(Self.target + ".weight"))
  }

  @Test func aBaseThatIsAnAdapterIsRefused() {
    var base = Self.base()
    base["adapter_config.json"] = Self.configuration()
    #expect { try open(base: base) } throws: { "\($0)".contains("is an adapter itself") }
  }

  @Test(
    "an adapter that computes something else is refused by the key",
    arguments: [
      (#""use_dora": true"#, "'use_dora'"), (#""lora_bias": true"#, "'lora_bias'"),
      (#""use_qalora": true"#, "'use_qalora'"), (#""layer_replication": [[0, 1]]"#, "'layer_replication'"),
      (#""target_parameters": ["w"]"#, "'target_parameters'"), (#""bias": "some""#, "'bias'"),
      (#""trainable_token_indices": [1]"#, "'trainable_token_indices'"),
      (#""alora_invocation_tokens": [1]"#, "'alora_invocation_tokens'"),
      (#""rank_pattern": {"q.*": 4}"#, "'rank_pattern'"), (#""rank_pattern": {"q": 0}"#, "'rank_pattern'"),
      (#""alpha_pattern": {"q": "x"}"#, "'alpha_pattern'"), (#""alpha_pattern": []"#, "'alpha_pattern'"),
      (#""modules_to_save": "score""#, "'modules_to_save'"), (#""fan_in_fan_out": 1"#, "'fan_in_fan_out'"),
      (#""use_rslora": "yes""#, "'use_rslora'"),
    ])
  func anAdapterThatComputesSomethingElse(members: String, key: String) {
    #expect { try open(Self.configuration(members)) } throws: { error in
      guard case .invalidValue(let file, _, _, _)? = error as? CheckpointError else { return false }
      return file.hasSuffix("adapter_config.json") && "\(error)".contains(key)
    }
  }

  @Test(
    "a damaged configuration is refused",
    arguments: [
      "{}", "[]", #"{"peft_type": "LORA"}"#, #"{"base_model_name_or_path": "org/base", "peft_type": "IA3"}"#,
      #"{"base_model_name_or_path": "org/base", "peft_type": "LORA", "r": 0}"#,
      #"{"base_model_name_or_path": "org/base", "peft_type": "LORA", "lora_alpha": 1e300}"#,
    ])
  func aDamagedConfigurationIsRefused(text: String) {
    #expect(throws: CheckpointError.self) { try open(text) }
  }

  private static func renamed(_ old: String, _ new: String) -> [(name: String, shape: [Int], values: [Float])]
  {
    factors.map { ($0.name.replacing(old, with: new), $0.shape, $0.values) }
  }

  private typealias Tensors = [(name: String, shape: [Int], values: [Float])]

  private static let misfits: [(tensors: Tensors, message: String)] = {
    let zeros = [Float](repeating: 0, count: 24)
    let (a, b) = (factors[0], factors[1])
    var all: [(tensors: Tensors, message: String)] = []
    all.append((renamed("layer.0", "layer.9"), "belongs to no tensor of the base model"))
    all.append(([a], "has no partner"))
    all.append(([b], "has no partner"))
    all.append((renamed("lora_A", "lora_magnitude_vector"), "a kind of adapter that is not merged"))
    all.append((factors + [("base_model.model.score.weight", [1], [1])], "nor among 'modules_to_save'"))
    all.append(
      ([("x.lora_A.weight", [3, 8], zeros), ("x.lora_B.weight", [8, 3], zeros)], "belongs to no tensor"))
    all.append(
      ([(a.name, [1, 8], Array(down[..<8])), b], "has shape [1, 8], but the configuration implies [2, 8]"))
    all.append(([a, (b.name, [16], up)], "has shape [16]"))
    all.append(
      ([a, (b.name, [4, 2], Array(up[..<8]))], "has shape [8, 8], but the configuration implies [4, 8]"))
    all.append(([("x", [1], [1])], "nor among"))
    all.append(([], "has no low-rank change"))
    return all
  }()

  @Test("a tensor that does not fit is named", arguments: misfits.indices)
  func aTensorThatDoesNotFit(index: Int) {
    let (tensors, message) = Self.misfits[index]
    #expect { try open(Self.configuration(), tensors) } throws: { "\($0)".contains(message) }
  }

  @Test func aTensorThatFitsTwoIsRefused() {
    var base = Self.base()
    base.files["model.safetensors"] = SafetensorsBytes.file([
      ("bert." + Self.target + ".weight", [8, 8], Self.weight),
      ("roberta." + Self.target + ".weight", [8, 8], Self.weight),
    ])
    #expect { try open(base: base) } throws: { "\($0)".contains("could belong to 'bert.") }
  }

  @Test func aPickledAdapterIsRefused() {
    #expect {
      try open { model in
        model.files["adapter_model.safetensors"] = nil
        model.files["adapter_model.bin"] = [0x80]
      }
    } throws: { error in
      guard case .pickleOnly(let file)? = error as? CheckpointError else { return false }
      return file.hasSuffix("adapter_model.bin")
    }
  }

  @Test func aChangeThatIsNotFiniteIsAnError() throws {
    var values = Self.down
    values[3] = .nan
    let model = try open(Self.configuration(), [(Self.factors[0].name, [2, 8], values), Self.factors[1]])
    #expect { try model.weights.floats(Self.target + ".weight", shape: [8, 8]) } throws: { error in
      guard case .notFinite(let file, _, 3, _)? = error as? CheckpointError else { return false }
      return file.hasSuffix("adapter_model.safetensors")
    }
  }
}
