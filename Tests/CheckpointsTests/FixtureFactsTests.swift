import Checkpoints
import Foundation
import Recipes
import TestSupport
import Testing

/// What the tiny models declare, held against what the reference libraries made of them.
struct FixtureFactsTests {
  private static func open(_ model: GoldenModel) throws -> ModelFolder {
    try ModelFolder(path: model.path, name: model.hubName)
  }

  @Test("pooling, metric and length are the reference library's", arguments: GoldenModel.all)
  func poolingMetricAndLength(model: GoldenModel) throws {
    let description = try Self.open(model).description
    #expect(description.pooling.value.map(\.rawValue) == model.pooling)
    #expect(description.similarity.value.rawValue == model.metric)
    #expect(description.maximumLength.value == model.maxLength ?? Encoding.unlimited)
    #expect(
      description.modelType == "static" || description.maximumLength.file != nil || model.hubName != nil)
  }

  @Test("head and normalisation give vectors of the reference library's length", arguments: GoldenModel.all)
  func headAndNormalisation(model: GoldenModel) throws {
    let opened = try Self.open(model)
    let description = opened.description
    #expect(opened.head.count == description.head.value.count)
    let vectors = model.rows.map(\.embedding).filter { !$0.isEmpty && $0.contains { $0 != 0 } }
    let norms = vectors.map { $0.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
    #expect(norms.allSatisfy { abs($0 - 1) < 1e-4 } == description.normalizes.value)
    let width = description.vectorDimensions(
      pooling: description.pooling.value, head: description.head.value.isEmpty ? .none : .declared)
    #expect(vectors.allSatisfy { $0.count == width })
  }

  @Test("prompts have the names that the reference library knows", arguments: GoldenModel.all)
  func promptsHaveTheirNames(model: GoldenModel) throws {
    let description = try Self.open(model).description
    for name in Set(model.rows.flatMap { ($0.embeddingWithPrompt ?? [:]).keys }) {
      #expect(description.prompt(named: name)?.source == .declared, "\(name)")
    }
    let roles = Set(model.rows.flatMap { ($0.idsWithRole ?? [:]).keys })
    for role in roles.compactMap(Role.init(rawValue:)) {
      let prompt = description.declaredPrompt(for: role)
      #expect(!prompt.text.isEmpty || prompt.markers != nil || !description.routes.isEmpty, "\(role)")
    }
  }

  @Test("a decoder is found where the reference library ran one", arguments: GoldenModel.all)
  func aDecoderIsFound(model: GoldenModel) throws {
    let runsDecoder = model.rows.contains { $0.pooled?["decoder_first"] != nil }
    #expect(try Self.open(model).description.hasDecoder == runsDecoder)
  }

  @Test("nothing of a tiny model is left unread", arguments: GoldenModel.all)
  func nothingIsLeftUnread(model: GoldenModel) throws {
    let opened = try Self.open(model)
    for name in opened.description.files where !name.contains(":") {
      #expect(FileManager.default.fileExists(atPath: model.path + "/" + name), "\(name)")
    }
    let weights = opened.weights
    #expect(weights.unusedTensors(read: Set(weights.names)).isEmpty)
    #expect(
      weights.unusedTensors(read: []).allSatisfy { !$0.contains("pooler") && !$0.hasPrefix("decoder.") })
    #expect(!weights.unusedTensors(read: []).isEmpty)
  }
}
