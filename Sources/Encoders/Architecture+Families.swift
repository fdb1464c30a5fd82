internal import Checkpoints

extension Architecture {
  /// The names that go with a configuration.
  init(_ shape: TransformerConfiguration) {
    switch shape.family {
    case .bert, .roberta, .xlmRoberta, .camembert, .ernie: self = .bert
    case .mpnet: self = .mpnet
    case .distilbert: self = .distilbert
    case .t5: self = .t5(isGated: shape.isGated)
    case .gpt2: self = .gpt2
    case .gptNeo: self = .gptNeo
    case .gptj: self = .gptj
    case .bloom: self = .bloom
    case .llama, .mistral, .qwen2, .qwen3: self = .llama
    case .gemma3Text: self = .gemma
    case .modernbert: self = .modernbert
    case .nomicBERT: self = .nomicBERT
    case .fixedTable: self = .fixedTable
    }
  }

  /// BERT, RoBERTa, XLM-R, CamemBERT and ERNIE.
  static let bert = Architecture(
    embeddings: EmbeddingNames(
      words: ["embeddings.word_embeddings.weight"], positions: "embeddings.position_embeddings.weight",
      tokenTypes: "embeddings.token_type_embeddings.weight",
      taskTypes: "embeddings.task_type_embeddings.weight", norm: "embeddings.LayerNorm"),
    layers: "encoder.layer.",
    attention: AttentionNames(
      projections: .separate(
        query: "attention.self.query", key: "attention.self.key", value: "attention.self.value"),
      output: "attention.output.dense"),
    feedForward: FeedForwardNames(up: .plain("intermediate.dense"), down: "output.dense"),
    norms: LayerNormNames(
      afterAttention: "attention.output.LayerNorm", afterFeedForward: "output.LayerNorm"))

  static let mpnet: Architecture = {
    var names = bert
    names.attention = AttentionNames(
      projections: .separate(query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v"),
      output: "attention.attn.o", relativeBias: "encoder.relative_attention_bias.weight")
    names.norms.afterAttention = "attention.LayerNorm"
    return names
  }()

  static let distilbert: Architecture = {
    var names = bert
    names.layers = "transformer.layer."
    names.attention = AttentionNames(
      projections: .separate(query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin"),
      output: "attention.out_lin")
    names.feedForward = FeedForwardNames(up: .plain("ffn.lin1"), down: "ffn.lin2")
    names.norms = LayerNormNames(afterAttention: "sa_layer_norm", afterFeedForward: "output_layer_norm")
    return names
  }()

  static func t5(isGated: Bool) -> Architecture {
    Architecture(
      embeddings: EmbeddingNames(words: ["shared.weight", "encoder.embed_tokens.weight"]),
      layers: "encoder.block.",
      attention: AttentionNames(
        projections: .separate(
          query: "layer.0.SelfAttention.q", key: "layer.0.SelfAttention.k",
          value: "layer.0.SelfAttention.v"),
        output: "layer.0.SelfAttention.o",
        relativeBias: "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"),
      feedForward: t5FeedForward("layer.1.DenseReluDense.", isGated: isGated),
      norms: LayerNormNames(
        beforeAttention: "layer.0.layer_norm", beforeFeedForward: "layer.1.layer_norm"),
      finalNorm: "encoder.final_layer_norm")
  }

  static func t5FeedForward(_ prefix: String, isGated: Bool) -> FeedForwardNames {
    FeedForwardNames(
      up: isGated ? .gated(gate: prefix + "wi_0", up: prefix + "wi_1") : .plain(prefix + "wi"),
      down: prefix + "wo")
  }

  /// GPT-2; its linear layers are stored as convolutions of width 1.
  static let gpt2 = Architecture(
    embeddings: EmbeddingNames(words: ["wte.weight"], positions: "wpe.weight"), layers: "h.",
    attention: AttentionNames(projections: .fused("attn.c_attn"), output: "attn.c_proj"),
    feedForward: FeedForwardNames(up: .plain("mlp.c_fc"), down: "mlp.c_proj"),
    norms: LayerNormNames(beforeAttention: "ln_1", beforeFeedForward: "ln_2"),
    finalNorm: "ln_f", isTransposed: true)

  static let gptNeo: Architecture = {
    var names = gpt2
    names.attention = AttentionNames(
      projections: .separate(
        query: "attn.attention.q_proj", key: "attn.attention.k_proj", value: "attn.attention.v_proj"),
      output: "attn.attention.out_proj")
    names.isTransposed = false
    return names
  }()

  static let gptj: Architecture = {
    var names = gptNeo
    names.embeddings.positions = ""
    names.attention = AttentionNames(
      projections: .separate(query: "attn.q_proj", key: "attn.k_proj", value: "attn.v_proj"),
      output: "attn.out_proj")
    names.feedForward = FeedForwardNames(up: .plain("mlp.fc_in"), down: "mlp.fc_out")
    names.norms = LayerNormNames(beforeAttention: "ln_1")
    return names
  }()

  static let bloom = Architecture(
    embeddings: EmbeddingNames(words: ["word_embeddings.weight"], norm: "word_embeddings_layernorm"),
    layers: "h.",
    attention: AttentionNames(
      projections: .fusedByHead("self_attention.query_key_value"), output: "self_attention.dense"),
    feedForward: FeedForwardNames(up: .plain("mlp.dense_h_to_4h"), down: "mlp.dense_4h_to_h"),
    norms: LayerNormNames(
      beforeAttention: "input_layernorm", beforeFeedForward: "post_attention_layernorm"),
    finalNorm: "ln_f")

  /// Llama, Mistral and Qwen.
  static let llama = Architecture(
    embeddings: EmbeddingNames(words: ["embed_tokens.weight"]), layers: "layers.",
    attention: AttentionNames(
      projections: .separate(
        query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj"),
      output: "self_attn.o_proj", queryNorm: "self_attn.q_norm", keyNorm: "self_attn.k_norm"),
    feedForward: FeedForwardNames(
      up: .gated(gate: "mlp.gate_proj", up: "mlp.up_proj"), down: "mlp.down_proj"),
    norms: LayerNormNames(
      beforeAttention: "input_layernorm", beforeFeedForward: "post_attention_layernorm"),
    finalNorm: "norm")

  static let gemma: Architecture = {
    var names = llama
    names.norms = LayerNormNames(
      beforeAttention: "input_layernorm", afterAttention: "post_attention_layernorm",
      beforeFeedForward: "pre_feedforward_layernorm", afterFeedForward: "post_feedforward_layernorm")
    return names
  }()

  static let modernbert = Architecture(
    embeddings: EmbeddingNames(words: ["embeddings.tok_embeddings.weight"], norm: "embeddings.norm"),
    layers: "layers.",
    attention: AttentionNames(projections: .fused("attn.Wqkv"), output: "attn.Wo"),
    feedForward: FeedForwardNames(up: .fusedGate("mlp.Wi"), down: "mlp.Wo"),
    norms: LayerNormNames(beforeAttention: "attn_norm", beforeFeedForward: "mlp_norm"),
    finalNorm: "final_norm")

  static let nomicBERT = Architecture(
    embeddings: EmbeddingNames(
      words: ["embeddings.word_embeddings.weight"],
      tokenTypes: "embeddings.token_type_embeddings.weight", norm: "emb_ln"),
    layers: "encoder.layers.",
    attention: AttentionNames(projections: .fused("attn.Wqkv"), output: "attn.out_proj"),
    feedForward: FeedForwardNames(up: .gated(gate: "mlp.fc12", up: "mlp.fc11"), down: "mlp.fc2"),
    norms: LayerNormNames(afterAttention: "norm1", afterFeedForward: "norm2"))

  /// A table alone; the second name is model2vec's.
  static let fixedTable = Architecture(
    embeddings: EmbeddingNames(words: ["embedding.weight", "embeddings"]), layers: "",
    attention: AttentionNames(projections: .fused(""), output: ""),
    feedForward: FeedForwardNames(up: .plain(""), down: ""), norms: LayerNormNames())
}
