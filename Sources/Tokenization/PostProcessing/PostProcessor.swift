import JSONText

/// What is put round the tokens of a text once they are cut to length.
///
/// All kinds that `tokenizer.json` can name come down to tokens before, tokens after, and for RoBERTa the
/// trimming of spaces from offsets.
struct PostProcessor: Sendable, Equatable {
  /// A token that stands for no part of the text.
  struct SpecialToken: Sendable, Equatable {
    var id: Int32
    var token: String
  }

  var before: [SpecialToken] = []
  var after: [SpecialToken] = []
  /// Whether spaces at the ends of tokens are left out of the offsets.
  var trimsOffsets = false
  /// Whether the tokenizer may have put the leading space of the first token there itself.
  var addsPrefixSpace = false

  /// How many tokens are added to each text.
  var count: Int { before.count + after.count }

  /// The kinds as `tokenizer.json` names them.
  enum Kind: String, CaseIterable {
    case template = "TemplateProcessing"
    case bert = "BertProcessing"
    case roberta = "RobertaProcessing"
  }

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
      if kind == .roberta {
        trimsOffsets = try json.bool("trim_offsets")
        addsPrefixSpace = try json.bool("add_prefix_space")
      }
    }
    for special in before + after where vocabulary.token(for: special.id) == nil {
      throw .tokenAbsent(
        file: json.file, token: special.token, purpose: "\(json.path), id \(special.id)")
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
