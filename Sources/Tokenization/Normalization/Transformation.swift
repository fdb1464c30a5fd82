/// One scalar of a text after a step of normalisation, and what became of those before.
struct ScalarChange: Equatable, Sendable {
  var scalar: Unicode.Scalar
  /// 1: it was added behind the one before; 0: it takes the place of one; −n: of one and the n after it.
  var change: Int32
}

extension NormalizedText {
  /// Replaces everything from scalar `first` on.
  ///
  /// An added scalar has the source of the scalar before the place reached, another that of the scalar whose
  /// place it takes. This is how the reference implementation counts, and where its steps of normalisation
  /// count too few or too many, the sources shift here as they do there.
  mutating func transform(_ changes: [ScalarChange], from first: Int = 0) {
    var builder = Builder(self, upTo: first)
    var next = first
    for change in changes {
      if change.change > 0 {
        builder.append(change.scalar, from: sourceEntry(before: next))
      } else {
        builder.append(change.scalar, from: sourceEntry(min(next, scalars.count - 1)))
        next += 1 - Int(change.change)
      }
    }
    self = builder.text
  }

  /// The source of what is added at a place: that of the scalar before it, or the empty beginning.
  func sourceEntry(before index: Int) -> Source {
    index > 0 ? sourceEntry(index - 1) : emptyBeginning
  }

  /// Puts scalars before the first, with its source.
  ///
  /// Where there is nothing to put, the first loses its source: so it is in the reference implementation.
  mutating func prepend(_ prefix: [Unicode.Scalar]) {
    guard let first = scalars.first else { return }
    var builder = Builder(self)
    let source = prefix.isEmpty ? emptyBeginning : sourceEntry(0)
    for scalar in prefix { builder.append(scalar, from: source) }
    builder.append(first, from: source)
    for index in scalars.indices.dropFirst() { builder.append(scalars[index], from: sourceEntry(index)) }
    self = builder.text
  }

  /// Replaces each match of an expression, also those of nothing, which there are none of in an empty text.
  ///
  /// The content has the source of the scalar before the end of the match.
  mutating func replace(_ pattern: Expression, with content: [Unicode.Scalar]) {
    guard !scalars.isEmpty else { return }
    var builder = Builder(self)
    var covered = 0
    pattern.forEachMatch(in: scalars, 0..<scalars.count) { match in
      for index in covered..<match.lowerBound { builder.append(scalars[index], from: sourceEntry(index)) }
      for scalar in content { builder.append(scalar, from: sourceEntry(before: match.upperBound)) }
      covered = match.upperBound
    }
    for index in covered..<scalars.count { builder.append(scalars[index], from: sourceEntry(index)) }
    self = builder.text
  }

  /// Removes and evens out the scalars that the training of machine translation did (the rules called NMT).
  mutating func cleanLikeTranslation() {
    filter {
      switch $0.value {
      case 0x01...0x08, 0x0b, 0x0e...0x1f, 0x7f, 0x8f, 0x9f: false
      default: true
      }
    }
    map {
      switch $0.value {
      case 0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x200b...0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd: " "
      default: $0
      }
    }
  }

  /// Replaces each scalar by the letters that stand for its UTF-8 bytes.
  mutating func spellBytes() {
    expand(where: { _ in true }) { scalar, append in
      for byte in scalar.utf8 { append(ByteAlphabet.scalar(for: byte)) }
    }
  }
}
