/// What the user chose instead of what the model declares; nil keeps the model's own.
public struct RecipeOverrides: Codable, Hashable, Sendable {
  public var queryPrompt = PromptChoice.declared
  public var documentPrompt = PromptChoice.declared
  public var pooling: [Pooling]?
  public var poolsPrompt: Bool?
  public var layer: Int?
  public var appliesHead: Bool?
  public var normalizes: Bool?
  public var dimensions: Int?
  public var metric: Metric?
  public var precision: Precision?
  public var maximumLength: Int?

  public init() {}
}

/// A reason why the user's choices do not fit the model.
public enum RecipeError: Error, Equatable, Sendable {
  case unknownPrompt(String, known: [String])
  case layerOutOfRange(Int, layers: Int)
  case dimensionsOutOfRange(Int, available: Int)
  case lengthOutOfRange(Int)
  case lengthBeyondModel(Int, limit: Int)
  case headNeedsDimensions(found: Int, expected: Int)
  case poolingUnavailable(Pooling, model: String)
}

extension RecipeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownPrompt(let name, let known):
      known.isEmpty
        ? "no prompt '\(name)': the model declares none; use --prefix for literal text"
        : "no prompt '\(name)'; the model has: \(known.joined(separator: ", "))"
    case .layerOutOfRange(let layer, let layers):
      "layer \(layer) is out of range: the model has layers 0 (embeddings) to \(layers)"
    case .dimensionsOutOfRange(let dimensions, let available):
      "\(dimensions) dimensions are out of range: the vector has 1 to \(available)"
    case .lengthOutOfRange(let length):
      "maximum length \(length) is out of range: at least 3 tokens are needed"
    case .lengthBeyondModel(let length, let limit):
      "maximum length \(length) is out of range: the model has positions for \(limit) tokens"
    case .headNeedsDimensions(let found, let expected):
      "the head takes \(expected) values but this pooling gives \(found); add --head none"
    case .poolingUnavailable(let pooling, let model):
      "pooling '\(pooling.rawValue)' needs a decoder, which \(model) does not have"
    }
  }
}

/// A recipe and, for each part of it, where it comes from.
public struct ResolvedRecipe: Codable, Equatable, Sendable {
  public var recipe: Recipe
  public var queryPrompt: Prompt
  public var documentPrompt: Prompt
  public var pooling: Sourced<[Pooling]>
  public var poolsPrompt: Sourced<Bool>
  public var layer: Sourced<Int>
  public var appliesHead: Sourced<Bool>
  public var normalizes: Sourced<Bool>
  public var dimensions: Sourced<Int?>
  public var metric: Sourced<Metric>
  public var precision: Sourced<Precision>
  public var maximumLength: Sourced<Int>
}

extension ModelDescription {
  /// The recipe that the model declares, with the user's choices laid over it.
  ///
  /// `role` is that of the query side: texts that stand on neither side take it with `none`.
  ///
  /// - Throws: `RecipeError` when a choice does not fit the model.
  public func recipe(
    _ choices: RecipeOverrides = RecipeOverrides(),
    queriesAs role: Role = .query
  ) throws(RecipeError) -> ResolvedRecipe {
    let pooling = self.pooling.overridden(by: choices.pooling)
    let layer = Sourced(layers, .declared).overridden(by: choices.layer)
    let head = Sourced(!self.head.value.isEmpty, self.head.source).overridden(by: choices.appliesHead)
    let length = maximumLength.overridden(by: choices.maximumLength)
    let precision = Sourced(Precision.f32, .assumed).overridden(by: choices.precision)
    let normalizes = self.normalizes.overridden(by: choices.normalizes)
    let metric = similarity.overridden(by: choices.metric)
    let poolsPrompt = self.poolsPrompt.overridden(by: choices.poolsPrompt)
    try check(pooling: pooling.value, layer: layer.value, head: head.value, length: length.value)
    try check(dimensions: choices.dimensions, pooling: pooling.value, head: head.value)

    let queryPrompt = try prompt(choices.queryPrompt, for: role)
    let documentPrompt = try prompt(choices.documentPrompt, for: .document)
    func encoding(_ prompt: Prompt) -> Encoding {
      Encoding(
        model: identity, prompt: prompt.text, strip: strip.value, maximumLength: length.value,
        precision: precision.value)
    }
    let readout = Readout(
      pooling: pooling.value, poolsPrompt: poolsPrompt.value, layer: layer.value,
      appliesHead: head.value && !self.head.value.isEmpty, dimensions: choices.dimensions,
      normalizes: normalizes.value)
    return ResolvedRecipe(
      recipe: Recipe(
        queries: encoding(queryPrompt), documents: encoding(documentPrompt), readout: readout,
        metric: metric.value),
      queryPrompt: queryPrompt, documentPrompt: documentPrompt, pooling: pooling,
      poolsPrompt: poolsPrompt, layer: layer, appliesHead: head, normalizes: normalizes,
      dimensions: Sourced(choices.dimensions, choices.dimensions == nil ? .declared : .overridden),
      metric: metric,
      precision: precision, maximumLength: length)
  }

  /// The prompt that a choice means for a role.
  public func prompt(_ choice: PromptChoice, for role: Role) throws(RecipeError) -> Prompt {
    switch choice {
    case .declared: return declaredPrompt(for: role)
    case .noPrompt: return Prompt(name: nil, text: "", source: .overridden)
    case .literal(let text): return Prompt(name: nil, text: text, source: .overridden)
    case .named(let name):
      guard var prompt = prompt(named: name) else {
        throw .unknownPrompt(name, known: prompts.value.compactMap(\.name))
      }
      if prompt.text != declaredPrompt(for: role).text { prompt.source = .overridden }
      return prompt
    }
  }

  private func check(pooling: [Pooling], layer: Int, head: Bool, length: Int) throws(RecipeError) {
    guard (0...layers).contains(layer) else { throw .layerOutOfRange(layer, layers: layers) }
    guard length >= 3 else { throw .lengthOutOfRange(length) }
    if let positions, length > positions { throw .lengthBeyondModel(length, limit: positions) }
    if pooling.contains(.decoderFirst) && self.pooling.value != pooling {
      throw .poolingUnavailable(.decoderFirst, model: name)
    }
    if head, let first = self.head.value.first, first.inputDimensions != hidden * pooling.count {
      throw .headNeedsDimensions(found: hidden * pooling.count, expected: first.inputDimensions)
    }
  }

  private func check(dimensions: Int?, pooling: [Pooling], head: Bool) throws(RecipeError) {
    guard let dimensions else { return }
    let available = vectorDimensions(pooling: pooling, appliesHead: head)
    guard (1...available).contains(dimensions) else {
      throw .dimensionsOutOfRange(dimensions, available: available)
    }
  }
}
