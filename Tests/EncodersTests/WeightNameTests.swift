import Checkpoints
import Encoders
import Kernels
import TestSupport
import Testing

@Suite struct WeightNameTests {
  @Test(arguments: ["bert.", "0.auto_model.", "model.bert.", "module.encoder."])
  func aPrefixOfAllNamesIsStripped(prefix: String) throws {
    var model = SeededBERT()
    model.tensors = .init(uniqueKeysWithValues: model.tensors.map { (prefix + $0.key, $0.value) })
    #expect(try states(model) == states(SeededBERT()))
  }

  @Test func gammaAndBetaAreReadAsWeightAndBias() throws {
    var model = SeededBERT()
    model.tensors = .init(
      uniqueKeysWithValues: model.tensors.map { name, tensor in
        let isNorm = name.contains("LayerNorm")
        let renamed = name.split(separator: ".").map { part in
          isNorm && part == "weight" ? "gamma" : isNorm && part == "bias" ? "beta" : String(part)
        }
        return (renamed.joined(separator: "."), tensor)
      })
    #expect(model.tensors["embeddings.LayerNorm.gamma"] != nil)
    #expect(try states(model) == states(SeededBERT()))
  }

  @Test func tensorsThatTheArchitectureDoesNotNameAreIgnored() throws {
    var model = SeededBERT()
    for name in ["pooler.dense.weight", "cls.predictions.bias", "embeddings.position_ids"] {
      model.tensors[name] = SeededBERT.Tensor(shape: [3], values: [1, 2, 3])
    }
    #expect(try states(model) == states(SeededBERT()))
  }

  @Test(arguments: SeededBERT().tensors.keys.sorted())
  func aMissingTensorIsNamed(name: String) throws {
    var model = SeededBERT()
    model.tensors[name] = nil
    let folder = try TemporaryFolder()
    #expect {
      try Encoder(model.open(in: folder))
    } throws: { error in
      guard case .unusableWeights(.tensorMissing(_, let missing, _)) = error as? EncoderError else {
        return false
      }
      return missing == name
    }
  }

  @Test(arguments: SeededBERT().tensors.keys.sorted())
  func aTensorOfTheWrongShapeIsNamed(name: String) throws {
    var model = SeededBERT()
    model.tensors[name]?.shape.append(1)
    let folder = try TemporaryFolder()
    #expect {
      try Encoder(model.open(in: folder))
    } throws: { error in
      guard case .unusableWeights(.shapeMismatch(_, let wrong, _, _)) = error as? EncoderError else {
        return false
      }
      return wrong == name
    }
  }

  @Test func aMisspelledTensorIsSuggested() throws {
    var model = SeededBERT()
    let name = "embeddings.word_embeddings.weight"
    model.tensors["embeddings.word_embedding.weight"] = model.tensors.removeValue(forKey: name)
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    let expected = EncoderError.unusableWeights(
      .tensorMissing(file: path, name: name, closest: "embeddings.word_embedding.weight"))
    #expect(throws: expected) { try Encoder(model.open(in: folder)) }
    #expect(expected.description.contains("did you mean 'embeddings.word_embedding.weight'?"))
  }

  @Test func twoEncodersInOneFileAreRefused() throws {
    var model = SeededBERT()
    var both = model.tensors
    both = .init(
      uniqueKeysWithValues: model.tensors.flatMap { [("a." + $0.key, $0.value), ("b." + $0.key, $0.value)] })
    model.tensors = both
    let folder = try TemporaryFolder()
    let expected = EncoderError.ambiguousWeights(
      file: folder.path + "/model.safetensors", prefixes: ["a.", "b."])
    #expect(throws: expected) { try Encoder(model.open(in: folder)) }
  }

  private func states(_ model: SeededBERT) throws -> [Float]? {
    let folder = try TemporaryFolder()
    let output = try Encoder(model.open(in: folder)).forward(
      TokenBatch(model.texts([6])), layers: [2], work: .inline)
    return output.hiddenStates[2]?.values
  }
}
