/// Spaces become a visible mark, which each piece begins with: how SentencePiece keeps them.
struct Metaspace: Sendable, Equatable {
  /// Which pieces get a mark in front of them, unless they begin with one.
  enum PrependScheme: String, CaseIterable, Sendable {
    case always
    /// Only the one at the very beginning of the text.
    case first
    case never
  }

  var replacement: Unicode.Scalar = "\u{2581}"
  var prependScheme = PrependScheme.always
  /// Whether a piece is split before each mark.
  var splits = true

  func split(_ text: inout PreTokenizedText) {
    var builder = NormalizedText.Builder(text.text)
    var pieces: [Range<Int>] = []
    pieces.reserveCapacity(text.pieces.count)
    for piece in text.pieces {
      var start = builder.count
      if prepends(to: piece, of: text.text) {
        builder.append(replacement, from: text.text.sourceEntry(piece.lowerBound))
      }
      for index in piece {
        let scalar = text.text.scalars[index]
        let shown = scalar == " " ? replacement : scalar
        if splits, shown == replacement, start < builder.count {
          pieces.append(start..<builder.count)
          start = builder.count
        }
        builder.append(shown, from: text.text.sourceEntry(index))
      }
      pieces.append(start..<builder.count)
    }
    text.text = builder.text
    text.pieces = pieces
  }

  private func prepends(to piece: Range<Int>, of text: NormalizedText) -> Bool {
    let first = text.scalars[piece.lowerBound]
    guard first != replacement, first != " " else { return false }
    return switch prependScheme {
    case .always: true
    case .first: text.sourceEntry(piece.lowerBound).start == 0
    case .never: false
    }
  }
}

extension Metaspace {
  /// Reads the pre-tokenizer of that name.
  ///
  /// Old files say with `add_prefix_space` what newer ones say with `prepend_scheme`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let replacement = try json.string("replacement")
    guard let scalar = replacement.unicodeScalars.first, replacement.unicodeScalars.count == 1 else {
      throw json.wrongValue("replacement", found: "'\(replacement)'", expected: "one character")
    }
    let name = try json.optionalString("prepend_scheme")
    guard let scheme = PrependScheme.named(name ?? PrependScheme.always.rawValue) else {
      throw json.wrongValue(
        "prepend_scheme", found: "'\(name ?? "")'", expected: PrependScheme.names.joined(separator: ", "))
    }
    self.init(
      replacement: scalar, prependScheme: scheme, splits: try json.optionalBool("split") ?? true)
    guard try json.optionalBool("add_prefix_space") == false else { return }
    guard name == nil || scheme == .never else {
      throw json.wrongValue(
        "add_prefix_space", found: "false", expected: "true, because prepend_scheme is '\(scheme.rawValue)'")
    }
    prependScheme = .never
  }
}
