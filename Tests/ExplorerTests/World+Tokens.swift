import Recipes

@testable import Explorer

/// Made-up explanations: shares that add up to the score, similarities that follow from the tokens' names.
extension World {
  func explanation(_ request: ExplanationRequest) -> TokenExplanation {
    let recipe = request.recipe
    let isExact = recipe.readout.pooling == [.mean]
    let score: Float = recipe.metric.isDistance ? -0.7623 : 0.6981
    func side(_ text: String, _ encoding: Encoding, bias: Float) -> TokenExplanation.Side {
      let all = Self.explained(text, prompt: encoding.prompt, poolsPrompt: recipe.readout.poolsPrompt)
      let kept = all.prefix(max(0, encoding.maximumLength - 2))
      var tokens = [Self.special("[CLS]", 101)] + kept + [Self.special("[SEP]", 102)]
      let hasShares = !request.text.isEmpty
      let weights = tokens.indices.map { hasShares ? Self.weight($0, tokens[$0]) : 0 }
      let total = weights.reduce(0, +)
      for index in tokens.indices where hasShares {
        guard isExact || !tokens[index].isSpecial else { continue }
        tokens[index].share = (score - bias) * weights[index] / (total == 0 ? 1 : total)
      }
      let sum = tokens.reduce(Float(0)) { $0 + ($1.share ?? 0) }
      return TokenExplanation.Side(
        tokens: tokens, bias: hasShares && isExact ? bias : 0,
        residual: hasShares ? score - sum - (isExact ? bias : 0) : 0, totalCount: all.count + 2,
        limit: encoding.maximumLength,
        droppedText: all.dropFirst(kept.count).map(\.text).joined(separator: " "))
    }
    let query = side(request.query, recipe.queries, bias: 0.0125)
    let document = request.text.isEmpty ? nil : side(request.text, recipe.documents, bias: 0.0125)
    let pairs = query.tokens.flatMap { token in
      (document?.tokens ?? []).map { Self.similarity(token.text, $0.text) }
    }
    return TokenExplanation(
      score: score, metric: recipe.metric,
      method: isExact ? .linear : .leaveOneOut(reason: "this pooling is no sum over tokens"), query: query,
      document: document, similarities: pairs,
      contributions: isExact && document != nil ? pairs.map { ($0 - 0.3) / Float(pairs.count) } : nil)
  }

  /// Words in pieces of at most six letters, ideographs one by one; what is not a letter is unknown.
  static func pieces(_ text: String) -> [String] {
    text.lowercased().split(whereSeparator: \.isWhitespace).flatMap { word -> [String] in
      if word.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation }) { return ["[UNK]"] }
      if word.unicodeScalars.contains(where: \.properties.isIdeographic) { return word.map { String($0) } }
      let letters = Array(word)
      return stride(from: 0, to: letters.count, by: 6).map { start in
        (start > 0 ? "##" : "") + String(letters[start..<min(start + 6, letters.count)])
      }
    }
  }

  private static func explained(
    _ text: String, prompt: String, poolsPrompt: Bool
  ) -> [TokenExplanation.Token] {
    pieces(prompt).map { token($0, isPrompt: true, isPooled: poolsPrompt) } + pieces(text).map { token($0) }
  }

  private static func token(
    _ text: String, isPrompt: Bool = false, isPooled: Bool = true
  ) -> TokenExplanation.Token {
    .init(
      text: text, id: text == "[UNK]" ? 100 : 1000 + Int(hash(text) % 29_000), isSpecial: false,
      isUnknown: text == "[UNK]", isPrompt: isPrompt, isPooled: isPooled, share: nil)
  }

  private static func special(_ text: String, _ id: Int) -> TokenExplanation.Token {
    .init(text: text, id: id, isSpecial: true, isUnknown: false, isPrompt: false, isPooled: true, share: nil)
  }

  /// What a token's share is proportional to: some are negative.
  private static func weight(_ index: Int, _ token: TokenExplanation.Token) -> Float {
    token.isPooled ? 1 + Float(hash(token.text) % 100) / 20 - Float(index % 3) * 1.6 : 0
  }

  /// 1 for equal tokens, else a number that follows from both.
  static func similarity(_ a: String, _ b: String) -> Float {
    a == b ? 1 : Float((hash(a) ^ hash(b)) % 1000) / 1250 - 0.1
  }

  /// A number that follows from a text alone (FNV-1a), the same in every run.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } >> 20
  }
}
