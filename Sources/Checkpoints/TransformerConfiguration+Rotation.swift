import JSONText

/// Reads how queries and keys are rotated, in both forms that files have.
///
/// The older form is `rope_theta` beside an optional `rope_scaling`; the newer is `rope_parameters`, flat or by kind of
/// layer. As in the reference library, what `rope_scaling` says comes first.
struct RotationKeys {
  /// Which layers a rotation is for, as `layer_types` and `rope_parameters` name them.
  enum LayerKind: String, CaseIterable {
    case full = "full_attention"
    case sliding = "sliding_attention"
  }

  let file: ConfigurationFile
  /// The width of a head.
  let width: Int
  /// The older form's key of the base, by kind.
  var baseKeys: [LayerKind: String] = [.full: "rope_theta", .sliding: "rope_theta"]
  /// The base where no key says it.
  var defaultBases: [LayerKind: Double] = [.full: 10_000, .sliding: 10_000]
  /// The kinds that `rope_scaling` is for.
  var scaledKinds: [LayerKind] = [.full, .sliding]

  /// The rotation of the layers of a kind.
  ///
  /// - Throws: `invalidValue` for a kind of scaling that is not supported, and for numbers out of range.
  func rotation(_ kind: LayerKind, _ keys: inout ConfigurationKeys) throws(CheckpointError) -> Rotation {
    guard width % 2 == 0 else {
      throw file.invalid("head_dim", "\(width)", "an even number: rotation turns pairs of values")
    }
    var section = try parameters(kind)
    if scaledKinds.contains(kind), let scaling = try file.section("rope_scaling") {
      section = (scaling, "rope_scaling")
    }
    let scaling = try section.map { (section, key) throws(CheckpointError) in
      try self.scaling(section, key)
    }
    if let partial = try file.number("partial_rotary_factor", in: 0...1), partial != 1 {
      throw file.invalid("partial_rotary_factor", "\(partial)", "1")
    }
    return Rotation(width: width, base: try base(kind, section, &keys), scaling: scaling ?? .none)
  }

  /// The object of `rope_parameters` that is for a kind, with its name.
  private func parameters(_ kind: LayerKind) throws(CheckpointError) -> (ConfigurationFile, String)? {
    let key = "rope_parameters"
    guard let all = try file.section(key) else { return nil }
    let isByKind = LayerKind.allCases.contains { all.has("\(key).\($0.rawValue)") }
    guard isByKind else { return (all, key) }
    let name = "\(key).\(kind.rawValue)"
    return try all.section(name).map { ($0, name) }
  }

  private func base(
    _ kind: LayerKind, _ section: (ConfigurationFile, String)?, _ keys: inout ConfigurationKeys
  ) throws(CheckpointError) -> Double {
    let range = 1.0...1e12
    if let (section, key) = section, let base = try section.number(key + ".rope_theta", in: range) {
      return base
    }
    return try keys.number(
      baseKeys[kind] ?? "rope_theta", in: range, default: defaultBases[kind] ?? 10_000)
  }

  private func scaling(
    _ section: ConfigurationFile, _ key: String
  ) throws(CheckpointError) -> Rotation.Scaling {
    let partialKey = key + ".partial_rotary_factor"
    if let partial = try section.number(partialKey, in: 0...1), partial != 1 {
      throw section.invalid(partialKey, "\(partial)", "1")
    }
    func number(_ name: String, _ range: ClosedRange<Double>) throws(CheckpointError) -> Double {
      guard let number = try section.number("\(key).\(name)", in: range) else {
        throw section.invalid("\(key).\(name)", "missing", "a number, which this kind of rotation needs")
      }
      return number
    }
    let typeKey = section.has(key + ".rope_type") ? key + ".rope_type" : key + ".type"
    switch try section.string(typeKey) {
    case nil, "default": return .none
    case "linear": return .linear(factor: try number("factor", 1...1e6))
    case "llama3":
      let low = try number("low_freq_factor", 1e-3...1e6)
      let high = try number("high_freq_factor", 1e-3...1e6)
      guard high > low else {
        throw section.invalid(key + ".high_freq_factor", "\(high)", "more than \(low), the lower factor")
      }
      let lengthKey = "original_max_position_embeddings"
      let total = try file.number("max_position_embeddings", in: 1...1e9)
      guard let length = try section.number("\(key).\(lengthKey)", in: 1...1e9) ?? total else {
        throw section.invalid("\(key).\(lengthKey)", "missing", "a number")
      }
      return .llama3(factor: try number("factor", 1...1e6), low: low, high: high, length: length)
    case .some(let type):
      throw section.invalid(typeKey, quoted(type), "'default', 'linear' or 'llama3'")
    }
  }
}
