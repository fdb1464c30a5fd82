import Recipes
import Screen

extension State {
  /// The sizes that a vector can be cut to.
  func dimensionChoices(_ description: ModelDescription) -> [RecipeChoice] {
    func row(_ size: Int?, _ title: String, _ help: String) -> RecipeChoice {
      var changed = overrides
      changed.dimensions = size
      return RecipeChoice(
        kind: .option, item: PopupItem(title, help: help, isCurrent: overrides.dimensions == size),
        overrides: changed)
    }
    let declared = description.dimensions
    let whole = vectorSize(description)
    let title = declared.value.map { "\(declared.source.rawValue): \($0)" } ?? "declared: all \(whole)"
    return [row(nil, title, SourceText.phrase(declared.source, file: declared.file))]
      + cutSizes(description).reversed().map { size in
        row(size, "\(size)", "\(size * 4) bytes a vector; slice, then normalise")
      }
  }

  /// The layers whose states can be pooled.
  func layerChoices(_ description: ModelDescription) -> [RecipeChoice] {
    (0...description.layers).reversed().map { layer in
      var changed = overrides
      changed.layer = layer == description.layers ? nil : layer
      let title =
        layer == description.layers ? "declared: \(layer)" : layer == 0 ? "0 (embeddings)" : "\(layer)"
      let help =
        layer == description.layers
        ? "The last layer, after the final norm" : "Enter encodes the collection again, unless it is stored"
      return RecipeChoice(
        kind: .option,
        item: PopupItem(title, help: help, isCurrent: overrides.layer == changed.layer), overrides: changed)
    }
  }

  /// The arithmetics of the encoder's matrix products.
  var precisionChoices: [RecipeChoice] {
    Precision.allCases.map { precision in
      var changed = overrides
      changed.precision = precision == .f32 ? nil : precision
      return RecipeChoice(
        kind: .option,
        item: PopupItem(
          precision.rawValue, help: precision.help, isCurrent: overrides.precision ?? .f32 == precision),
        overrides: changed)
    }
  }

  /// The size of a whole vector under the present recipe.
  func vectorSize(_ description: ModelDescription) -> Int {
    guard let readout = recipe?.recipe.readout else { return description.hidden }
    return description.vectorDimensions(pooling: readout.pooling, head: readout.head)
  }

  /// The sizes that are worth trying, rising: powers of two and three times them, and the declared one.
  func cutSizes(_ description: ModelDescription) -> [Int] {
    let whole = vectorSize(description)
    var sizes: Set<Int> = [whole]
    for base in [8, 12] {
      var size = base
      while size < whole {
        sizes.insert(size)
        size *= 2
      }
    }
    if let declared = description.dimensions.value, declared < whole { sizes.insert(declared) }
    return sizes.sorted()
  }
}

extension Precision {
  /// What the arithmetic does, in one line.
  var help: String {
    switch self {
    case .f32: "As the reference computes"
    case .bf16: "Products of numbers of 8 bits of fraction; Enter encodes every text again"
    case .int8: "Products of bytes, fastest; Enter encodes every text again"
    }
  }
}
