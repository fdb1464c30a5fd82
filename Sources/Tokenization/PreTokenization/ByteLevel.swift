extension PreTokenizedText {
  /// Splits each piece into words if asked to, and spells all in characters for bytes.
  ///
  /// Every character of a scalar has the scalar's source, so that the parts of a scalar all stand for the
  /// whole of it. A space that is put before a piece has the source of the piece's first scalar.
  mutating func spellBytes(addsPrefixSpace: Bool, splitsWords: Bool) {
    if addsPrefixSpace { addPrefixSpaces() }
    if splitsWords {
      splitPieces { scalars, piece, parts in WordScanner.gpt2.split(scalars, piece, into: &parts) }
    }
    if text.scalars.allSatisfy({ $0.value < 0x80 }) {
      text.map { ByteAlphabet.scalar(for: UInt8($0.value)) }
    } else {
      rebuild { scalar, source, builder in
        for byte in scalar.utf8 {
          builder.append(ByteAlphabet.scalar(for: byte), from: source)
        }
      }
    }
  }

  private mutating func addPrefixSpaces() {
    guard pieces.contains(where: { text.scalars[$0.lowerBound] != " " }) else { return }
    rebuild(beforePiece: { scalar, source, builder in
      if scalar != " " { builder.append(" ", from: source) }
    }) { scalar, source, builder in builder.append(scalar, from: source) }
  }

  /// Writes the pieces anew, and leaves out what is between them.
  private mutating func rebuild(
    beforePiece: (Unicode.Scalar, NormalizedText.Source, inout NormalizedText.Builder) -> Void = { _, _, _ in
    },
    _ body: (Unicode.Scalar, NormalizedText.Source, inout NormalizedText.Builder) -> Void
  ) {
    var builder = NormalizedText.Builder(text)
    var rebuilt: [Range<Int>] = []
    rebuilt.reserveCapacity(pieces.count)
    for piece in pieces {
      let start = builder.count
      beforePiece(text.scalars[piece.lowerBound], text.sourceEntry(piece.lowerBound), &builder)
      for index in piece { body(text.scalars[index], text.sourceEntry(index), &builder) }
      rebuilt.append(start..<builder.count)
    }
    text = builder.text
    pieces = rebuilt
  }
}
