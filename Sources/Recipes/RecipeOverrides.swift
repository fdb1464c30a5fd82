/// What the user chose instead of what the model declares; nil keeps the model's own.
public struct RecipeOverrides: Codable, Hashable, Sendable {
  public var queryPrompt = PromptChoice.declared
  public var documentPrompt = PromptChoice.declared
  public var pooling: [Pooling]?
  public var poolsPrompt: Bool?
  public var layer: Int?
  public var head: HeadChoice?
  public var normalizes: Bool?
  public var dimensions: Int?
  public var metric: Metric?
  public var precision: Precision?
  public var maximumLength: Int?
  public var joining: Joining?

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
  case decoderNeedsLastLayer(Int, last: Int)
  case noPooler(model: String)
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
    case .decoderNeedsLastLayer(let layer, let last):
      "pooling 'decoder_first' reads the last layer's states: it goes with layer \(last), not \(layer)"
    case .noPooler(let model):
      "\(model) has no pooler of its own ('pooler.dense' is not in its weights); use --head declared or none"
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
  public var head: Sourced<HeadChoice>
  public var normalizes: Sourced<Bool>
  public var dimensions: Sourced<Int?>
  public var metric: Sourced<Metric>
  public var precision: Sourced<Precision>
  public var maximumLength: Sourced<Int>
  public var joining: Sourced<Joining>
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
    var head = Sourced(declaredHead, self.head.source).overridden(by: choices.head)
    if self.head.value.isEmpty, head.value == .declared { head.value = .none }
    let joining = self.joining.overridden(by: choices.joining)
    let length = maximumLength.overridden(by: choices.maximumLength)
    let precision = Sourced(Precision.f32, .assumed).overridden(by: choices.precision)
    let normalizes = self.normalizes.overridden(by: choices.normalizes)
    let metric = similarity.overridden(by: choices.metric)
    let poolsPrompt = self.poolsPrompt.overridden(by: choices.poolsPrompt)
    let dimensions = self.dimensions.overridden(by: choices.dimensions.map(Optional.some))
    try check(pooling: pooling.value, layer: layer.value, head: head.value, length: length.value)
    try check(dimensions: choices.dimensions, pooling: pooling.value, head: head.value)

    let queryPrompt = try prompt(choices.queryPrompt, for: role)
    let documentPrompt = try prompt(choices.documentPrompt, for: .document)
    func encoding(_ prompt: Prompt, _ role: Role) -> Encoding {
      Encoding(
        model: identity, prompt: prompt.text, strip: strip.value,
        maximumLength: choices.maximumLength ?? maximumLength(for: role),
        precision: precision.value, joining: joining.value, markers: prompt.markers, route: route(for: role))
    }
    let readout = Readout(
      pooling: pooling.value, poolsPrompt: poolsPrompt.value, layer: layer.value,
      head: head.value, dimensions: dimensions.value,
      normalizes: normalizes.value)
    return ResolvedRecipe(
      recipe: Recipe(
        queries: encoding(queryPrompt, role), documents: encoding(documentPrompt, .document),
        readout: readout,
        metric: metric.value),
      queryPrompt: queryPrompt, documentPrompt: documentPrompt, pooling: pooling,
      poolsPrompt: poolsPrompt, layer: layer, head: head, normalizes: normalizes,
      dimensions: dimensions, metric: metric,
      precision: precision, maximumLength: length, joining: joining)
  }

  /// The prompt that a choice means for a role.
  public func prompt(_ choice: PromptChoice, for role: Role) throws(RecipeError) -> Prompt {
    switch choice {
    case .declared: return declaredPrompt(for: role)
    case .noPrompt: return Prompt(name: nil, text: "", source: .overridden)
    case .literal(let text): return Prompt(name: nil, text: text, source: .overridden)
    case .named(let name):
      guard var prompt = prompt(named: name, for: role) else {
        throw .unknownPrompt(name, known: prompts.value.compactMap(\.name))
      }
      if prompt.text != declaredPrompt(for: role).text { prompt.source = .overridden }
      return prompt
    }
  }

  /// The prompt of this name, or its form for a role: `icl` means `icl_query` for a query.
  private func prompt(named name: String, for role: Role) -> Prompt? {
    if let prompt = prompt(named: name) { return prompt }
    let endings = role == .document ? ["document", "passage", "corpus"] : ["query"]
    return endings.lazy.compactMap { self.prompt(named: "\(name)_\($0)") }.first
  }

  private func check(pooling: [Pooling], layer: Int, head: HeadChoice, length: Int) throws(RecipeError) {
    guard (0...layers).contains(layer) else { throw .layerOutOfRange(layer, layers: layers) }
    guard length >= 3 else { throw .lengthOutOfRange(length) }
    if let positions, length > positions { throw .lengthBeyondModel(length, limit: positions) }
    if pooling.contains(.decoderFirst) {
      guard hasDecoder else { throw .poolingUnavailable(.decoderFirst, model: name) }
      guard layer == layers else { throw .decoderNeedsLastLayer(layer, last: layers) }
    }
    let found = hidden * pooling.count
    switch head {
    case .none: break
    case .declared:
      if let first = self.head.value.first, first.inputDimensions != found {
        throw .headNeedsDimensions(found: found, expected: first.inputDimensions)
      }
    case .pooler:
      guard hasPooler else { throw .noPooler(model: name) }
      guard found == hidden else { throw .headNeedsDimensions(found: found, expected: hidden) }
    }
  }

  private func check(dimensions: Int?, pooling: [Pooling], head: HeadChoice) throws(RecipeError) {
    guard let dimensions else { return }
    let available = vectorDimensions(pooling: pooling, head: head)
    guard (1...available).contains(dimensions) else {
      throw .dimensionsOutOfRange(dimensions, available: available)
    }
  }
}
