import JSONText
import Recipes

/// What a Pooling module's `config.json` says.
struct PoolingConfiguration: Equatable, Sendable {
  var pooling: Sourced<[Pooling]>
  var poolsPrompt: Sourced<Bool>

  /// The keys of the older form, in the order in which poolings concatenate.
  private static let legacyKeys: [(key: String, pooling: Pooling)] = [
    ("pooling_mode_cls_token", .cls), ("pooling_mode_max_tokens", .max), ("pooling_mode_mean_tokens", .mean),
    ("pooling_mode_mean_sqrt_len_tokens", .meanSqrtLen), ("pooling_mode_weightedmean_tokens", .weightedMean),
    ("pooling_mode_lasttoken", .lastToken),
  ]

  private static let names: [String: Pooling] = [
    "cls": .cls, "max": .max, "mean": .mean, "mean_sqrt_len_tokens": .meanSqrtLen,
    "weightedmean": .weightedMean, "lasttoken": .lastToken,
  ]

  /// Reads the file; a declared dimension must equal `hidden`, the width of the encoder's states.
  init(_ file: ConfigurationFile, hidden: Int) throws(CheckpointError) {
    for key in ["embedding_dimension", "word_embedding_dimension"] {
      if let dimension = try file.integer(key, in: 1...Int.max), dimension != hidden {
        throw file.invalid(key, "\(dimension)", "\(hidden), the model's hidden size")
      }
    }
    let named = try Self.named(file)
    pooling = if let named { named } else { try Self.legacy(file) }
    let includes = try file.bool("include_prompt")
    poolsPrompt = Sourced(
      includes ?? true, includes == nil ? .assumed : .declared, file: file.name, key: "include_prompt")
  }

  /// The newer form: one name, or a list of names, which concatenate in the list's order.
  private static func named(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<[Pooling]>? {
    let key = "pooling_mode"
    guard let value = file.value(key) else { return nil }
    let elements: [JSONValue] = if case .array(let list) = value { list } else { [value] }
    var poolings: [Pooling] = []
    for element in elements {
      guard case .string(let name) = element, let pooling = names[name], !poolings.contains(pooling) else {
        throw file.invalid(
          key, element.summary, "different ones of " + names.keys.sorted().joined(separator: ", "))
      }
      poolings.append(pooling)
    }
    guard !poolings.isEmpty else { throw file.invalid(key, "an empty list", "at least one name") }
    return Sourced(poolings, .declared, file: file.name, key: key)
  }

  /// The older form: one key for each pooling.
  ///
  /// Only `pooling_mode_mean_tokens` is true where it is absent.
  private static func legacy(_ file: ConfigurationFile) throws(CheckpointError) -> Sourced<[Pooling]> {
    var chosen: [(key: String, pooling: Pooling)] = []
    for entry in legacyKeys {
      if try file.bool(entry.key) ?? (entry.pooling == .mean) { chosen.append(entry) }
    }
    for key in file.keys
    where key.hasPrefix("pooling_mode_") && !legacyKeys.contains(where: { $0.key == key }) {
      if try file.bool(key) == true {
        throw file.invalid(key, "true", "one of " + legacyKeys.map(\.key).joined(separator: ", "))
      }
    }
    let isDeclared = legacyKeys.contains { file.value($0.key) != nil }
    guard isDeclared, !chosen.isEmpty else {
      return Sourced([.mean], .assumed, file: file.name, key: "pooling_mode_mean_tokens")
    }
    return Sourced(
      chosen.map(\.pooling), .declared, file: file.name, key: chosen.map(\.key).joined(separator: ", "))
  }
}
