import Checkpoints
import TestSupport

/// A BERT of a few thousand seeded weights, which tests write to a folder and change at will.
struct SeededBERT {
  struct Tensor {
    var shape: [Int]
    var values: [Float]
  }

  var layers = 2
  var hidden = 24
  var heads = 3
  var intermediate = 40
  var positions = 150
  var vocabulary = 30
  var activation = "gelu"
  var tensors: [String: Tensor] = [:]

  init(
    layers: Int = 2, hidden: Int = 24, heads: Int = 3, intermediate: Int = 40, positions: Int = 150,
    activation: String = "gelu"
  ) {
    (self.layers, self.hidden, self.heads) = (layers, hidden, heads)
    (self.intermediate, self.positions, self.activation) = (intermediate, positions, activation)
    var random = SeededGenerator(seed: UInt64(hidden * 100 + layers))
    func add(_ name: String, _ shape: [Int], around center: Float = 0, by spread: Float) {
      let values = (0..<shape.reduce(1, *)).map { _ in
        center + Float.random(in: -spread...spread, using: &random)
      }
      tensors[name] = Tensor(shape: shape, values: values)
    }
    func addLinear(_ name: String, _ outputs: Int, _ inputs: Int) {
      add(name + ".weight", [outputs, inputs], by: 2 / Float(inputs).squareRoot())
      add(name + ".bias", [outputs], by: 0.5)
    }
    func addNorm(_ name: String) {
      add(name + ".weight", [hidden], around: 1, by: 0.5)
      add(name + ".bias", [hidden], by: 0.5)
    }
    add("embeddings.word_embeddings.weight", [vocabulary, hidden], by: 1)
    add("embeddings.position_embeddings.weight", [positions, hidden], by: 0.5)
    add("embeddings.token_type_embeddings.weight", [2, hidden], by: 0.5)
    addNorm("embeddings.LayerNorm")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      for part in ["query", "key", "value"] { addLinear(name + "attention.self." + part, hidden, hidden) }
      addLinear(name + "attention.output.dense", hidden, hidden)
      addNorm(name + "attention.output.LayerNorm")
      addLinear(name + "intermediate.dense", intermediate, hidden)
      addLinear(name + "output.dense", hidden, intermediate)
      addNorm(name + "output.LayerNorm")
    }
  }

  /// Token ids of some texts, seeded.
  func texts(_ lengths: [Int]) -> [[Int32]] {
    var random = SeededGenerator(seed: 11)
    return lengths.map { length in
      (0..<length).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &random) }
    }
  }

  /// Writes the model's files and opens the folder.
  func open(in folder: TemporaryFolder) throws -> ModelFolder {
    _ = try folder.write(configuration, to: "config.json")
    _ = try folder.write("{}", to: "tokenizer.json")
    _ = try folder.write(safetensors, to: "model.safetensors")
    return try ModelFolder(path: folder.path)
  }

  private var configuration: String {
    """
    {"model_type": "bert", "architectures": ["BertModel"], "num_hidden_layers": \(layers), "hidden_size": \(hidden),
     "num_attention_heads": \(heads), "intermediate_size": \(intermediate), "hidden_act": "\(activation)",
     "layer_norm_eps": 1e-12, "max_position_embeddings": \(positions), "type_vocab_size": 2,
     "vocab_size": \(vocabulary), "pad_token_id": 0}
    """
  }

  private var safetensors: [UInt8] {
    SafetensorsBytes.file(
      tensors.sorted { $0.key < $1.key }.map {
        (name: $0.key, shape: $0.value.shape, values: $0.value.values)
      })
  }
}
