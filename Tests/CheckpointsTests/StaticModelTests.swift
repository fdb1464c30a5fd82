import Checkpoints
import Recipes
import TestSupport
import Testing

/// Tables of word vectors: sentence-transformers' StaticEmbedding and model2vec.
struct StaticModelTests {
  private static let type =
    "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"

  private static func model(_ weights: [UInt8], modules: Bool = true) -> TinyModel {
    var model = TinyModel()
    model.files = [:]
    model["tokenizer.json"] = "{}"
    model.files["model.safetensors"] = weights
    if modules {
      model["modules.json"] = """
        [{"idx": 0, "path": ".", "type": "\(type)"},
         {"idx": 1, "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """
    }
    return model
  }

  private static func table(_ name: String, _ shape: [Int]) -> [UInt8] {
    SafetensorsBytes.file([(name, shape, [Float](repeating: 1, count: shape.reduce(1, *)))])
  }

  private func open(_ model: TinyModel) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    return try ModelFolder(path: model.write(to: folder))
  }

  @Test("a table needs no configuration", arguments: ["embedding.weight", "embeddings"])
  func aTableNeedsNoConfiguration(name: String) throws {
    let description = try open(Self.model(Self.table(name, [6, 4]))).description
    #expect(description.modelType == "static" && description.layers == 0 && description.heads == 0)
    #expect(description.hidden == 4 && description.vocabulary == 6 && description.parameters == 24)
    #expect(description.positions == nil && !description.addsSpecialTokens)
    #expect(description.maximumLength == Sourced(Encoding.unlimited, .assumed))
    #expect(description.pooling == Sourced([.mean], .declared, file: "modules.json", key: "type"))
    #expect(description.normalizes == Sourced(true, .declared, file: "modules.json", key: "type"))
    #expect(description.files == ["model.safetensors", "modules.json", "tokenizer.json"])
    #expect(!description.hasPooler && !description.hasDecoder)
  }

  @Test(
    "model2vec's own configuration says whether vectors are normalised",
    arguments: [
      (#"{"model_type": "model2vec", "normalize": true}"#, true, Source.declared),
      (#"{"model_type": "model2vec", "normalize": false}"#, false, .declared),
      (#"{"model_type": "model2vec", "apply_zipf": true}"#, false, .assumed),
    ])
  func model2vecsOwnConfiguration(config: String, normalizes: Bool, source: Source) throws {
    var model = Self.model(Self.table("embeddings", [6, 4]), modules: false)
    model["config.json"] = config
    let description = try open(model).description
    #expect(description.modelType == "static" && description.pooling == Sourced([.mean], .declared))
    #expect(description.normalizes == Sourced(normalizes, source, file: "config.json", key: "normalize"))
    #expect(description.files == ["config.json", "model.safetensors", "tokenizer.json"])
  }

  @Test func aMappingMakesTheVocabulary() throws {
    let header = [
      SafetensorsBytes.entry("embeddings", "F32", [2, 4], 0..<32),
      SafetensorsBytes.entry("mapping", "I64", [3], 32..<56),
      SafetensorsBytes.entry("weights", "F32", [3], 56..<68),
    ]
    let bytes = SafetensorsBytes.file(
      header: "{\(header.joined(separator: ","))}", data: [UInt8](repeating: 0, count: 68))
    let description = try open(Self.model(bytes)).description
    #expect(description.vocabulary == 3 && description.hidden == 4)
  }

  @Test(
    "a table that is none is an error",
    arguments: [
      (table("other", [6, 4]), "no tensor 'embedding.weight'"),
      (table("embedding.weight", [24]), "'embedding.weight' is of shape [24]"),
      (table("embedding.weight", [6, 2, 2]), "a table [tokens, hidden]"),
      (table("embedding.weight", [0, 4]), "a table [tokens, hidden]"),
      (
        SafetensorsBytes.file([
          ("embeddings", [1, 1], [1]), ("weights", [2], [1, 1]),
        ]), "tensor 'weights' has shape [2]"
      ),
      (
        SafetensorsBytes.file([("embeddings", [1, 1], [1]), ("mapping", [1, 1], [0])]),
        "'mapping' is of shape [1, 1]"
      ),
    ])
  func aTableThatIsNone(weights: [UInt8], message: String) {
    #expect { try open(Self.model(weights)) } throws: { "\($0)".contains(message) }
  }

  @Test func aTableWithoutATokenizerIsAnError() {
    var model = Self.model(Self.table("embedding.weight", [6, 4]))
    model["tokenizer.json"] = nil
    #expect { try open(model) } throws: { "\($0)".contains("the model has no tokenizer") }
  }
}
