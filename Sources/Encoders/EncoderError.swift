public import Checkpoints

/// A reason why an encoder cannot be built or cannot take a batch.
public enum EncoderError: Error, Equatable, Sendable {
  /// A tensor is missing, misshapen or unreadable.
  case unusableWeights(CheckpointError)
  /// Several sets of tensors could be the encoder: all the prefixes under which it appears.
  case ambiguousWeights(file: String, prefixes: [String])
  case unknownToken(id: Int32, text: Int, position: Int, vocabulary: Int)
  case textTooLong(text: Int, tokens: Int, positions: Int)
  case noSuchLayer(layer: Int, last: Int)
  /// The decoder's output is asked of a checkpoint without decoder.
  case noDecoder(file: String)
  /// The file of packed weights was cut while it was used.
  case packedWeightsChanged(file: String)
  /// A table's `mapping` gives an id a row that the table does not have.
  case unknownRow(file: String, id: Int, row: Int, rows: Int)
}

extension EncoderError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusableWeights(let error):
      error.description
    case .ambiguousWeights(let file, let prefixes):
      "\(file): has several encoders, named "
        + prefixes.map { "'\($0)…'" }.joined(separator: ", ") + "; expected one; save the one to use alone"
    case .unknownToken(let id, let text, let position, let vocabulary):
      """
      text \(text), token \(position): id \(id) is not in the model's vocabulary of \(vocabulary) tokens; \
      the tokenizer belongs to another model
      """
    case .textTooLong(let text, let tokens, let positions):
      "text \(text): \(tokens) tokens, but the model has \(positions) positions; lower the maximum length"
    case .noSuchLayer(let layer, let last):
      "layer \(layer): the model has the layers 0 (embeddings) to \(last)"
    case .noDecoder(let file):
      "\(file): has no decoder; choose another pooling than 'decoder_first'"
    case .packedWeightsChanged(let file):
      "\(file): was cut while it was used; start again, and the weights are packed anew"
    case .unknownRow(let file, let id, let row, let rows):
      "\(file): tensor 'mapping' gives id \(id) the row \(row), expected one of 0 to \(rows - 1)"
    }
  }
}
