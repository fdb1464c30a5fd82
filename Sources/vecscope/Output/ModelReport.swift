import Checkpoints
import JSONText
import Recipes
import Tokenization

/// A model's facts, for a person and for a script.
struct ModelReport {
  private let model: ModelDescription
  private let facts: [Fact]
  private let routes: [ModelFolder.Route]

  private struct Fact {
    var name: String
    var value: JSONValue
    var shown: String
    var source: Source
    var file: String?
    var key: String?

    init<Value>(_ name: String, _ fact: Sourced<Value>, _ value: JSONValue, shown: String) {
      self.name = name
      self.value = value
      self.shown = shown
      source = fact.source
      file = fact.file
      key = fact.key
    }

    init(query prompt: Prompt) { self.init("query_prompt", prompt) }

    init(document prompt: Prompt) { self.init("document_prompt", prompt) }

    private init(_ name: String, _ prompt: Prompt) {
      let shown = prompt.written.isEmpty ? "none" : "\"\(prompt.written)\""
      self.init(name, Sourced(prompt, prompt.source), .string(prompt.written), shown: shown)
    }
  }

  init(
    _ model: ModelDescription, _ resolved: ResolvedRecipe, routes: [ModelFolder.Route], tokenizer: Tokenizer
  ) {
    let closing =
      tokenizer.closingTokens
      + [model.endToken].compactMap { token in
        token == tokenizer.closingTokens.last ? nil : token
      }
    let special = model.addsSpecialTokens ? tokenizer.openingTokens + ["…"] + closing : ["…"]
    let lacksEnd = resolved.pooling.value.contains(.lastToken) && special.last == "…"
    self.model = model
    self.routes = routes
    let pooling = resolved.pooling.value.map(\.rawValue)
    let prompts = model.prompts.value
    func marked<Value: Equatable>(_ fact: Sourced<Value>, by choice: Sourced<Value>) -> Sourced<Value> {
      choice.source == .overridden ? choice : fact
    }
    let joining = marked(model.joining, by: resolved.joining)
    let head = model.layers(of: resolved.head.value).map(Self.describe)
    let headFact = marked(model.head, by: Sourced(model.head.value, resolved.head.source))
    let length = marked(model.maximumLength, by: resolved.maximumLength)
    let poolsPrompt = marked(model.poolsPrompt, by: resolved.poolsPrompt)
    let normalizes = marked(model.normalizes, by: resolved.normalizes)
    let defaultPrompt = model.defaultPromptName
    facts = [
      Fact(
        "special_tokens", model.tokenizer, .array(special.map(JSONValue.string)),
        shown: special.joined(separator: " ")
          + (lacksEnd ? "  ⚠ no token closes a text: the last word's state is pooled" : "")),
      Fact("tokenizer", model.tokenizer, .string(model.tokenizer.value), shown: model.tokenizer.value),
      Fact(
        "max_length", length, length.value == Encoding.unlimited ? .null : .integer(length.value),
        shown: length.value == Encoding.unlimited ? "any" : "\(length.value)"),
      Fact(
        "pooling", marked(model.pooling, by: resolved.pooling),
        pooling.count == 1 ? .string(pooling[0]) : .array(pooling.map(JSONValue.string)),
        shown: pooling.joined(separator: "+")),
      Fact("include_prompt", poolsPrompt, .bool(poolsPrompt.value), shown: poolsPrompt.value ? "yes" : "no"),
      Fact(
        "head", headFact, .array(head.map(\.json)),
        shown: head.isEmpty ? "none" : head.map(\.shown).joined(separator: ", ")),
      Fact("normalize", normalizes, .bool(normalizes.value), shown: normalizes.value ? "yes" : "no"),
      Fact(
        "similarity", model.similarity, .string(model.similarity.value.rawValue),
        shown: model.similarity.value.rawValue),
      Fact(
        "prompts", model.prompts,
        .object(JSONObject(prompts.map { ($0.name ?? "", .string($0.written)) })),
        shown: prompts.isEmpty ? "none" : "\(prompts.count)"),
      Fact(
        "default_prompt_name", defaultPrompt, .optional(defaultPrompt.value),
        shown: defaultPrompt.value ?? "none"),
      Fact("strip", model.strip, .bool(model.strip.value), shown: model.strip.value ? "yes" : "no"),
      Fact("joining", joining, .string(joining.value.rawValue), shown: joining.value.rawValue),
      Fact("layer", resolved.layer, .integer(resolved.layer.value), shown: "\(resolved.layer.value)"),
      Fact(
        "dimensions", resolved.dimensions, resolved.dimensions.value.map(JSONValue.integer) ?? .null,
        shown: resolved.dimensions.value.map { "\($0)" } ?? "all"),
      Fact(query: resolved.queryPrompt), Fact(document: resolved.documentPrompt),
    ]
  }

  private static func describe(_ layer: HeadLayer) -> (json: JSONValue, shown: String) {
    (
      .object([
        "kind": .string(layer.kind), "folder": .string(layer.folder),
        "in": .integer(layer.inputDimensions), "out": .integer(layer.outputDimensions),
        "activation": .string(layer.activation),
      ]), "\(layer.kind) \(layer.inputDimensions)→\(layer.outputDimensions) \(layer.activation)"
    )
  }

  private static func describe(_ route: ModelFolder.Route) -> JSONValue {
    let model = route.folder.description
    let length = model.maximumLength.value
    return .object([
      "name": .string(route.name), "model_type": .string(model.modelType), "layers": .integer(model.layers),
      "hidden": .integer(model.hidden), "tokenizer": .string(model.tokenizer.value),
      "max_length": length == Encoding.unlimited ? .null : .integer(length),
      "pooling": .array(model.pooling.value.map { .string($0.rawValue) }),
    ])
  }

  var json: JSONValue {
    var members: JSONObject = [
      "model": .string(model.name), "identity": .string(model.identity),
      "model_type": .string(model.modelType), "architecture": .string(model.architecture),
      "layers": .integer(model.layers), "hidden": .integer(model.hidden), "heads": .integer(model.heads),
      "parameters": .integer(model.parameters), "vocabulary": .integer(model.vocabulary),
      "dtype": .string(model.dtype), "files": .array(model.files.map(JSONValue.string)),
    ]
    for fact in facts {
      members.append(
        fact.name,
        .object([
          "value": fact.value, "source": .string(fact.source.rawValue), "file": .optional(fact.file),
          "key": .optional(fact.key),
        ]))
    }
    if !routes.isEmpty { members.append("routes", .array(routes.map(Self.describe))) }
    return .object(members)
  }

  var plain: String {
    var lines = [
      "\(model.name)",
      "  \(model.architecture) (\(model.modelType)), \(model.layers) layers × \(model.hidden), "
        + "\(model.heads) heads, \(model.parameters) parameters, vocabulary \(model.vocabulary), \(model.dtype)",
      "  identity \(model.identity.prefix(12))", "",
    ]
    let width = facts.map(\.name.count).max() ?? 0
    for fact in facts {
      let name = fact.name + String(repeating: " ", count: width - fact.name.count)
      let place = [fact.file, fact.key].compactMap(\.self).joined(separator: " · ")
      lines.append("  \(name)  \(fact.shown)  (\(fact.source.rawValue)\(place.isEmpty ? "" : ": " + place))")
      guard fact.name == "prompts" else { continue }
      lines += model.prompts.value.map { prompt in
        "    \(prompt.name ?? ""): \"\(prompt.written)\"  (\(prompt.source.rawValue))"
      }
    }
    for route in routes {
      let model = route.folder.description
      lines.append(
        "  route '\(route.name)': \(model.modelType), \(model.layers) layers × \(model.hidden), "
          + "pooling \(Pooling.describe(model.pooling.value)), tokenizer \(model.tokenizer.value)")
    }
    return lines.map(Self.visible).joined(separator: "\n")
  }

  /// A line with its control characters written out: a model's files must not steer the terminal.
  private static func visible(_ line: String) -> String {
    var result = ""
    for scalar in line.unicodeScalars {
      switch (scalar, scalar.properties.generalCategory) {
      case ("\n", _): result += "\\n"
      case ("\t", _): result += "\\t"
      case (_, .control), (_, .format), (_, .lineSeparator), (_, .paragraphSeparator):
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Prompt {
  /// The prompt as one string, with its marker tokens round the place of the text.
  fileprivate var written: String {
    guard let markers else { return text }
    return "\(markers.opening)\(text)…\(markers.closing)"
  }
}
