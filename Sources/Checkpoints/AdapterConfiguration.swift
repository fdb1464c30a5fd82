import Foundation
import JSONText

/// What `adapter_config.json` says of a low-rank adapter, as PEFT writes it.
///
/// The method is LoRA (Hu et al. 2021).
struct AdapterConfiguration: Equatable, Sendable {
  static let name = "adapter_config.json"

  /// Where the file is.
  var path: String
  /// A hub id or a folder.
  var base: String
  var rank: Int
  var alpha: Double
  /// alpha / √rank instead of alpha / rank (rsLoRA).
  var scalesByRoot: Bool
  /// Whether the base stores its weights `[inputs, outputs]`.
  var fanInFanOut: Bool
  /// By the end of a module's path, what differs from `rank` and `alpha`.
  var rankPattern: [String: Int]
  var alphaPattern: [String: Double]
  /// The modules whose tensors replace the base's; biases where those were trained.
  var replacedModules: [String]
  var replacesBiases: Bool

  static func exists(in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: joined(folder, name))
  }

  init(folder: String) throws(CheckpointError) {
    let file = try ConfigurationFile(
      path: joined(folder, Self.name), name: Self.name, purpose: "it describes the adapter")
    path = file.path
    guard let base = try file.string("base_model_name_or_path"), !base.isEmpty else {
      throw file.invalid("base_model_name_or_path", "missing", "the model that the adapter belongs to")
    }
    self.base = base
    guard let kind = try file.string("peft_type"), kind == "LORA" else {
      let found = try file.string("peft_type")
      throw file.invalid("peft_type", found.map(quoted) ?? "missing", "'LORA': other adapters are not merged")
    }
    try Self.refuseVariants(file)
    rank = try file.integer("r", in: Self.ranks) ?? 8
    alpha = try file.number("lora_alpha", in: Self.alphas) ?? 8
    scalesByRoot = try file.bool("use_rslora") ?? false
    fanInFanOut = try file.bool("fan_in_fan_out") ?? false
    rankPattern = [:]
    for (name, value) in try Self.pattern(file, "rank_pattern") {
      guard case .integer(let rank) = value, Self.ranks.contains(rank) else {
        throw file.invalid("rank_pattern", value.summary, "a rank for \(quoted(name))")
      }
      rankPattern[name] = rank
    }
    alphaPattern = [:]
    for (name, value) in try Self.pattern(file, "alpha_pattern") {
      guard let alpha = value.number, Self.alphas.contains(alpha) else {
        throw file.invalid("alpha_pattern", value.summary, "a number for \(quoted(name))")
      }
      alphaPattern[name] = alpha
    }
    replacedModules = try Self.strings(file, "modules_to_save")
    replacesBiases = try file.string("bias").map { $0 != "none" } ?? false
  }

  private static let ranks = 1...65_536
  private static let alphas = -1e6...1e6

  /// What the low-rank product of a module is multiplied by.
  func scale(ofModule path: String) -> Double {
    let alpha = Self.value(for: path, in: alphaPattern) ?? alpha
    let rank = Double(rank(ofModule: path))
    return scalesByRoot ? alpha / rank.squareRoot() : alpha / rank
  }

  func rank(ofModule path: String) -> Int { Self.value(for: path, in: rankPattern) ?? rank }

  /// Whether a tensor of the adapter stands for the base's own.
  func replaces(_ tensor: String) -> Bool {
    if replacesBiases, tensor.hasSuffix(".bias") { return true }
    let parts = tensor.split(separator: ".").map { String($0) }
    return replacedModules.contains { module in
      let wanted = module.split(separator: ".").map { String($0) }
      return parts.indices.contains { parts[$0...].starts(with: wanted) }
    }
  }

  /// PEFT's rule: a pattern means the modules whose path is it or ends with a dot and it.
  private static func value<Value>(for path: String, in patterns: [String: Value]) -> Value? {
    patterns.keys.sorted().first { path == $0 || path.hasSuffix("." + $0) }.flatMap { patterns[$0] }
  }

  private static func pattern(
    _ file: ConfigurationFile, _ key: String
  ) throws(CheckpointError) -> [(String, JSONValue)] {
    guard let object = try file.object(key) else { return [] }
    for member in object.members {
      let isPlain = member.key.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || "._-".unicodeScalars.contains(scalar)
      }
      guard isPlain, !member.key.isEmpty else {
        throw file.invalid(
          key, quoted(member.key), "the end of a module's path: regular expressions are not read")
      }
    }
    return object.members.map { ($0.key, $0.value) }
  }

  private static func strings(_ file: ConfigurationFile, _ key: String) throws(CheckpointError) -> [String] {
    guard let value = file.value(key) else { return [] }
    guard case .array(let list) = value else { throw file.invalid(key, value.summary, "a list of names") }
    var names: [String] = []
    for element in list {
      guard case .string(let name) = element, !name.isEmpty else {
        throw file.invalid(key, element.summary, "the name of a module")
      }
      names.append(name)
    }
    return names
  }

  /// Forms of the method that compute something else than W + scale · B·A.
  private static func refuseVariants(_ file: ConfigurationFile) throws(CheckpointError) {
    let flags = [
      ("use_dora", "a weight-decomposed adapter (DoRA) is not merged"),
      ("use_qalora", "a quantised adapter (QALoRA) is not merged"),
      ("lora_bias", "an adapter whose own layers have biases is not merged"),
      ("use_bdlora", "an adapter of blocks (BD-LoRA) is not merged"),
    ]
    for (key, reason) in flags where try file.bool(key) == true {
      throw file.invalid(key, "true", "false: \(reason)")
    }
    let parts = [
      ("layer_replication", "an adapter that repeats layers is not merged"),
      ("target_parameters", "an adapter of single parameters is not merged"),
      ("trainable_token_indices", "an adapter of single tokens is not merged"),
      ("alora_invocation_tokens", "an adapter that some tokens switch on cannot be merged"),
      ("arrow_config", "a mixture of adapters cannot be merged"),
      ("kasa_config", "an adapter of singular values (KaSA) is not merged"),
      ("monteclora_config", "an adapter that is drawn at random (MonteCLoRA) is not merged"),
      ("velora_config", "an adapter of projected activations (VeLoRA) is not merged"),
    ]
    for (key, reason) in parts {
      guard let value = file.value(key) else { continue }
      if case .array(let list) = value, list.isEmpty { continue }
      throw file.invalid(key, value.summary, "null: \(reason)")
    }
    if let bias = try file.string("bias"), !["none", "all", "lora_only"].contains(bias) {
      throw file.invalid("bias", quoted(bias), "'none', 'all' or 'lora_only'")
    }
  }
}
