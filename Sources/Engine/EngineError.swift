/// A request that does not fit what the engine has.
public enum EngineError: Error, Equatable, Sendable {
  case modelNotLoaded(String)
  case noCorpus
  case layerNotTraced(Int)
  case noMap
  case noAttention(model: String)
}

extension EngineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .modelNotLoaded(let identity):
      "the model \(identity.prefix(12)) is no longer in memory; choose it again with F5"
    case .noCorpus: "no corpus is open; open one from the palette or start with --corpus FILE"
    case .noAttention(let model):
      "\(model) has no attention for this text: its encoder looks each token's vector up in a table"
    case .noMap: "no map of these texts has been drawn yet"
    case .layerNotTraced(let layer): "layer \(layer) is not among the states of this text"
    }
  }
}
