import Embedding
import Kernels
import Recipes
import Tokenization

/// What `bench encode` measures of one model under one recipe.
struct EncoderBench {
  let embedder: TextEmbedder
  let recipe: Recipe
  let batchTokens: Int?
  let repeats: Int
  var report = BenchReport()

  /// Texts with so many tokens, about, are encoded to warm up: weights and buffers are in memory then.
  private static let warmUpTokens = 4096

  /// One query at a time, from the text to its vector.
  mutating func measureQuery(_ query: String) async throws {
    var timings = Timings()
    let tokens = embedder.prepare(query, recipe.queries).tokens.ids.count
    for repetition in 0..<(20 + 40 * repeats) {
      let start = ContinuousClock.now
      _ = try await embedder.embed([query], recipe.queries, recipe.readout, priority: .interactive)
      if repetition >= 20 { timings.add(ContinuousClock.now - start) }
    }
    var tokenizing = Timings()
    for _ in 0..<200 { tokenizing.measure { _ = embedder.prepare(query, recipe.queries) } }
    report.add("query tokens", tokens, "")
    report.add("query median", timings.median, "ms")
    report.add("query p99", timings.percentile(0.99), "ms")
    report.add("query tokenized in", tokenizing.median * 1000, "us")
  }

  /// The tokenizer alone, on one thread: each text cut to the model's length, and all as one long text.
  mutating func measureTokenizer(_ texts: [String]) {
    let encoding = recipe.queries
    let long = texts.joined(separator: "\n")
    var (each, whole) = (Timings(), Timings())
    var (eachCount, wholeCount) = (0, 0)
    for _ in 0..<(repeats + 2) {
      eachCount = each.measure { texts.reduce(0) { $0 + embedder.prepare($1, encoding).tokens.ids.count } }
      wholeCount = whole.measure { embedder.prepare(long, encoding, truncates: false).tokens.ids.count }
    }
    report.add("tokenizing texts", Double(eachCount) / each.median / 1000, "Mtokens/s")
    report.add("tokenizing one long text", Double(wholeCount) / whole.median / 1000, "Mtokens/s")
  }

  /// All texts, from text to vector; and the share of the machine's limit that this is.
  mutating func measureTexts(_ texts: [String]) async throws {
    var warmUp = 0
    let first = texts.prefix { text in
      defer { warmUp += text.utf8.count / 4 }
      return warmUp < Self.warmUpTokens
    }
    _ = try await embed(Array(first), recipe)
    var timings = Timings()
    var tokens = 0
    for _ in 0..<repeats {
      let result = try await timings.measure { try await embed(texts, recipe) }
      tokens = result.tokenCounts.reduce(0, +)
    }
    let seconds = timings.median / 1000
    let speed = embedder.description.matrixOperationsPerToken * Double(tokens) / seconds
    report.add("texts", texts.count, "")
    report.add("tokens", tokens, "")
    report.add("texts median", timings.median, "ms")
    report.add("texts p99", timings.percentile(0.99), "ms")
    report.add("texts speed", Double(texts.count) / seconds, "texts/s")
    report.add("tokens speed", Double(tokens) / seconds, "tokens/s")
    report.add("arithmetic", speed / 1e9, "GFLOP/s")
    if let peak = try await peak() {
      report.add("peak", peak / 1e9, "GFLOP/s")
      report.add("share of peak", 100 * speed / peak, "%")
    } else {
      report.add("peak", "these kernels have no instruction for \(recipe.queries.precision.rawValue)")
    }
  }

  /// How far the vectors of a lower precision lie from those of f32: cosines of the texts with themselves.
  mutating func measureLoss(_ texts: [String]) async throws {
    var exact = recipe
    exact.queries.precision = .f32
    exact.documents.precision = .f32
    let narrow = try await embed(texts, recipe).vectors
    let wide = try await embed(texts, exact).vectors
    let cosines = (0..<texts.count).map { row -> Double in
      let (a, b) = (narrow.row(row), wide.row(row))
      let norms = zip(a, b).reduce(into: (a: 0.0, b: 0.0, product: 0.0)) { sums, pair in
        sums.a += Double(pair.0) * Double(pair.0)
        sums.b += Double(pair.1) * Double(pair.1)
        sums.product += Double(pair.0) * Double(pair.1)
      }
      // Texts without tokens have the zero vector at every precision.
      return norms.a == 0 && norms.b == 0 ? 1 : norms.product / (norms.a * norms.b).squareRoot()
    }
    report.add("cosine to f32 minimum", cosines.min() ?? 1, "")
    report.add("cosine to f32 mean", cosines.reduce(0, +) / Double(max(1, cosines.count)), "")
  }

  private func embed(_ texts: [String], _ recipe: Recipe) async throws -> Embeddings {
    try await embedder.embed(texts, recipe.queries, recipe.readout, batchTokens: batchTokens)
  }

  private func peak() async throws -> Double? {
    let kernels = embedder.kernels
    let kind: MultiplyAdd =
      switch recipe.queries.precision {
      case .f32: .f32
      case .bf16: .bf16
      case .int8: .int8
      }
    return try await embedder.team.perform(.interactive) { work in
      kernels.peakOperationsPerSecond(kind, work: work)
    }
  }
}

extension ModelDescription {
  /// Floating-point operations of the encoder's matrix products for one token, about; those of attention's own
  /// products, which grow with the text, are left out.
  fileprivate var matrixOperationsPerToken: Double {
    2 * Double(max(0, parameters - (vocabulary + (positions ?? 0)) * hidden))
  }
}
