import Foundation

/// BERT in double precision and plain loops, one text at a time.
struct ReferenceEncoder {
  let model: SeededBERT

  /// States after each layer, `[layer][token][column]`, and attention, `[layer][head][query][key]`.
  func run(_ ids: [Int32]) -> (states: [[[Double]]], attention: [[[[Double]]]]) {
    var rows = ids.enumerated().map { position, id in
      norm(
        zip3(
          row("embeddings.word_embeddings.weight", Int(id)),
          row("embeddings.position_embeddings.weight", position),
          row("embeddings.token_type_embeddings.weight", 0)), "embeddings.LayerNorm")
    }
    var states = [rows]
    var attention: [[[[Double]]]] = []
    for layer in 0..<model.layers {
      let name = "encoder.layer.\(layer)."
      let (mixed, probabilities) = attend(rows, name + "attention.")
      rows = mixed
      rows = rows.map { x in
        let inner = linear(x, name + "intermediate.dense").map(activate)
        return norm(add(linear(inner, name + "output.dense"), x), name + "output.LayerNorm")
      }
      states.append(rows)
      attention.append(probabilities)
    }
    return (states, attention)
  }

  private func attend(_ rows: [[Double]], _ name: String) -> ([[Double]], [[[Double]]]) {
    let queries = rows.map { linear($0, name + "self.query") }
    let keys = rows.map { linear($0, name + "self.key") }
    let values = rows.map { linear($0, name + "self.value") }
    let width = model.hidden / model.heads
    var context = rows.map { _ in [Double](repeating: 0, count: model.hidden) }
    var probabilities: [[[Double]]] = []
    for head in 0..<model.heads {
      let columns = head * width..<(head + 1) * width
      probabilities.append(
        queries.map { query in
          let scores = keys.map { key in
            columns.reduce(0) { $0 + query[$1] * key[$1] } / Double(width).squareRoot()
          }
          let largest = scores.max() ?? 0
          let powers = scores.map { exp($0 - largest) }
          let sum = powers.reduce(0, +)
          return powers.map { $0 / sum }
        })
      for query in rows.indices {
        for column in columns {
          context[query][column] = rows.indices.reduce(0) {
            $0 + probabilities[head][query][$1] * values[$1][column]
          }
        }
      }
    }
    let mixed = zip(context, rows).map { context, row in
      norm(add(linear(context, name + "output.dense"), row), name + "output.LayerNorm")
    }
    return (mixed, probabilities)
  }

  private func activate(_ x: Double) -> Double {
    switch model.activation {
    case "gelu": x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case "gelu_new": x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    default: max(x, 0)
    }
  }

  private func norm(_ x: [Double], _ name: String) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let (weight, bias) = (values(name + ".weight"), values(name + ".bias"))
    return x.indices.map { (x[$0] - mean) / (variance + 1e-12).squareRoot() * weight[$0] + bias[$0] }
  }

  private func linear(_ x: [Double], _ name: String) -> [Double] {
    values(name + ".bias").enumerated().map { output, bias in
      bias + zip(row(name + ".weight", output), x).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  private func row(_ name: String, _ index: Int) -> [Double] {
    guard let tensor = model.tensors[name] else { return [] }
    let width = tensor.shape.last ?? 0
    return tensor.values[index * width..<(index + 1) * width].map(Double.init)
  }

  private func values(_ name: String) -> [Double] { model.tensors[name]?.values.map(Double.init) ?? [] }

  private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

  private func zip3(_ a: [Double], _ b: [Double], _ c: [Double]) -> [Double] { add(add(a, b), c) }
}
