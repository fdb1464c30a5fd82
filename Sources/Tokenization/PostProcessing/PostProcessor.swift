import JSONText

/// What is put round the tokens of a text once they are cut to length.
///
/// All kinds that `tokenizer.json` can name come down to tokens before, tokens after, and for byte-level
/// tokenizers the trimming of spaces from offsets.
struct PostProcessor: Sendable, Equatable {
  /// A token that stands for no part of the text.
  struct SpecialToken: Sendable, Equatable {
    var id: Int32
    var token: String
  }

  var before: [SpecialToken] = []
  var after: [SpecialToken] = []
  /// How spaces at the ends of tokens are left out of the offsets, one time after the other.
  var trims: [OffsetTrim] = []

  /// How many tokens are added to each text.
  var count: Int { before.count + after.count }

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case template = "TemplateProcessing"
    case bert = "BertProcessing"
    case roberta = "RobertaProcessing"
    case byteLevel = "ByteLevel"
    case sequence = "Sequence"
  }
}

/// Takes the white space at the ends of tokens out of their offsets.
struct OffsetTrim: Sendable, Equatable {
  /// Whether the tokenizer may have put the leading space of the first token there itself.
  var addsPrefixSpace = false
  /// Whether special tokens already stand before the first token of the text.
  var comesBehindSpecials = false

  /// The offsets of a token without the white space at its ends.
  ///
  /// The space of the first token of a text may have been put there by the tokenizer, and then stays.
  func trimmed(_ offsets: Range<Int>, of token: String, isFirst: Bool) -> Range<Int> {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == "Ġ" || scalar.isWhitespace }
    var leading = token.unicodeScalars.prefix(while: isSpace).count
    let trailing = token.unicodeScalars.reversed().prefix(while: isSpace).count
    if (isFirst || offsets.lowerBound == 0) && addsPrefixSpace && leading == 1 { leading = 0 }
    let start = min(offsets.lowerBound + leading, offsets.upperBound)
    guard trailing > 0, offsets.upperBound >= trailing else { return start..<offsets.upperBound }
    return start..<max(offsets.upperBound - trailing, start)
  }
}

extension PostProcessor {
  /// Reads the value of the key `post_processor`, whose tokens must be in the vocabulary.
  init(_ json: JSONReader, vocabulary: Vocabulary) throws(TokenizationError) {
    let name = try json.string("type")
    guard let kind = Kind.named(name) else {
      throw .unsupportedPart(file: json.file, part: .postProcessor, name: name, supported: Kind.names)
    }
    switch kind {
    case .template: try self.init(template: json)
    case .bert, .roberta:
      self.init()
      before = [try Self.pair("cls", in: json)]
      after = [try Self.pair("sep", in: json)]
      if kind == .roberta { trims = try Self.trims(json) }
    case .byteLevel:
      self.init()
      trims = try Self.trims(json)
    case .sequence: try self.init(sequence: json, vocabulary: vocabulary)
    }
    for special in before + after where vocabulary.token(for: special.id) == nil {
      throw .tokenAbsent(
        file: json.file, token: special.token, purpose: "\(json.path), id \(special.id)")
    }
  }

  private static func trims(_ json: JSONReader) throws(TokenizationError) -> [OffsetTrim] {
    let addsPrefixSpace = try json.bool("add_prefix_space")
    return try json.bool("trim_offsets") ? [OffsetTrim(addsPrefixSpace: addsPrefixSpace)] : []
  }

  /// Reads parts that work one after the other, of which one may add tokens.
  private init(sequence json: JSONReader, vocabulary: Vocabulary) throws(TokenizationError) {
    self.init()
    var adding = 0
    // Templates leave the special tokens apart from the text; the two others put all in one.
    var isMarked = false
    for element in try json.steps("processors") {
      let part = try PostProcessor(element, vocabulary: vocabulary)
      for trim in part.trims {
        trims.append(OffsetTrim(addsPrefixSpace: trim.addsPrefixSpace, comesBehindSpecials: isMarked))
      }
      guard part.count > 0 else { continue }
      adding += 1
      (before, after) = (part.before, part.after)
      isMarked = try !element.string("type").hasSameScalars(as: Kind.template.rawValue) && !before.isEmpty
    }
    guard adding <= 1 else {
      throw json.wrongValue("processors", found: "\(adding) that add tokens", expected: "at most one")
    }
  }

  /// Reads the template for single texts; the one for pairs is not needed here.
  private init(template json: JSONReader) throws(TokenizationError) {
    self.init()
    let specials = try json.object("special_tokens")
    var sequences = 0
    for piece in try json.objects("single") {
      if let sequence = try piece.optionalObject("Sequence") {
        let id = try sequence.string("id")
        guard id.hasSameScalars(as: "A") else {
          throw sequence.wrongValue("id", found: "'\(id)'", expected: "'A', the only text there is")
        }
        sequences += 1
      } else {
        let tokens = try Self.tokens(try piece.object("SpecialToken"), specials)
        if sequences == 0 { before += tokens } else { after += tokens }
      }
    }
    guard sequences == 1 else {
      throw json.wrongValue("single", found: "\(sequences) places for the text", expected: "exactly one")
    }
  }

  private static func tokens(
    _ piece: JSONReader, _ specials: JSONReader
  ) throws(TokenizationError) -> [SpecialToken] {
    let special = try specials.object(try piece.string("id"))
    let ids = try special.array("ids")
    let tokens = try special.array("tokens")
    guard ids.count == tokens.count else {
      throw special.wrongValue("tokens", found: "\(tokens.count)", expected: "as many as ids, \(ids.count)")
    }
    var result: [SpecialToken] = []
    for (id, token) in zip(ids, tokens) {
      guard case .integer(let id) = id, let id = Int32(exactly: id), case .string(let token) = token else {
        throw special.wrongValue(
          "ids", found: "\(id.summary), \(token.summary)", expected: "an id and its token")
      }
      result.append(SpecialToken(id: id, token: token))
    }
    return result
  }

  private static func pair(_ key: String, in json: JSONReader) throws(TokenizationError) -> SpecialToken {
    let elements = try json.array(key)
    guard elements.count == 2, case .string(let token) = elements[0], case .integer(let id) = elements[1],
      let id = Int32(exactly: id)
    else { throw json.wrongValue(key, found: "something else", expected: "a token and its id") }
    return SpecialToken(id: id, token: token)
  }
}
