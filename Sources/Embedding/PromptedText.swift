import Recipes
public import Tokenization

/// What the model is given for one text.
public struct PromptedText: Equatable, Sendable {
  /// Prompt and text, stripped where the encoding says so.
  public var string: String
  /// Token ids, tokens and offsets into `string`.
  public var tokens: TokenizedText
  /// How many leading tokens belong to the prompt, a leading special token included.
  ///
  /// As sentence-transformers counts: the tokens of the prompt alone, less a closing special token.
  public var promptLength: Int
  /// The most tokens that the encoding allows.
  public var limit: Int
  /// Which of the model's encoders the text goes through, where it has several.
  public var route: String?
}

extension Encoding {
  /// Prompt and text joined, as the reference library joins them.
  func string(of text: String) -> String {
    switch joining {
    case .asWritten:
      let joined = prompt + text
      return strip ? joined.strippingWhitespace() : joined
    case .stripped:
      return promptText + text.strippingWhitespace()
    }
  }

  /// The prompt as it stands before a text.
  var promptText: String { joining == .stripped ? prompt.strippingWhitespace() : prompt }
}

extension String {
  /// Removes white space at both ends by Unicode scalar, as Python's `str.strip` does.
  func strippingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isStrippable }) else { return "" }
    guard let last = scalars.lastIndex(where: { !$0.isStrippable }) else { return "" }
    return String(scalars[first...last])
  }
}

extension Unicode.Scalar {
  /// White space in Python's sense: Unicode's, and the four information separators.
  fileprivate var isStrippable: Bool {
    properties.isWhitespace || (0x1C...0x1F).contains(value)
  }
}
