import Recipes
import Screen

/// A popup that changes the recipe while one moves in it, and takes everything back on Esc.
struct RecipePopup: Equatable, Sendable {
  enum Subject: Equatable, Sendable {
    case instruction(Role)
    case pooling
    case metric
    case dimensions
    case layer
    case precision

    var opener: Action {
      switch self {
      case .instruction: .chooseInstruction
      case .pooling: .choosePooling
      case .metric: .chooseMetric
      case .dimensions: .chooseDimensions
      case .layer: .chooseLayer
      case .precision: .choosePrecision
      }
    }
  }

  var subject: Subject
  /// What Esc goes back to.
  var before: RecipeOverrides
  var list: PopupList
  /// The user's own instruction, as it is typed.
  var field: TextField
  /// True while the row of the user's own instruction is selected.
  var isTyping = false

  /// True where moving applies at once: what would encode the whole collection again waits for Enter.
  var isLive: Bool { ![.instruction(.document), .layer, .precision].contains(subject) }
}

/// A row of a recipe popup.
struct RecipeChoice: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case option
    /// A second setting, switched by Space.
    case toggle
    /// Words with gaps, which Enter puts on the line for the user's own instruction.
    case template(String)
    /// The line for the user's own instruction.
    case ownWords
  }

  var kind: Kind
  var item: PopupItem
  /// The choices that are in force once the row is taken.
  var overrides: RecipeOverrides
}

extension State {
  /// The rows of a recipe popup.
  func choices(_ popup: RecipePopup) -> [RecipeChoice] {
    guard let description = model.description else { return [] }
    let choices =
      switch popup.subject {
      case .instruction(let role): instructionChoices(description, role, own: popup.field.text)
      case .pooling: poolingChoices(description)
      case .metric: metricChoices(description)
      case .dimensions: dimensionChoices(description)
      case .layer: layerChoices(description)
      case .precision: precisionChoices
      }
    return choices.map { choice in
      var choice = choice
      choice.item.disabledReason = description.refusal(of: choice.overrides)
      return choice
    }
  }

  private func instructionChoices(
    _ description: ModelDescription, _ role: Role, own: String
  ) -> [RecipeChoice] {
    let chosen = overrides.prompt(of: role)
    func row(_ choice: PromptChoice, _ title: String, _ help: String, kind: RecipeChoice.Kind = .option)
      -> RecipeChoice
    {
      var changed = overrides
      changed.setPrompt(choice, of: role)
      return RecipeChoice(
        kind: kind, item: PopupItem(title, help: help, isCurrent: chosen == choice), overrides: changed)
    }
    let cost = role == .document ? "; Enter encodes every text again" : ""
    let declared = description.declaredPrompt(for: role)
    var rows = [
      row(
        .declared, "\(declared.source.rawValue): \(declared.shown)",
        SourceText.phrase(declared.source) + cost),
      row(.noPrompt, "none", "Nothing is put before the text" + cost),
    ]
    for prompt in description.prompts.value {
      guard let name = prompt.name else { continue }
      rows.append(
        row(.named(name), "\(name): \(prompt.shown)", "\(SourceText.phrase(prompt.source))\(cost)"))
    }
    for template in description.promptTemplates {
      let title = "template: \(PromptText.quoted(template))"
      let item = PopupItem(title, help: "Enter puts it on the line below; fill in what stands in { }")
      rows.append(RecipeChoice(kind: .template(template), item: item, overrides: overrides))
    }
    if let recipe, !(recipe.queryPrompt.text.isEmpty && recipe.documentPrompt.text.isEmpty) {
      rows.append(joiningChoice(recipe.joining.value))
    }
    let ownRow = row(
      .literal(PromptText.unescaped(own)), "own words: ", "Type it; \\n is a line end" + cost, kind: .ownWords
    )
    rows.append(ownRow)
    if case .literal = chosen { rows[rows.count - 1].item.isCurrent = true }
    return rows
  }

  private func joiningChoice(_ current: Joining) -> RecipeChoice {
    var changed = overrides
    changed.joining = current == .asWritten ? .stripped : .asWritten
    return toggle(
      current == .asWritten ? "joined: as written" : "joined: without white space between",
      "How instruction and text are joined, on both sides; Space switches", changed)
  }

  private func poolingChoices(_ description: ModelDescription) -> [RecipeChoice] {
    func row(_ pooling: [Pooling]?, _ title: String, _ help: String) -> RecipeChoice {
      var changed = overrides
      changed.pooling = pooling
      return RecipeChoice(
        kind: .option, item: PopupItem(title, help: help, isCurrent: overrides.pooling == pooling),
        overrides: changed)
    }
    let declared = description.pooling
    let phrase = SourceText.phrase(declared.source, file: declared.file)
    var rows = [
      row(nil, "\(declared.source.rawValue): \(Pooling.describe(declared.value))", phrase)
    ]
    let poolings = Pooling.ofTokenStates + (description.hasDecoder ? [.decoderFirst] : [])
    rows += poolings.map { row([$0], $0.rawValue, $0.help) }
    if let recipe, !(recipe.queryPrompt.text.isEmpty && recipe.documentPrompt.text.isEmpty) {
      var changed = overrides
      changed.poolsPrompt = !recipe.poolsPrompt.value
      rows.append(
        toggle(
          "prompt tokens: \(recipe.poolsPrompt.value ? "pooled" : "left out")",
          "Whether the tokens of the prompt take part in pooling; Space switches", changed))
    }
    if let recipe, let row = headChoice(description, recipe.recipe.readout.head) { rows.append(row) }
    return rows
  }

  /// The row that goes through what can follow pooling; nil where there is no choice.
  private func headChoice(_ description: ModelDescription, _ current: HeadChoice) -> RecipeChoice? {
    let choices = description.headChoices
    guard choices.count > 1 else { return nil }
    var changed = overrides
    let next = ((choices.firstIndex(of: current) ?? 0) + 1) % choices.count
    changed.head = choices[next]
    let title =
      switch current {
      case .declared: "head: applied"
      case .none: "head: left out"
      case .pooler: "head: the encoder's own pooler"
      }
    return toggle(
      title, "What follows pooling: the model's layers, its pooler or nothing; Space switches", changed)
  }

  private func metricChoices(_ description: ModelDescription) -> [RecipeChoice] {
    func row(_ metric: Metric?, _ title: String, _ help: String) -> RecipeChoice {
      var changed = overrides
      changed.metric = metric
      return RecipeChoice(
        kind: .option, item: PopupItem(title, help: help, isCurrent: overrides.metric == metric),
        overrides: changed)
    }
    let declared = description.similarity
    var rows = [
      row(
        nil, "\(declared.source.rawValue): \(declared.value.rawValue)",
        SourceText.phrase(declared.source, file: declared.file))
    ]
    rows += Metric.allCases.map { row($0, $0.rawValue, $0.help) }
    if let recipe {
      var changed = overrides
      changed.normalizes = !recipe.normalizes.value
      rows.append(
        toggle(
          "vectors: \(recipe.normalizes.value ? "normalised" : "as they are")",
          "Whether vectors are brought to length 1; Space switches", changed))
    }
    return rows
  }

  private func toggle(_ title: String, _ help: String, _ overrides: RecipeOverrides) -> RecipeChoice {
    RecipeChoice(kind: .toggle, item: PopupItem(title, help: help), overrides: overrides)
  }
}

extension RecipeOverrides {
  func prompt(of role: Role) -> PromptChoice { role == .document ? documentPrompt : queryPrompt }

  mutating func setPrompt(_ choice: PromptChoice, of role: Role) {
    if role == .document { documentPrompt = choice } else { queryPrompt = choice }
  }
}

extension ModelDescription {
  /// Why choices do not fit the model; nil where they do.
  func refusal(of overrides: RecipeOverrides) -> String? {
    do {
      _ = try recipe(overrides)
      return nil
    } catch {
      return error.description
    }
  }
}

extension Pooling {
  /// What the strategy does, in one line.
  var help: String {
    switch self {
    case .cls: "The state of the first token"
    case .max: "The greatest value of each dimension"
    case .mean: "The mean of all tokens"
    case .meanSqrtLen: "The sum divided by the square root of the token count"
    case .weightedMean: "A mean in which later tokens weigh more"
    case .lastToken: "The state of the last token"
    case .decoderFirst: "The first output of a decoder"
    }
  }
}

extension Metric {
  var help: String {
    switch self {
    case .cosine: "The angle between two vectors; their lengths do not count"
    case .dot: "The inner product; longer vectors score higher"
    case .euclidean: "The straight distance; shown as a distance, nearest first"
    case .manhattan: "The sum of the differences; shown as a distance, nearest first"
    }
  }
}
