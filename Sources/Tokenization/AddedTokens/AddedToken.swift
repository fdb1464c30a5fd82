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
    try checkLength(json)
  }

  /// Reads a token as `tokenizer_config.json` and `special_tokens_map.json` declare it: flags may be absent.
  init(declared json: JSONReader, id: Int, isSpecial: Bool) throws(TokenizationError) {
    self.init(content: try json.string("content"), id: id)
    isSingleWord = try json.optionalBool("single_word") ?? false
    stripsLeft = try json.optionalBool("lstrip") ?? false
    stripsRight = try json.optionalBool("rstrip") ?? false
    isNormalized = try json.optionalBool("normalized") ?? !isSpecial
    self.isSpecial = isSpecial
    try checkLength(json)
  }

  private func checkLength(_ json: JSONReader) throws(TokenizationError) {
    let length = content.unicodeScalars.count
    guard length <= Self.maximumLength else {
      throw json.wrongValue("content", found: "\(length) scalars", expected: "at most \(Self.maximumLength)")
    }
  }

  /// Longer ones are in no real file, and would make the search slow.
  static let maximumLength = 1024
}
