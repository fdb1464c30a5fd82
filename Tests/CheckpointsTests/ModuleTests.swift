import Checkpoints
import Recipes
import TestSupport
import Testing

/// `modules.json`, the pooling and the dense layers.
struct ModuleTests {
  private func open(_ change: (inout TinyModel) -> Void) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    change(&model)
    return try ModelFolder(path: model.write(to: folder))
  }

  private func modules(_ list: [(type: String, path: String)]) -> String {
    let entries = list.enumerated().map { index, module in
      #"{"idx": \#(index), "name": "\#(index)", "path": "\#(module.path)", "type": "\#(module.type)"}"#
    }
    return "[\(entries.joined(separator: ","))]"
  }

  private let old = "sentence_transformers.models."

  @Test func newAndOldClassNamesMeanTheSame() throws {
    let model = try open { model in
      model["modules.json"] = modules([
        ("sentence_transformers.base.modules.transformer.Transformer", ""),
        ("sentence_transformers.sentence_transformer.modules.pooling.Pooling", "1_Pooling"),
        (old + "Dropout", "2_Dropout"),
      ])
    }
    #expect(model.description.pooling.value == [.mean])
    #expect(
      model.description.normalizes == Sourced(false, .declared, file: "modules.json", key: "type"))
  }

  @Test func modulesWhoseNumbersContradictTheirOrderAreRefused() {
    #expect {
      try open { model in
        model["modules.json"] = """
          [{"idx": 0, "path": ".", "type": "\(old)Transformer"},
           {"idx": 2, "path": "2_Normalize", "type": "\(old)Normalize"},
           {"idx": 1, "path": "1_Pooling", "type": "\(old)Pooling"}]
          """
      }
    } throws: { error in
      "\(error)".contains("'idx' is 1 behind 2")
    }
  }

  @Test func aTransformerMayHaveAFolderOfItsOwn() throws {
    let model = try open { model in
      for name in ["config.json", "vocab.txt", "model.safetensors", "sentence_bert_config.json"] {
        model.files["0_Transformer/" + name] = model.files.removeValue(forKey: name)
      }
      model["modules.json"] = modules([
        (old + "Transformer", "0_Transformer"), (old + "Pooling", "1_Pooling"),
      ])
    }
    #expect(model.tokenizerPath == model.path + "/0_Transformer")
    #expect(
      model.description.maximumLength
        == Sourced(16, .declared, file: "0_Transformer/sentence_bert_config.json", key: "max_seq_length"))
    #expect(model.description.files.contains("0_Transformer/model.safetensors"))
  }

  @Test func withoutModulesTheLibrarysDefaultIsAssumed() throws {
    let model = try open { $0["modules.json"] = nil }
    #expect(model.description.pooling == Sourced([.mean], .assumed))
    #expect(model.description.normalizes == Sourced(false, .assumed))
    #expect(model.description.head == Sourced([], .assumed))
  }

  @Test(
    "a pipeline that cannot be followed is refused",
    arguments: [
      ["Pooling"], ["Transformer"], ["Pooling", "Transformer"], ["Transformer", "Normalize", "Pooling"],
      ["Transformer", "Pooling", "Pooling"], ["Transformer", "Transformer", "Pooling"],
      ["Transformer", "Pooling", "StaticEmbedding"], ["StaticEmbedding", "Pooling"], ["Normalize"],
      ["StaticEmbedding", "StaticEmbedding"], ["Transformer", "Router", "Pooling"], ["Dropout"],
      ["Transformer", "Dense", "Pooling"],
    ])
  func aPipelineThatCannotBeFollowedIsRefused(kinds: [String]) {
    #expect {
      try open { $0["modules.json"] = modules(kinds.map { (old + $0, "1_Pooling") }) }
    } throws: { error in
      guard case .unsupportedPipeline? = error as? CheckpointError else { return false }
      return true
    }
  }

  @Test(
    "an unsupported module is refused by name", arguments: ["CNN", "LSTM", "WeightedLayerPooling", "New"])
  func anUnsupportedModuleIsRefusedByName(kind: String) {
    #expect {
      try open { $0["modules.json"] = modules([(old + "Transformer", ""), (old + kind, "1_X")]) }
    } throws: { error in
      guard case .unsupportedModule(_, let type, let supported)? = error as? CheckpointError else {
        return false
      }
      return type == old + kind && supported.contains("Dense")
    }
  }

  @Test func aModuleFromElsewhereIsRemoteCode() {
    #expect {
      try open { $0["modules.json"] = modules([("custom_st.Transformer", "")]) }
    } throws: { error in
      guard case .remoteCode(_, "custom_st.Transformer")? = error as? CheckpointError else { return false }
      return true
    }
  }

  @Test("a path that leaves the folder is refused", arguments: ["../other", "/etc", "a/../../b", "a\\\\b"])
  func aPathThatLeavesTheFolderIsRefused(path: String) {
    #expect {
      try open {
        $0["modules.json"] = modules([(old + "Transformer", path), (old + "Pooling", "1_Pooling")])
      }
    } throws: { error in
      guard case .unsafePath? = error as? CheckpointError else { return false }
      return true
    }
  }

  @Test(
    "a damaged list is refused",
    arguments: [
      "{}", "[]", "[1]", "[", #"[{"idx": 0}]"#,
      #"[{"idx": -1, "type": "sentence_transformers.models.Transformer"}]"#,
      #"[{"idx": 0, "type": 3}]"#, #"[{"idx": 0, "type": ""}]"#,
      """
      [{"idx": 0, "type": "sentence_transformers.models.Transformer"},
       {"idx": 0, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
      """,
    ])
  func aDamagedListIsRefused(text: String) {
    #expect(throws: CheckpointError.self) { try open { $0["modules.json"] = text } }
  }

  // Pooling.

  private func pooling(_ config: String) throws -> ModelDescription {
    try open { $0["1_Pooling/config.json"] = config }.description
  }

  @Test(
    "both forms of the pooling keys are read",
    arguments: [
      (#"{"pooling_mode": "cls"}"#, [Pooling.cls], "pooling_mode"),
      (#"{"pooling_mode": ["mean", "cls"], "embedding_dimension": 8}"#, [.mean, .cls], "pooling_mode"),
      (#"{"pooling_mode": "mean_sqrt_len_tokens"}"#, [.meanSqrtLen], "pooling_mode"),
      (
        #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#, [.cls],
        "pooling_mode_cls_token"
      ),
      (
        #"{"pooling_mode_lasttoken": true, "pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}"#,
        [.max, .lastToken], "pooling_mode_max_tokens, pooling_mode_lasttoken"
      ),
      (
        #"{"pooling_mode_weightedmean_tokens": true, "pooling_mode_mean_tokens": false}"#, [.weightedMean],
        "pooling_mode_weightedmean_tokens"
      ),
    ])
  func bothFormsAreRead(config: String, expected: [Pooling], key: String) throws {
    #expect(
      try pooling(config).pooling == Sourced(expected, .declared, file: "1_Pooling/config.json", key: key))
  }

  @Test("nothing chosen means mean", arguments: ["{}", #"{"pooling_mode_mean_tokens": false}"#])
  func nothingChosenMeansMean(config: String) throws {
    let found = try pooling(config)
    #expect(found.pooling.value == [.mean] && found.pooling.source == .assumed)
    #expect(found.poolsPrompt.value && found.poolsPrompt.source == .assumed)
  }

  @Test func includePromptIsRead() throws {
    #expect(
      try pooling(#"{"include_prompt": false}"#).poolsPrompt
        == Sourced(false, .declared, file: "1_Pooling/config.json", key: "include_prompt"))
  }

  @Test(
    "an invalid pooling is an error",
    arguments: [
      #"{"pooling_mode": "median"}"#, #"{"pooling_mode": []}"#, #"{"pooling_mode": 3}"#,
      #"{"pooling_mode": ["cls", "cls"]}"#, #"{"pooling_mode_cls_token": 1}"#,
      #"{"word_embedding_dimension": 9}"#, #"{"embedding_dimension": "8"}"#, #"{"include_prompt": "no"}"#,
    ])
  func anInvalidPoolingIsAnError(config: String) {
    #expect {
      try pooling(config)
    } throws: { error in
      guard case .invalidValue(let file, _, _, _)? = error as? CheckpointError else { return false }
      return file.hasSuffix("1_Pooling/config.json")
    }
  }

  @Test func aMissingPoolingFolderIsAnError() {
    #expect {
      try open { $0["1_Pooling/config.json"] = nil }
    } throws: { error in (error as? CheckpointError)?.isMissingInput == true }
  }

  // Dense layers.

  private func dense(_ config: String, weights: [UInt8]? = nil) throws -> ModelFolder {
    try open { model in
      model["modules.json"] = modules([
        (old + "Transformer", ""), (old + "Pooling", "1_Pooling"), (old + "Dense", "2_Dense"),
      ])
      model["2_Dense/config.json"] = config
      model.files["2_Dense/model.safetensors"] =
        weights
        ?? SafetensorsBytes.file([
          ("linear.weight", [2, 8], (0..<16).map(Float.init)), ("linear.bias", [2], [0.5, -0.5]),
        ])
    }
  }

  @Test(
    "the activation follows the reference library",
    arguments: [
      (#""activation_function": "torch.nn.modules.activation.Tanh""#, ActivationFunction.tanh),
      (#""activation_function": "torch.nn.modules.linear.Identity""#, .identity),
      (#""activation_function": "torch.nn.modules.activation.GELU""#, .gelu),
      (#""activation_function": null"#, .identity), (#""bias": true"#, .tanh),
    ])
  func theActivationFollowsTheLibrary(member: String, expected: ActivationFunction) throws {
    let model = try dense(#"{"in_features": 8, "out_features": 2, \#(member)}"#)
    guard case .dense(let layer)? = model.head.first else {
      Issue.record("the head is \(model.head)")
      return
    }
    #expect(layer.activation == expected)
    #expect(layer.weights == (0..<16).map(Float.init) && layer.bias == [0.5, -0.5])
    #expect(
      model.description.head.value == [
        HeadLayer(
          kind: "Dense", folder: "2_Dense", inputDimensions: 8, outputDimensions: 2,
          activation: expected.rawValue)
      ])
    #expect(model.description.parameters == 48 + 16 + 2)
  }

  @Test func aDenseLayerMayHaveNoBias() throws {
    let model = try dense(
      #"{"in_features": 8, "out_features": 2, "bias": false}"#,
      weights: SafetensorsBytes.file([("linear.weight", [2, 8], [Float](repeating: 1, count: 16))]))
    guard case .dense(let layer)? = model.head.first else {
      Issue.record("the head is \(model.head)")
      return
    }
    #expect(layer.bias == nil && layer.residual == .none)
  }

  @Test(
    "an invalid dense layer is an error",
    arguments: [
      #"{"in_features": 9, "out_features": 2}"#, #"{"out_features": 2}"#, #"{"in_features": 8}"#,
      #"{"in_features": 8, "out_features": 3}"#, #"{"in_features": 8, "out_features": 0}"#,
      #"{"in_features": 8, "out_features": 2, "activation_function": "torch.nn.Softmax"}"#,
      #"{"in_features": 8, "out_features": 2, "activation_function": "custom.Tanh"}"#,
      #"{"in_features": 8, "out_features": 2, "use_residual": 1}"#,
      #"{"in_features": 8, "out_features": 2, "use_residual": true}"#,
      #"{"in_features": 8, "out_features": 2, "module_output_name": "other"}"#,
      #"{"in_features": 8, "out_features": 2, "module_input_name": "token_embeddings"}"#,
    ])
  func anInvalidDenseLayerIsAnError(config: String) {
    #expect(throws: CheckpointError.self) { try dense(config) }
  }

  @Test func aDenseLayerWithPicklesOnlyIsRefused() {
    #expect {
      try open { model in
        model["modules.json"] = modules([
          (old + "Transformer", ""), (old + "Pooling", "1_Pooling"), (old + "Dense", "2_Dense"),
        ])
        model["2_Dense/config.json"] = #"{"in_features": 8, "out_features": 2}"#
        model.files["2_Dense/pytorch_model.bin"] = [0x80]
      }
    } throws: { error in
      guard case .pickleOnly(let file)? = error as? CheckpointError else { return false }
      return file.hasSuffix("2_Dense/pytorch_model.bin")
    }
  }
}
