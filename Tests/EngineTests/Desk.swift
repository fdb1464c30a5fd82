import Checkpoints
import Corpora
import Embedding
import Engine
import Explorer
import Foundation
import Kernels
import ModelHub
import Recipes
import Screen
import Synchronization
import TestSupport

/// A machine of its own for one test: a home folder with tiny models and corpora, and no network.
struct Desk {
  static let team = WorkerTeam(threads: 2)
  static let texts = [
    "Refunds are paid within five days", "The bank closes at noon", "We sat on the river bank",
    "A bass guitar has four strings", "He caught a bass in the lake", "Spring comes late in the hills",
    "The spring of the door is broken", "Bread is baked before dawn", "The train to the coast was late",
    "Nobody answers the phone on Sundays", "她在河边散步", "A dog 🐕 barked all night",
  ]

  let folder: TemporaryFolder
  var settings: EngineSettings

  init() throws {
    folder = try TemporaryFolder()
    let environment = ["HF_HUB_OFFLINE": "1", "XDG_DATA_HOME": folder.path + "/data"]
    let hub = try HubSettings(environment: environment, homeFolder: folder.path)
    settings = EngineSettings(
      hub: ModelHub(settings: hub, environment: environment), identities: .none, kernels: .best,
      team: Self.team, storePath: folder.path + "/collections.sqlite",
      userFiles: UserFiles(folder: folder.path + "/state"))
  }

  static func model(_ name: String) throws -> String { try GoldenModel.named(name).path }

  /// Installs a tiny model among the program's own, so that it is found by a short name.
  func install(_ model: String, as name: String) throws {
    let models = folder.path + "/data/vecscope/models"
    try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Self.model(model), toPath: "\(models)/\(name)")
  }

  func uninstall(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/data/vecscope/models/\(name)")
  }

  /// Writes a corpus of a text a line.
  func corpus(_ texts: [String] = texts, name: String = "texts.txt") throws -> String {
    try folder.write(texts.joined(separator: "\n") + "\n", to: name)
  }

  /// A corpus that takes a while to encode.
  func largeCorpus(_ count: Int) throws -> String {
    let texts = (0..<count).map { "\(Self.texts[$0 % 10]), and that for the time number \($0)" }
    return try corpus(texts, name: "large.txt")
  }

  func session(
    model: String, corpora: [String], size: Size = Size(columns: 100, rows: 30), timeoutSeconds: Double = 600
  ) -> HeadlessSession {
    let files = settings.userFiles
    let options = LaunchOptions(
      model: model, corpora: corpora, size: size, texts: files?.texts() ?? [],
      history: files?.history() ?? [])
    return HeadlessSession(settings, options, timeoutSeconds: timeoutSeconds)
  }

  /// The ids of the nearest texts with their scores, by encoding everything anew.
  func expected(
    _ query: String, in texts: [String], model: String,
    _ change: (inout RecipeOverrides) -> Void = { _ in }
  ) async throws -> [(text: String, score: Float)] {
    let embedder = try TextEmbedder(ModelFolder(path: Self.model(model)), team: Self.team)
    var overrides = RecipeOverrides()
    change(&overrides)
    let recipe = try embedder.description.recipe(overrides).recipe
    let vectors = try await embedder.embed(texts, recipe.documents, recipe.readout).vectors
    let vector = try await embedder.embed([query], recipe.queries, recipe.readout).vectors.row(0)
    return texts.indices.map { (texts[$0], Self.score(vector, vectors.row($0), recipe.metric)) }
      .sorted { $0.score > $1.score }
  }

  private static func score(_ a: [Float], _ b: [Float], _ metric: Metric) -> Float {
    let dot = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    switch metric {
    case .dot: return dot
    case .cosine:
      let norms = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }
      return dot / norms.squareRoot()
    case .euclidean: return -zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    case .manhattan: return -zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
  }
}

/// The answers of an engine that is driven by hand.
final class Answers: Sendable {
  private let stream: AsyncStream<Answer>
  private let sink: AsyncStream<Answer>.Continuation
  private let seen = Mutex<[Answer]>([])

  init() { (stream, sink) = AsyncStream.makeStream(of: Answer.self) }

  func send(_ answer: Answer) {
    seen.withLock { $0.append(answer) }
    sink.yield(answer)
  }

  /// Everything so far.
  var all: [Answer] { seen.withLock(\.self) }

  var notices: [Failure] { all.compactMap { if case .notice(let failure) = $0 { failure } else { nil } } }

  /// Waits for the next answer of a kind and gives what is taken from it.
  func first<Value>(_ take: (Answer) -> Value?) async -> Value? {
    for await answer in stream {
      if let value = take(answer) { return value }
    }
    return nil
  }
}
