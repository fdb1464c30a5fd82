/// A text on its way through normalisation, which remembers where each scalar came from.
///
/// Offsets are in Unicode scalars of the text as it was given. While no scalar has been added or removed
/// the alignment is plain counting and takes no memory.
struct NormalizedText: Sendable {
  /// Where a scalar came from: a half-open range of the given text.
  struct Source: Sendable, Equatable {
    var start: UInt32
    var end: UInt32
  }

  /// The normalised scalars.
  private(set) var scalars: [Unicode.Scalar]
  /// One source for each scalar, or nil while scalar `i` is scalar `origin + i` of the given text.
  private var sources: [Source]?
  private let origin: Int

  /// A text of which nothing has been changed yet, at scalar `origin` of the given one.
  init(_ scalars: [Unicode.Scalar], origin: Int = 0) {
    self.scalars = scalars
    self.origin = origin
  }

  /// The part of the given text behind a range of the normalised one.
  @inline(__always)
  func source(of range: Range<Int>) -> Range<Int> {
    guard let sources else { return origin + range.lowerBound..<origin + range.upperBound }
    guard !range.isEmpty else { return 0..<0 }
    let start = Int(sources[range.lowerBound].start)
    return start..<max(start, Int(sources[range.upperBound - 1].end))
  }

  /// The text of a range.
  func string(in range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  /// A part of the text, with its sources.
  func slice(_ range: Range<Int>) -> NormalizedText {
    guard range != 0..<scalars.count else { return self }
    var slice = NormalizedText(Array(scalars[range]), origin: origin + range.lowerBound)
    if let sources { slice.sources = Array(sources[range]) }
    return slice
  }
}

extension NormalizedText {
  /// Replaces each scalar by one other.
  @inline(__always)
  mutating func map(_ transform: (Unicode.Scalar) -> Unicode.Scalar) {
    for index in scalars.indices { scalars[index] = transform(scalars[index]) }
  }

  /// Keeps the scalars that satisfy the predicate, each with its source.
  @inline(__always)
  mutating func filter(_ isIncluded: (Unicode.Scalar) -> Bool) {
    guard let first = scalars.firstIndex(where: { !isIncluded($0) }) else { return }
    materializeSources()
    guard var kept = sources else { return }
    var count = first
    for index in first..<scalars.count where isIncluded(scalars[index]) {
      scalars[count] = scalars[index]
      kept[count] = kept[index]
      count += 1
    }
    scalars.removeLast(scalars.count - count)
    kept.removeLast(kept.count - count)
    sources = kept
  }

  /// Replaces each scalar by any number of others, all with the source of the scalar they replace.
  ///
  /// Nothing is copied before the first scalar for which `isChanged` holds.
  @inline(__always)
  mutating func expand(
    where isChanged: (Unicode.Scalar) -> Bool,
    _ expansion: (Unicode.Scalar, (Unicode.Scalar) -> Void) -> Void
  ) {
    guard let first = scalars.firstIndex(where: isChanged) else { return }
    var builder = Builder(self, upTo: first)
    for index in first..<scalars.count {
      let source = sourceEntry(index)
      if isChanged(scalars[index]) {
        expansion(scalars[index]) { builder.append($0, from: source) }
      } else {
        builder.append(scalars[index], from: source)
      }
    }
    self = builder.text
  }

  /// The source of one scalar.
  @inline(__always)
  func sourceEntry(_ index: Int) -> Source {
    sources?[index] ?? Source(start: UInt32(origin + index), end: UInt32(origin + index + 1))
  }

  /// Where scalars come from that stand before everything that was given.
  var emptyBeginning: Source { Source(start: UInt32(origin), end: UInt32(origin)) }

  private mutating func materializeSources() {
    if sources == nil { sources = scalars.indices.map { sourceEntry($0) } }
  }
}

extension NormalizedText {
  /// Puts together the text that follows another in normalisation.
  struct Builder {
    private var scalars: [Unicode.Scalar] = []
    private var sources: [Source] = []
    private let origin: Int

    /// Begins with the first `count` scalars of `text`, unchanged.
    init(_ text: NormalizedText, upTo count: Int = 0) {
      origin = text.origin
      scalars.reserveCapacity(text.scalars.count + text.scalars.count / 4)
      sources.reserveCapacity(text.scalars.count + text.scalars.count / 4)
      scalars.append(contentsOf: text.scalars[..<count])
      for index in 0..<count { sources.append(text.sourceEntry(index)) }
    }

    /// How many scalars have been put together.
    var count: Int { scalars.count }

    @inline(__always)
    mutating func append(_ scalar: Unicode.Scalar, from source: Source) {
      scalars.append(scalar)
      sources.append(source)
    }

    var text: NormalizedText {
      var text = NormalizedText(scalars, origin: origin)
      text.sources = sources
      return text
    }
  }
}

extension NormalizedText {
  /// Sets one scalar, which keeps its source.
  @inline(__always)
  mutating func setScalar(_ scalar: Unicode.Scalar, at index: Int) { scalars[index] = scalar }

  /// Removes white space at the ends.
  mutating func strip(left: Bool, right: Bool) {
    var range = 0..<scalars.count
    while left, let first = range.first, scalars[first].isWhitespace { range.removeFirst() }
    while right, let last = range.last, scalars[last].isWhitespace { range.removeLast() }
    self = slice(range)
  }

  /// Replaces each occurrence of a non-empty pattern; the content has the source of the pattern's last scalar.
  mutating func replace(_ pattern: [Unicode.Scalar], with content: [Unicode.Scalar]) {
    var builder = Builder(self)
    var index = 0
    var isChanged = false
    while index < scalars.count {
      if scalars[index...].starts(with: pattern) {
        let source = sourceEntry(index + pattern.count - 1)
        for scalar in content { builder.append(scalar, from: source) }
        index += pattern.count
        isChanged = true
      } else {
        builder.append(scalars[index], from: sourceEntry(index))
        index += 1
      }
    }
    if isChanged { self = builder.text }
  }
}
