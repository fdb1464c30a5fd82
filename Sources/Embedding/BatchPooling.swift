import Encoders
import Kernels

/// Where the pooled vectors of a batch go, while its states are in the cache.
struct BatchPooling: Sendable {
  /// The layers that are pooled.
  let layers: [Int]
  /// By place in `layers`.
  let layouts: [PooledLayout]
  /// By place in `layers` and plane, `[texts, hidden]`.
  let values: [[Matrix]]
  let kernels: KernelSet

  /// Whether the decoder's first step is taken.
  var decodes: Bool { layouts.contains(where: \.hasDecoder) }

  /// Pools what the encoder hands out of a batch; `rows` are the texts of the batch among all texts.
  ///
  /// Threads may call it at once, since texts differ.
  func pool(_ part: LayerStates, of batch: TokenBatch, rows: [Int]) {
    var first = 0
    for (index, text) in part.texts.enumerated() {
      let tokens = first..<first + batch.lengths[text]
      first = tokens.upperBound
      for (place, layer) in layers.enumerated() where layer == part.layer {
        let layout = layouts[place]
        let decoded = layout.hasDecoder ? part.decoderFirst?.row(index) : nil
        let row = PooledVectors.pool(
          part.states, rows: tokens, decoded: decoded ?? [], layout: layout, kernels: kernels)
        for (plane, matrix) in values[place].enumerated() {
          matrix.setRow(rows[text], Array(row[layout.columns(of: plane)]))
        }
      }
    }
  }
}
