import Checkpoints
import Recipes
import TestSupport
import Testing

/// `config.json`: absent keys have the reference library's defaults, invalid ones are errors.
struct ConfigurationTests {
  private func open(_ config: String) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["config.json"] = config
    model["1_Pooling/config.json"] = "{}"
    return try ModelFolder(path: model.write(to: folder))
  }

  @Test func everyKeyIsRead() throws {
    let configuration = try open(
      """
      {"model_type": "bert", "architectures": ["BertForMaskedLM"], "hidden_act": "gelu_new", "hidden_size": 48,
       "intermediate_size": 96, "layer_norm_eps": 1e-5, "max_position_embeddings": 128, "pad_token_id": null,
       "num_attention_heads": 4, "num_hidden_layers": 3, "type_vocab_size": 1, "vocab_size": 894,
       "position_embedding_type": "absolute", "auto_map": {"AutoModelForMaskedLM": "x.Y"}}
      """
    ).configuration
    #expect(configuration.family == .bert)
    #expect(configuration.architecture == "BertForMaskedLM")
    #expect(configuration.activation == .geluTanh)
    #expect([configuration.hidden, configuration.intermediate, configuration.heads] == [48, 96, 4])
    #expect([configuration.layers, configuration.positions, configuration.vocabulary] == [3, 128, 894])
    #expect(configuration.tokenTypes == 1)
    #expect(configuration.normEpsilon == 1e-5)
    #expect(configuration.padTokenID == nil)
    #expect(configuration.assumedKeys.isEmpty)
  }

  @Test func absentKeysHaveTheLibrarysDefaults() throws {
    let configuration = try open(#"{"model_type": "bert"}"#).configuration
    #expect([configuration.hidden, configuration.intermediate, configuration.heads] == [768, 3072, 12])
    #expect([configuration.layers, configuration.positions, configuration.vocabulary] == [12, 512, 30_522])
    #expect(configuration.activation == .gelu)
    #expect(configuration.normEpsilon == 1e-12)
    #expect(configuration.padTokenID == 0)
    #expect(configuration.assumedKeys.contains("hidden_act") && configuration.assumedKeys.count == 10)
  }

  @Test(
    "an invalid value is an error that names the key",
    arguments: [
      ("hidden_size", "0"), ("hidden_size", "-8"), ("hidden_size", "\"8\""), ("hidden_size", "8.5"),
      ("hidden_size", "null"), ("hidden_size", "1000000000"), ("num_hidden_layers", "0"),
      ("num_hidden_layers", "true"), ("num_attention_heads", "5"), ("intermediate_size", "[]"),
      ("layer_norm_eps", "-1"), ("layer_norm_eps", "\"1e-12\""), ("max_position_embeddings", "-1"),
      ("type_vocab_size", "0"), ("vocab_size", "0"), ("pad_token_id", "30522"), ("hidden_act", "\"mish\""),
      ("hidden_act", "3"), ("position_embedding_type", "\"relative_key\""), ("is_decoder", "true"),
      ("architectures", "\"BertModel\""), ("auto_map", "3"),
    ])
  func anInvalidValueIsAnError(key: String, value: String) {
    #expect { try open(#"{"model_type": "bert", "\#(key)": \#(value)}"#) } throws: { error in
      guard case .invalidValue(let file, key, _, _)? = error as? CheckpointError else { return false }
      return file.hasSuffix("model/config.json")
    }
  }

  @Test func anUnknownModelTypeIsRefusedByName() {
    #expect { try open(#"{"model_type": "mamba", "auto_map": {"AutoModel": "x.Y"}}"#) } throws: { error in
      "\(error)".hasSuffix(
        "config.json: model type 'mamba' is not supported; supported: bert, bloom, camembert, distilbert, ernie, "
          + "gemma3_text, gpt2, gpt_neo, gptj, llama, mistral, modernbert, mpnet, nomic_bert, qwen2, qwen3, roberta, "
          + "t5, xlm-roberta")
    }
    #expect { try open("{}") } throws: { error in "\(error)".contains("'model_type' is missing") }
  }

  @Test("remote code is refused", arguments: ["AutoModel", "AutoConfig"])
  func remoteCodeIsRefused(key: String) {
    #expect { try open(#"{"model_type": "bert", "auto_map": {"\#(key)": "modeling_x.XModel"}}"#) } throws: {
      error in
      guard case .remoteCode(_, "auto_map: modeling_x.XModel")? = error as? CheckpointError else {
        return false
      }
      return true
    }
  }

  @Test func damagedJSONIsRefusedWithItsPlace() {
    #expect { try open("{\"model_type\": \"bert\",\n \"hidden_size\": }") } throws: { error in
      guard case .malformedJSON(let file, 2, 17, _)? = error as? CheckpointError else { return false }
      return file.hasSuffix("model/config.json")
    }
    #expect { try open("[]") } throws: { error in "\(error)".contains("expected an object") }
  }
}
