/// The files of a BERT folder, small enough to read in a message: 8 wide, 2 heads, 1 layer, 6 tokens.
///
/// Tests change a file and write the folder.
public struct TinyModel: Sendable {
  /// By path inside the folder.
  public var files: [String: [UInt8]] = [:]

  /// - Parameter seed: decides the weights.
  public init(seed: UInt64 = 1) {
    self["config.json"] = """
      {"architectures": ["BertModel"], "hidden_act": "gelu", "hidden_size": 8, "intermediate_size": 16,
       "layer_norm_eps": 1e-12, "max_position_embeddings": 32, "model_type": "bert",
       "num_attention_heads": 2, "num_hidden_layers": 1, "pad_token_id": 0, "type_vocab_size": 2,
       "vocab_size": 6}
      """
    self["modules.json"] = """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """
    self["1_Pooling/config.json"] = """
      {"word_embedding_dimension": 8, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}
      """
    self["sentence_bert_config.json"] = #"{"max_seq_length": 16, "do_lower_case": false}"#
    self["vocab.txt"] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhello\nworld\n"
    var random = SeededGenerator(seed: seed)
    let words = (0..<48).map { _ in Float.random(in: -1...1, using: &random) }
    files["model.safetensors"] = SafetensorsBytes.file([
      ("embeddings.word_embeddings.weight", [6, 8], words)
    ])
  }

  /// A file's text.
  public subscript(_ name: String) -> String? {
    get { files[name].map { String(decoding: $0, as: UTF8.self) } }
    set { files[name] = newValue.map { Array($0.utf8) } }
  }

  /// Writes the files and gives the folder's path.
  public func write(to folder: TemporaryFolder, under name: String = "model") throws -> String {
    for (file, bytes) in files { _ = try folder.write(bytes, to: "\(name)/\(file)") }
    return folder.path + "/" + name
  }
}
