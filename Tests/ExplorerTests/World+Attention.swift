import Recipes

@testable import Explorer

/// Made-up attention: heads that look at the first token, at themselves, at the one before, and everywhere.
extension World {
  func attention(_ request: AttentionRequest) -> AttentionMaps {
    let pieces = Self.pieces(request.encoding.prompt) + Self.pieces(request.text)
    let kept = pieces.prefix(max(0, request.encoding.maximumLength - 2))
    let names = ["[CLS]"] + kept + ["[SEP]"]
    let tokens = names.enumerated().map { index, name in
      QueryTokens.Token(
        text: name, id: 1000 + index, isSpecial: index == 0 || index == names.count - 1,
        isUnknown: name == "[UNK]", isPrompt: false)
    }
    let (layers, heads) = (description.layers, description.heads)
    var values: [Float] = []
    values.reserveCapacity(layers * heads * tokens.count * tokens.count)
    for head in 0..<layers * heads {
      for row in tokens.indices { values += Self.attentionRow(head, row, tokens.count) }
    }
    return AttentionMaps(tokens: tokens, layers: layers, heads: heads, values: values)
  }

  /// Most of the mass where the head looks, the rest spread evenly; the sum is 1.
  private static func attentionRow(_ head: Int, _ row: Int, _ count: Int) -> [Float] {
    let target: Int? =
      switch head % 7 {
      case 0: 0
      case 1, 6: row
      case 2: max(0, row - 1)
      case 3: min(count - 1, row + 1)
      case 4: count - 1
      default: nil
      }
    let mass: Float = target == nil ? 0 : 0.5 + 0.05 * Float(head % 5)
    return (0..<count).map { (1 - mass) / Float(count) + ($0 == target ? mass : 0) }
  }
}
