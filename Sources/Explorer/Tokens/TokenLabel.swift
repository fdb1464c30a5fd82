import Screen

/// How single tokens are written, wherever they stand.
enum TokenLabel {
  /// A token's text on one line and of bounded length; `␣` for one of white space alone.
  static func text(_ text: String) -> String {
    let shown = text.prefixOnOneLine(24)
    if !shown.isEmpty { return shown }
    return text.isEmpty ? "∅" : "␣"
  }

  /// What became of the token's state, as a sign: pooled, attended to alone, neither.
  static func sign(_ token: TokenExplanation.Token) -> String {
    token.isPooled ? "●" : token.isAttended ? "○" : "×"
  }

  /// `s` for special tokens, `?` for unknown ones, `p` for those of the prompt.
  static func kind(_ token: TokenExplanation.Token) -> String {
    token.isUnknown ? "?" : token.isSpecial ? "s" : token.isPrompt ? "p" : ""
  }

  static func style(_ token: TokenExplanation.Token) -> StyleName {
    if token.isUnknown { return .tokenUnknown }
    if token.isSpecial { return .tokenSpecial }
    return token.isPrompt ? .tokenPrompt : .token
  }
}
