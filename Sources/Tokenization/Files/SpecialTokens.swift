import JSONText

/// The tokens that `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` name for a
/// tokenizer without a `tokenizer.json`.
struct SpecialTokens {
  /// In the order in which they count: of two that declare one token the later.
  private static let keys = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  private let configuration: JSONReader?
  /// By key of the configuration.
  private var named: [String: AddedToken] = [:]
  /// Those without a role of their own.
  private var others: [AddedToken] = []
  /// Those whose id the files say.
  private var listed: [AddedToken] = []

  /// Reads the files; `standards` are the tokens by key where they name none.
  init(_ folder: TokenizerFolder, standards: [String: String]) throws(TokenizationError) {
    configuration = try folder.object("tokenizer_config.json")
    let list = try configuration?.optionalObject("added_tokens_decoder")
    // The file of old folders counts only where the new list is not there.
    let map = list == nil ? try folder.object("special_tokens_map.json") : nil
    for key in Self.keys {
      named[key] = standards[key].map { AddedToken(content: $0, id: 0) }
      for file in [configuration, map] {
        guard let file, file.members.contains(where: { $0.key.hasSameScalars(as: key) }) else { continue }
        named[key] = try Self.token(try file.value(key), key, file)
      }
    }
    for file in [configuration, map] {
      guard let file else { continue }
      for key in ["additional_special_tokens", "extra_special_tokens"] {
        guard case .array(let elements) = try file.value(key) else { continue }
        for element in elements {
          if let token = try Self.token(element, key, file) { others.append(token) }
        }
      }
    }
    if let list {
      for member in list.members { listed.append(try AddedToken(listed: member, in: list)) }
    } else if let extra = try folder.object("added_tokens.json") {
      for member in extra.members { listed.append(try token(listed: member, in: extra)) }
    }
    listed.sort { $0.id < $1.id }
  }

  func flag(_ key: String, else standard: Bool = false) throws(TokenizationError) -> Bool {
    try configuration?.optionalBool(key) ?? standard
  }

  /// What a special token is written as.
  func content(of key: String) -> String? { named[key]?.content }

  func has(_ key: String) -> Bool { named[key] != nil }

  /// A special token that must be in the vocabulary.
  func token(
    of key: String, in vocabulary: Vocabulary
  ) throws(TokenizationError) -> (token: String, id: Int) {
    guard let token = named[key], let id = vocabulary.id(of: token.content) else {
      throw .tokenAbsent(file: vocabulary.file, token: named[key]?.content ?? "", purpose: key)
    }
    return (token.content, Int(id))
  }

  /// All tokens to look for in texts: those whose ids are known, and behind them the others.
  func addedTokens(_ vocabulary: Vocabulary) -> [AddedToken] {
    var tokens = listed
    var next = max(vocabulary.size, (listed.last?.id ?? -1) + 1)
    for var token in Self.keys.compactMap({ named[$0] }) + others {
      guard !listed.contains(where: { $0.content.hasSameScalars(as: token.content) }) else { continue }
      if let index = tokens.firstIndex(where: { $0.content.hasSameScalars(as: token.content) }) {
        token.id = tokens[index].id
        tokens[index] = token
      } else {
        if let id = vocabulary.id(of: token.content) {
          token.id = Int(id)
        } else {
          token.id = next
          next += 1
        }
        tokens.append(token)
      }
    }
    return tokens
  }

  /// A token named by a string, or by an object with its content and flags; nil for null.
  private static func token(
    _ value: JSONValue?, _ key: String, _ file: JSONReader
  ) throws(TokenizationError) -> AddedToken? {
    switch value {
    case nil, .null: return nil
    case .string(let name): return AddedToken(content: name, id: 0)
    case .some(let value):
      var token = try AddedToken(declared: try file.reader(of: value, at: key), id: 0, isSpecial: true)
      if try file.reader(of: value, at: key).value("normalized") == nil { token.isNormalized = false }
      return token
    }
  }

  /// A member of `added_tokens.json`: special if it is named as such elsewhere.
  private func token(
    listed member: JSONObject.Member, in file: JSONReader
  ) throws(TokenizationError) -> AddedToken {
    guard case .integer(let id) = member.value else {
      throw file.wrongValue(member.key, found: member.value.summary, expected: "an id")
    }
    let isSpecial = (Array(named.values) + others).contains { $0.content.hasSameScalars(as: member.key) }
    return AddedToken(content: member.key, id: id, isNormalized: !isSpecial, isSpecial: isSpecial)
  }
}
