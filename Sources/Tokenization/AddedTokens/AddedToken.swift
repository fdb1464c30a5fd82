import JSONText

/// A token that is looked for in the text itself, before the model sees it.
struct AddedToken: Sendable, Equatable {
  var content: String
  var id: Int
  /// Whether it counts only where no word character touches it.
  var isSingleWord = false
  /// Whether it takes the white space on its left with it.
  var stripsLeft = false
  /// Whether it takes the white space on its right with it.
  var stripsRight = false
  /// Whether it is looked for in the normalised text, in its own normalised form.
  var isNormalized = false
  var isSpecial = true
}

extension AddedToken {
  /// Reads one element of `added_tokens`.
  init(_ json: JSONReader) throws(TokenizationError) {
    self.init(content: try json.string("content"), id: try json.integer("id"))
    isSingleWord = try json.bool("single_word")
    stripsLeft = try json.bool("lstrip")
    stripsRight = try json.bool("rstrip")
    isNormalized = try json.bool("normalized")
    isSpecial = try json.bool("special")
    try check(json)
  }

  /// Reads a token as `tokenizer_config.json` and `special_tokens_map.json` declare it: flags may be absent.
  init(declared json: JSONReader, id: Int, isSpecial: Bool) throws(TokenizationError) {
    self.init(content: try json.string("content"), id: id)
    isSingleWord = try json.optionalBool("single_word") ?? false
    stripsLeft = try json.optionalBool("lstrip") ?? false
    stripsRight = try json.optionalBool("rstrip") ?? false
    isNormalized = try json.optionalBool("normalized") ?? !isSpecial
    self.isSpecial = isSpecial
    try check(json)
  }

  /// Reads a member of `added_tokens_decoder`, whose key is the id.
  init(listed member: JSONObject.Member, in list: JSONReader) throws(TokenizationError) {
    guard let id = Int(member.key) else {
      throw list.wrongValue(member.key, found: "a key that is no number", expected: "an id")
    }
    let json = try list.reader(of: member.value, at: member.key)
    let isSpecial = try json.optionalBool("special") ?? false
    try self.init(declared: json, id: id, isSpecial: isSpecial)
  }

  /// As an element of `added_tokens`.
  var json: JSONValue {
    .object([
      "id": .integer(id), "content": .string(content), "single_word": .bool(isSingleWord),
      "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight), "normalized": .bool(isNormalized),
      "special": .bool(isSpecial),
    ])
  }

  private func check(_ json: JSONReader) throws(TokenizationError) {
    let length = content.unicodeScalars.count
    guard length <= Self.maximumLength else {
      throw json.wrongValue("content", found: "\(length) scalars", expected: "at most \(Self.maximumLength)")
    }
    // Every space of a row would be a token with all that follow it: the square of the text.
    guard !stripsRight || !content.unicodeScalars.allSatisfy(\.isWhitespace) else {
      throw json.wrongValue("rstrip", found: "true", expected: "false for a token of white space alone")
    }
  }

  /// Longer ones are in no real file, and would make the search slow.
  static let maximumLength = 1024
}
