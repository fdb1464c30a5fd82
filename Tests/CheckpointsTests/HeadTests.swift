import Checkpoints
import Recipes
import TestSupport
import Testing

/// The steps after pooling, and models that are wrong on purpose.
struct HeadTests {
  private static let dense = "sentence_transformers.base.modules.dense.Dense"

  /// A model with some modules after pooling, by their kinds; dense layers keep the width of 8.
  private func open(_ kinds: String..., change: (inout TinyModel) -> Void = { _ in }) throws -> ModelFolder {
    var model = TinyModel()
    var modules = [#"{"path": "", "type": "sentence_transformers.models.Transformer"}"#]
    modules.append(#"{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}"#)
    for (index, kind) in kinds.enumerated() {
      let folder = "\(index + 2)_\(kind)"
      modules.append(#"{"path": "\#(folder)", "type": "sentence_transformers.models.\#(kind)"}"#)
      if kind == "Dense" {
        model[folder + "/config.json"] = #"{"in_features": 8, "out_features": 8, "bias": false}"#
        model.files[folder + "/model.safetensors"] = SafetensorsBytes.file([
          ("linear.weight", [8, 8], [Float](repeating: 0.5, count: 64))
        ])
      } else if kind == "LayerNorm" {
        model[folder + "/config.json"] = #"{"dimension": 8}"#
        model.files[folder + "/model.safetensors"] = SafetensorsBytes.file([
          ("norm.weight", [8], [Float](repeating: 2, count: 8)),
          ("norm.bias", [8], [Float](repeating: 1, count: 8)),
        ])
      }
    }
    model["modules.json"] = "[\(modules.joined(separator: ","))]"
    change(&model)
    let folder = try TemporaryFolder()
    return try ModelFolder(path: model.write(to: folder))
  }

  @Test func stepsKeepTheirOrder() throws {
    let model = try open("Normalize", "Dense", "Dropout", "LayerNorm", "Normalize")
    #expect(model.description.head.value.map(\.kind) == ["Normalize", "Dense", "LayerNorm"])
    #expect(model.head.first == .normalize(folder: "2_Normalize", width: 8))
    guard case .layerNorm(let layer) = model.head[2] else {
      Issue.record("the last step is \(model.head[2])")
      return
    }
    #expect(layer.weight == [Float](repeating: 2, count: 8) && layer.bias == [Float](repeating: 1, count: 8))
    #expect(model.description.normalizes.value)
    #expect(model.description.files.contains("5_LayerNorm/model.safetensors"))
    #expect(!(try open("Normalize", "Dense").description.normalizes.value))
  }

  @Test func aResidualIsAddedOrProjected() throws {
    func layer(_ config: String, _ tensors: [(name: String, shape: [Int], values: [Float])]) throws
      -> DenseLayer?
    {
      let model = try open("Dense") { model in
        model["2_Dense/config.json"] = config
        model.files["2_Dense/model.safetensors"] = SafetensorsBytes.file(tensors)
      }
      guard case .dense(let layer)? = model.head.first else { return nil }
      return layer
    }
    let ones = [Float](repeating: 1, count: 64)
    let same = try layer(
      #"{"in_features": 8, "out_features": 8, "bias": false, "use_residual": true}"#,
      [("linear.weight", [8, 8], ones)])
    #expect(same?.residual == .input)
    let config = #"{"in_features": 8, "out_features": 2, "bias": false, "use_residual": true}"#
    let half = Array(ones.prefix(16))
    let projected = try layer(config, [("linear.weight", [2, 8], half), ("residual.weight", [2, 8], half)])
    #expect(projected?.residual == .projected(half))
    #expect(throws: CheckpointError.self) { try layer(config, [("linear.weight", [2, 8], half)]) }
  }

  @Test func aDenseLayerMayBeSharded() throws {
    let model = try open("Dense") { model in
      model.files["2_Dense/model-00001-of-00001.safetensors"] = model.files.removeValue(
        forKey: "2_Dense/model.safetensors")
      model["2_Dense/model.safetensors.index.json"] =
        #"{"weight_map": {"linear.weight": "model-00001-of-00001.safetensors"}}"#
    }
    #expect(model.head.count == 1)
    #expect(model.description.files.contains("2_Dense/model-00001-of-00001.safetensors"))
  }

  @Test func aNormalizeModuleMayHaveNoFolder() throws {
    #expect(try open("Normalize").description.normalizes.value)
    let configured = try open("Normalize") {
      $0["2_Normalize/config.json"] =
        #"{"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}"#
    }
    #expect(configured.description.normalizes.value)
  }

  // What is wrong with a model.

  @Test func aRemovedDenseFolderIsNamed() {
    #expect {
      try open("Dense") { model in
        model.files["2_Dense/config.json"] = nil
        model.files["2_Dense/model.safetensors"] = nil
      }
    } throws: {
      "\($0)".hasSuffix("2_Dense/config.json: no such file; modules.json lists a Dense module there")
    }
    #expect { try open("Dense") { $0.files["2_Dense/model.safetensors"] = nil } } throws: {
      "\($0)".contains("2_Dense/model.safetensors: no such file")
    }
  }

  @Test(
    "a module that reads other vectors than the text's is refused",
    arguments: [
      ("Dense", #"{"in_features": 8, "out_features": 8, "module_input_name": "token_embeddings"}"#),
      ("Normalize", #"{"module_input_name": "token_embeddings"}"#),
      ("Normalize", #"{"module_output_name": "other"}"#),
    ])
  func aModuleThatReadsOtherVectors(kind: String, config: String) {
    #expect { try open(kind) { $0["2_\(kind)/config.json"] = config } } throws: {
      "\($0)".contains("only the text's own vector is computed")
    }
  }

  @Test(
    "an invalid layer norm is an error",
    arguments: [#"{"dimension": 9}"#, "{}", #"{"dimension": "8"}"#, #"{"dimension": 0}"#, "[]"])
  func anInvalidLayerNormIsAnError(config: String) {
    #expect { try open("LayerNorm") { $0["2_LayerNorm/config.json"] = config } } throws: {
      "\($0)".contains("2_LayerNorm/config.json")
    }
  }

  @Test func aTensorOfAnotherShapeIsNamed() {
    #expect {
      try open("Dense") {
        $0.files["2_Dense/model.safetensors"] = SafetensorsBytes.file([
          ("linear.weight", [4, 8], [Float](repeating: 1, count: 32))
        ])
      }
    } throws: {
      "\($0)".hasSuffix("tensor 'linear.weight' has shape [4, 8], but the configuration implies [8, 8]")
    }
  }

  @Test func weightsThatAreNotFiniteAreNamed() {
    var values = [Float](repeating: 1, count: 64)
    values[7] = .nan
    #expect {
      try open("Dense") {
        $0.files["2_Dense/model.safetensors"] = SafetensorsBytes.file([("linear.weight", [8, 8], values)])
      }
    } throws: {
      "\($0)".hasSuffix("tensor 'linear.weight' has the value nan at position 7; weights must be finite")
    }
  }

  @Test(
    "an unsupported module is refused with the reason",
    arguments: [
      ("WeightedLayerPooling", "it mixes the states of several layers"), ("CLIPModel", "it encodes images"),
      ("SpladePooling", "sparse vectors"), ("LSTM", "from before transformers"),
    ])
  func anUnsupportedModuleIsRefusedWithTheReason(kind: String, reason: String) {
    #expect { try open(kind) } throws: {
      "\($0)".contains("module 'sentence_transformers.models.\(kind)' is not supported: it ")
        && "\($0)".contains(reason)
    }
  }

  @Test(
    "without modules a class that scores texts is refused",
    arguments: ["BertForSequenceClassification", "HF_ColBERT", "XLMRobertaForSequenceClassification"])
  func aClassThatScoresTextsIsRefused(name: String) {
    func change(_ model: inout TinyModel) {
      model["config.json"] = model["config.json"]?.replacing("BertModel", with: name)
    }
    #expect {
      try open {
        change(&$0)
        $0["modules.json"] = nil
      }
    } throws: { "\($0)".contains("the model is a '\(name), which") }
    #expect(throws: Never.self) { try open(change: change) }
  }

  @Test func withoutModulesAModelThatContinuesTextsIsPooledAtItsLastToken() throws {
    let model = try open {
      $0["config.json"] = $0["config.json"]?.replacing("BertModel", with: "BertForCausalLM")
      $0["modules.json"] = nil
    }
    #expect(model.description.pooling == Sourced([.lastToken], .assumed))
  }

  @Test func vectorsMayBeCut() throws {
    let model = try open {
      $0["config_sentence_transformers.json"] = #"{"truncate_dim": 4, "prompts": {"query": null}}"#
    }
    #expect(
      model.description.dimensions
        == Sourced(4, .declared, file: "config_sentence_transformers.json", key: "truncate_dim"))
    #expect(try model.description.recipe().recipe.readout.dimensions == 4)
    #expect(model.description.prompts.value.isEmpty)
    #expect(throws: CheckpointError.self) {
      try open { $0["config_sentence_transformers.json"] = #"{"truncate_dim": 0}"# }
    }
  }
}
