import Checkpoints
import TestSupport
import Testing

/// What each family makes of its keys: defaults, windows, rotations in both forms, and values that no model can have.
struct FamilyConfigurationTests {
  private func read(_ type: String, _ keys: String = "") throws -> TransformerConfiguration {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["config.json"] = #"{"model_type": "\#(type)"\#(keys.isEmpty ? "" : ", " + keys)}"#
    model["1_Pooling/config.json"] = "{}"
    return try ModelFolder(path: model.write(to: folder)).configuration
  }

  private func windows(_ configuration: TransformerConfiguration) -> [AttentionWindow] {
    configuration.attention.map(\.window)
  }

  @Test(
    "absent keys have the reference library's defaults",
    arguments: [
      ("roberta", 12, 768, 12, 50_265, 510), ("xlm-roberta", 12, 768, 12, 30_522, 510),
      ("camembert", 12, 768, 12, 30_522, 510), ("ernie", 12, 768, 12, 30_522, 512),
      ("mpnet", 12, 768, 12, 30_527, 510), ("distilbert", 6, 768, 12, 30_522, 512),
      ("t5", 6, 512, 8, 32_128, nil), ("gpt2", 12, 768, 12, 50_257, 1024),
      ("gpt_neo", 24, 2048, 16, 50_257, 2048), ("gptj", 28, 4096, 16, 50_400, 2048),
      ("bloom", 2, 64, 8, 250_880, nil), ("llama", 32, 4096, 32, 32_000, 2048),
      ("mistral", 32, 4096, 32, 32_000, 131_072), ("qwen2", 32, 4096, 32, 151_936, 32_768),
      ("qwen3", 32, 4096, 32, 151_936, 32_768), ("gemma3_text", 26, 2304, 8, 262_208, 131_072),
      ("modernbert", 22, 768, 12, 50_368, 8192), ("nomic_bert", 12, 768, 12, 30_528, 2048),
    ] as [(String, Int, Int, Int, Int, Int?)])
  func defaults(type: String, layers: Int, hidden: Int, heads: Int, vocabulary: Int, positions: Int?) throws {
    let found = try read(type)
    #expect(found.modelType == type)
    #expect(
      [found.layers, found.hidden, found.heads, found.vocabulary] == [layers, hidden, heads, vocabulary])
    #expect(found.positions == positions)
    #expect(found.attention.count == layers)
    #expect(found.assumedKeys.contains("vocab_size"))
  }

  @Test func positionsThatSkipPadsBeginAfterThem() throws {
    let roberta = try read("roberta", #""max_position_embeddings": 514, "pad_token_id": 1"#)
    #expect(roberta.positions == 512 && roberta.positionTable?.skippedID == 1)
    #expect(try read("roberta", #""max_position_embeddings": 20, "pad_token_id": 9"#).positions == 10)
    #expect(try read("mpnet", #""pad_token_id": 7"#).positionTable?.skippedID == 1)
    #expect(try read("bert", #""pad_token_id": 7"#).positionTable?.skippedID == nil)
  }

  @Test func ernieAddsATaskTypeWhereItSaysSo() throws {
    #expect(try read("ernie", #""use_task_id": true"#).taskTypes == 3)
    #expect(try read("ernie").taskTypes == 0)
  }

  @Test func t5ReadsItsProjectionAndItsDecoder() throws {
    let gated = try read(
      "t5",
      #""feed_forward_proj": "gated-gelu", "d_kv": 128, "num_heads": 32, "d_model": 1024, "num_layers": 3"#)
    #expect(gated.isGated && gated.activation == .geluTanh && gated.attentionScale == 1)
    #expect(gated.headWidth == 128 && gated.biases == .none && gated.norm == .rms(addsOne: false))
    #expect(gated.decoder == DecoderFacts(layers: 3, startTokenID: 0))
    let plain = try read("t5", #""num_decoder_layers": 2, "decoder_start_token_id": 5"#)
    #expect(!plain.isGated && plain.activation == .relu)
    #expect(plain.decoder == DecoderFacts(layers: 2, startTokenID: 5))
    #expect(plain.relativeBias == RelativeBias(buckets: 32, maximumDistance: 128))
  }

  @Test func gptNeoRepeatsItsPatterns() throws {
    let neo = try read(
      "gpt_neo",
      #""num_layers": 5, "window_size": 7, "attention_types": [[["global", "local"], 2], [["local"], 1]]"#)
    let local = AttentionWindow.local(left: 6, right: 0)
    #expect(windows(neo) == [.causal, local, .causal, local, local])
    #expect(neo.attentionScale == 1 && !neo.biases.projections && neo.biases.attentionOutput)
  }

  @Test func mistralsWindowIsItsOwnUnlessNull() throws {
    let shape = #""num_hidden_layers": 2"#
    #expect(
      windows(try read("mistral", shape)) == [.local(left: 4095, right: 0), .local(left: 4095, right: 0)])
    #expect(windows(try read("mistral", shape + #", "sliding_window": null"#)) == [.causal, .causal])
    #expect(windows(try read("llama", shape)) == [.causal, .causal])
    #expect(windows(try read("llama", shape + #", "is_causal": false"#)) == [.all, .all])
    let both = try read("mistral", shape + #", "sliding_window": 8, "is_causal": false"#)
    #expect(windows(both) == [.local(left: 8, right: 8), .local(left: 8, right: 8)])
  }

  @Test func qwensWindowBeginsAtALayer() throws {
    let shape = #""num_hidden_layers": 3, "sliding_window": 4, "max_window_layers": 2"#
    let local = AttentionWindow.local(left: 3, right: 0)
    #expect(windows(try read("qwen2", shape)) == [.causal, .causal, .causal])
    #expect(
      windows(try read("qwen2", shape + #", "use_sliding_window": true"#)) == [.causal, .causal, local])
    let listed =
      #", "use_sliding_window": true, "layer_types": ["sliding_attention", "full_attention", "full_attention"]"#
    #expect(windows(try read("qwen3", shape + listed)) == [local, .causal, .causal])
    #expect(try read("qwen3").hasHeadNorms && !read("qwen2").hasHeadNorms)
    #expect(try read("qwen2").biases.projections && !read("qwen3").biases.projections)
  }

  @Test func gemmaLooksBothWaysWhereItSaysSo() throws {
    let shape = #""num_hidden_layers": 2, "sliding_window": 513, "sliding_window_pattern": 2"#
    #expect(windows(try read("gemma3_text", shape)) == [.local(left: 512, right: 0), .causal])
    let both = try read("gemma3_text", shape + #", "use_bidirectional_attention": true"#)
    #expect(windows(both) == [.local(left: 256, right: 256), .all])
    #expect(both.attentionScale == 1 / 16 && both.embeddingFactor == 48)
    #expect(both.attention.map { $0.rotation?.base } == [10_000, 1_000_000])
  }

  @Test func modernBERTLooksFarInEveryThirdLayer() throws {
    let found = try read("modernbert", #""num_hidden_layers": 4"#)
    let local = AttentionWindow.local(left: 64, right: 64)
    #expect(windows(found) == [.all, local, local, .all])
    #expect(found.attention.map { $0.rotation?.base } == [160_000, 10_000, 10_000, 160_000])
    #expect(found.skipsFirstNorm && found.norm == .layer(hasBias: false))
  }

  // Both forms of the rotation's keys.

  @Test(
    "a rotation is the same in both forms",
    arguments: [
      (
        "llama", #""rope_theta": 5e5"#, #""rope_parameters": {"rope_type": "default", "rope_theta": 5e5}"#
      ),
      (
        "mistral", #""rope_theta": 20, "rope_scaling": {"type": "linear", "factor": 4}"#,
        #""rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 20}"#
      ),
      (
        "llama",
        #""rope_theta": 5e5, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}"#,
        #""rope_parameters": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192, "rope_theta": 5e5}"#
      ),
      ("qwen3", #""rope_theta": 1e6, "rope_scaling": null"#, #""rope_parameters": {"rope_theta": 1e6}"#),
      (
        "modernbert", #""global_rope_theta": 300, "local_rope_theta": 40"#,
        #""rope_parameters": {"full_attention": {"rope_theta": 300}, "sliding_attention": {"rope_theta": 40}}"#
      ),
      (
        "gemma3_text",
        #""rope_theta": 300, "rope_local_base_freq": 40, "rope_scaling": {"rope_type": "linear", "factor": 8}"#,
        #""rope_parameters": {"full_attention": {"rope_theta": 300, "rope_type": "linear", "factor": 8}, "sliding_attention": {"rope_type": "default", "rope_theta": 40}}"#
      ),
      ("nomic_bert", #""rope_theta": 70"#, #""rope_parameters": {"rope_theta": 70}"#),
    ])
  func aRotationIsTheSameInBothForms(type: String, older: String, newer: String) throws {
    let (first, second, standard) = (try read(type, older), try read(type, newer), try read(type))
    #expect(first.attention == second.attention)
    #expect(first.attention != standard.attention)
  }

  @Test func nomicsPublishedKeysAreThoseOfGPT2() throws {
    let published = try read(
      "nomic_bert",
      #"""
      "n_embd": 64, "n_head": 4, "n_layer": 2, "n_inner": 96, "activation_function": "swiglu", "n_positions": 8192,
      "rotary_emb_fraction": 0.5, "rotary_emb_base": 900, "qkv_proj_bias": false, "mlp_fc1_bias": false,
      "mlp_fc2_bias": false, "auto_map": {"AutoConfig": "x.Y", "AutoModel": "x.Z"}
      """#)
    #expect([published.hidden, published.heads, published.layers, published.intermediate] == [64, 4, 2, 96])
    #expect(published.attention[1].rotation == Rotation(width: 8, base: 900))
    #expect(published.biases == .none && published.positions == 8192 && published.isGated)
  }

  @Test func nomicsScaledRotationEndsWhereItBegins() throws {
    let scaled = try read(
      "nomic_bert",
      #"""
      "n_embd": 64, "n_head": 4, "activation_function": "swiglu", "n_positions": 8192, "rotary_emb_fraction": 1.0,
      "max_trained_positions": 2048, "rotary_scaling_factor": 2
      """#)
    #expect(scaled.positions == 2048 && scaled.biases == .all)
  }

  @Test func oneFactUnderTwoNamesMustBeOneValue() throws {
    #expect(try read("gpt2", #""n_embd": 48, "hidden_size": 48, "n_head": 4"#).hidden == 48)
    #expect(throws: CheckpointError.self) {
      try read("gpt2", #""n_embd": 48, "hidden_size": 60, "n_head": 4"#)
    }
  }

  @Test(
    "a wrong value is an error that names key and expectation",
    arguments: [
      ("roberta", "pad_token_id", "null", "the id that positions skip"),
      ("roberta", "max_position_embeddings", "3", "at least 5: positions begin after the pad id"),
      ("roberta", "position_embedding_type", #""relative_key""#, "'absolute'"),
      ("ernie", "use_task_id", "1", "true or false"),
      ("mpnet", "relative_attention_num_buckets", "16", "a whole number from 32 to 32"),
      ("distilbert", "n_heads", "5", "a divisor of 'dim', which is 768"),
      ("distilbert", "activation", #""quick_gelu""#, "one of 'gelu'"),
      ("t5", "feed_forward_proj", #""gated-mish""#, "one of 'relu'"),
      ("t5", "relative_attention_num_buckets", "6", "a multiple of 4"),
      ("t5", "relative_attention_max_distance", "8", "more than 8, a quarter of the buckets"),
      ("t5", "decoder_start_token_id", "32128", "a whole number from 0 to 32127"),
      ("t5", "is_decoder", "true", "false: a decoder alone"),
      ("gpt2", "scale_attn_by_inverse_layer_idx", "true", "false"),
      ("gpt2", "n_head", "7", "a divisor of 'n_embd', which is 768"),
      ("gptj", "rotary_dim", "63", "an even number up to 256"),
      ("gptj", "rotary_dim", "null", "a whole number"),
      ("gpt_neo", "attention_types", #"[[["global"], 2]]"#, "24 layers in all"),
      ("gpt_neo", "attention_types", #"[[["global", "ring"], 12]]"#, "patterns of 'global' and 'local'"),
      ("gpt_neo", "attention_types", #"[[["global"], 1000000000000]]"#, "patterns of 'global' and 'local'"),
      ("gpt_neo", "window_size", "0", "a whole number from 1"),
      ("bloom", "apply_residual_connection_post_layernorm", "true", "false"),
      ("llama", "num_key_value_heads", "5", "a divisor of 'num_attention_heads', which is 32"),
      ("llama", "head_dim", "63", "an even number"),
      ("llama", "rms_norm_eps", "2", "a number from 0.0 to 1.0"),
      ("llama", "rope_theta", "0", "a number from 1.0"),
      ("llama", "rope_theta", #""10000""#, "a number from 1.0"),
      ("llama", "partial_rotary_factor", "0.5", "1"),
      ("llama", "hidden_act", #""xielu""#, "one of 'gelu'"),
      ("mistral", "sliding_window", "0", "a whole number from 1"),
      ("mistral", "layer_types", "[1]", "for each of 32 layers"),
      ("qwen2", "use_sliding_window", "null", "true or false"),
      ("qwen3", "layer_types", "{}", "for each of 32 layers"),
      ("gemma3_text", "attn_logit_softcapping", "50.0", "null: capped attention scores"),
      ("gemma3_text", "query_pre_attn_scalar", "0", "a number from 1.0"),
      ("modernbert", "local_attention", "-1", "a whole number from 1"),
      ("modernbert", "norm_bias", #""no""#, "true or false"),
      ("modernbert", "global_attn_every_n_layers", "0", "a whole number from 1 to 512"),
    ])
  func aWrongValueIsAnError(type: String, key: String, value: String, expected: String) {
    #expect { try read(type, #""\#(key)": \#(value)"#) } throws: { error in
      guard case .invalidValue(let file, key, _, let text)? = error as? CheckpointError else { return false }
      return file.hasSuffix("model/config.json") && text.contains(expected)
    }
  }

  @Test(
    "a rotation that is not supported is an error that names the inner key",
    arguments: [
      ("llama", #""rope_scaling": {"type": "yarn", "factor": 4}"#, "rope_scaling.type"),
      ("llama", #""rope_scaling": {"rope_type": "linear"}"#, "rope_scaling.factor"),
      ("llama", #""rope_scaling": 3"#, "rope_scaling"),
      (
        "llama", #""rope_parameters": {"rope_type": "llama3", "low_freq_factor": 4, "high_freq_factor": 1}"#,
        "rope_parameters.high_freq_factor"
      ),
      ("qwen3", #""rope_parameters": {"rope_type": "dynamic", "factor": 2}"#, "rope_parameters.rope_type"),
      (
        "qwen3", #""rope_parameters": {"partial_rotary_factor": 0.25}"#,
        "rope_parameters.partial_rotary_factor"
      ),
      (
        "gemma3_text", #""rope_parameters": {"sliding_attention": {"rope_theta": -1}}"#,
        "rope_parameters.sliding_attention.rope_theta"
      ),
      (
        "modernbert", #""rope_parameters": {"full_attention": {"rope_type": "longrope"}}"#,
        "rope_parameters.full_attention.rope_type"
      ),
      (
        "qwen2", #""num_hidden_layers": 1, "layer_types": ["sliding_attention"]"#, "layer_types"
      ),
      (
        "nomic_bert", #""n_embd": 64, "n_head": 4, "activation_function": "gelu""#, "activation_function"
      ),
      (
        "nomic_bert", #""n_embd": 64, "n_head": 4, "activation_function": "swiglu", "num_experts": 8"#,
        "num_experts"
      ),
      (
        "nomic_bert", #""n_embd": 64, "n_head": 4, "activation_function": "swiglu", "prenorm": true"#,
        "prenorm"
      ),
      (
        "nomic_bert", #""n_embd": 64, "n_head": 4, "activation_function": "swiglu""#, "rotary_emb_fraction"
      ),
    ])
  func anUnsupportedRotationIsAnError(type: String, keys: String, named: String) {
    #expect { try read(type, keys) } throws: { error in
      guard case .invalidValue(_, named, _, _)? = error as? CheckpointError else { return false }
      return true
    }
  }

  @Test func aTableOfWordsHasNoModelTypeOfItsOwn() {
    #expect { try read("static") } throws: { error in
      guard case .unsupportedModelType(_, "static", _)? = error as? CheckpointError else { return false }
      return true
    }
  }
}
