/// What follows pooling.
public enum HeadChoice: String, CaseIterable, Codable, Hashable, Sendable {
  /// The layers that the model declares.
  case declared
  case none
  /// The encoder's own pooler instead: a dense layer and tanh, trained with the encoder.
  case pooler
}
