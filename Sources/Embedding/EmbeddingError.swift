public import Recipes

/// A reason why a text cannot be embedded.
public enum EmbeddingError: Error, Equatable, Sendable {
  case traceTooLarge(neededBytes: Int, limitBytes: Int, tokens: Int)
  case vocabularyMismatch(model: String, tokenizer: Int, weights: Int)
  case nonFiniteVector(model: String, textIndex: Int)
  case poolingUnavailable(Pooling)
  case markerMissing(model: String, token: String)
  case layerUnavailable(Int, model: String, layers: Int)
  case widthsDiffer(query: Int, document: Int)
}

extension EmbeddingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .traceTooLarge(let needed, let limit, let tokens):
      """
      the states of \(tokens) tokens need \(needed) bytes, more than the limit of \(limit); \
      use a shorter text, a smaller --max-length or fewer layers
      """
    case .vocabularyMismatch(let model, let tokenizer, let weights):
      """
      \(model): tokenizer.json has ids up to \(tokenizer - 1) but the embedding matrix has \(weights) rows; \
      the two files belong to different models
      """
    case .nonFiniteVector(let model, let index):
      """
      \(model): text \(index) gave a vector with NaN or infinity; \
      its weights overflow in f32 or are damaged; fetch the model anew with 'vecscope pull'
      """
    case .markerMissing(let model, let token):
      """
      \(model): the marker token '\(token)' is not in the tokenizer's vocabulary; \
      take the tokenizer from the model's own repository
      """
    case .layerUnavailable(let layer, let model, let layers):
      "layer \(layer): the encoder \(model) has \(layers) layers; models with several encoders are read at their last"
    case .widthsDiffer(let query, let document):
      """
      a query's vector has \(query) values and a text's has \(document): \
      the encoders of this model meet only behind their own heads; use --head declared
      """
    case .poolingUnavailable(let pooling):
      "pooling '\(pooling.rawValue)' needs a decoder, which this model does not have"
    }
  }
}
