/// What a view asks of the engine; of each kind the latest counts.
public enum ViewRequest: Equatable, Sendable {
  case background(BackgroundRequest)
  case highlights(HighlightsRequest)
  case explanation(ExplanationRequest)
  case attention(AttentionRequest)
  case layers(LayersRequest)
  case grid(GridRequest)
  case comparison(ComparisonRequest)
  case combination(CombinationRequest)
  case map(MapRequest)
  case placement(PlacementRequest)
  case dimensions(DimensionsRequest)
  case metrics(MetricsRequest)

  public enum Kind: Int, CaseIterable, Sendable {
    case background, highlights, explanation, attention, layers, grid, comparison, combination, map, placement
    case dimensions, metrics

    /// What the status line calls the work.
    var work: String {
      switch self {
      case .background: "measuring the background"
      case .highlights: "finding matching words"
      case .explanation: "explaining"
      case .attention: "reading attention"
      case .layers: "sweeping the layers"
      case .grid: "trying every pooling and instruction"
      case .comparison: "comparing with B"
      case .combination: "adding vectors"
      case .map: "laying out the map"
      case .placement: "placing the query"
      case .dimensions: "cutting dimensions"
      case .metrics: "comparing metrics"
      }
    }
  }

  public var kind: Kind {
    switch self {
    case .background: .background
    case .highlights: .highlights
    case .explanation: .explanation
    case .attention: .attention
    case .layers: .layers
    case .grid: .grid
    case .comparison: .comparison
    case .combination: .combination
    case .map: .map
    case .placement: .placement
    case .dimensions: .dimensions
    case .metrics: .metrics
    }
  }
}

/// What the engine answers to a request of a view.
public enum ViewResult: Equatable, Sendable {
  case background(BackgroundSummary)
  case highlights(Highlights)
  case explanation(TokenExplanation)
  case attention(AttentionMaps)
  case layers(LayerSweep)
  case grid(RecipeGrid)
  case comparison(RecipeComparison)
  case combination(Combination)
  case map(TextMap)
  case placement(Placement)
  case dimensions(DimensionStudy)
  case metrics(MetricStudy)
}

/// How far long work for a view is.
public struct ViewProgress: Equatable, Sendable {
  public var done: Int
  public var total: Int
  /// What there is so far, such as a map that is still settling.
  public var partial: ViewResult?

  public init(done: Int, total: Int, partial: ViewResult? = nil) {
    self.done = done
    self.total = total
    self.partial = partial
  }
}

/// Which texts can be found: results belong to one state of the corpus.
public struct CorpusStamp: Equatable, Sendable {
  /// Grows with each corpus that is opened.
  public var version: Int
  /// How many texts had vectors.
  public var indexed: Int

  public init(version: Int, indexed: Int) {
    self.version = version
    self.indexed = indexed
  }
}
