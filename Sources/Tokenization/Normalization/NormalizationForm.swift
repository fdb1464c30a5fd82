extension NormalizedText {
  /// Decomposition: canonical (NFD), or that of compatibility (NFKD).
  ///
  /// Marks are sorted by their combining class. Sources are dealt out in the order *after* sorting, the
  /// first scalar of each decomposition taking the next source and the others repeating it, because that
  /// is how the reference implementation counts.
  mutating func decompose(compatibly: Bool = false) {
    let isChanged = compatibly ? Self.isCompatible : Self.isDecomposable
    guard let first = scalars.firstIndex(where: isChanged) else { return }
    var builder = Builder(self, upTo: first)
    var next = first
    var last = sourceEntry(before: first)
    forEachPart(from: first, compatibly: compatibly) { part in
      if !part.isAdded {
        last = sourceEntry(next)
        next += 1
      }
      builder.append(part.scalar, from: last)
    }
    self = builder.text
  }

  /// Composition after decomposition: canonical (NFC), or with that of compatibility (NFKC).
  mutating func compose(compatibly: Bool = false) {
    // What comes before these is never changed, but may be a letter to which a mark is added.
    let limit: UInt32 = compatibly ? 0xa0 : 0x300
    guard let place = scalars.firstIndex(where: { $0.value >= limit }) else { return }
    let first = max(0, place - 1)
    var composer = Composer()
    composer.output.reserveCapacity(scalars.count - first)
    forEachPart(from: first, compatibly: compatibly) { composer.take($0) }
    composer.finish()
    transform(composer.output, from: first)
  }

  /// Calls `take` with each scalar of the decomposition, in canonical order.
  @inline(__always)
  private func forEachPart(from first: Int, compatibly: Bool, _ take: (PendingMarks.Part) -> Void) {
    var pending = PendingMarks()
    for scalar in scalars[first...] {
      guard compatibly ? Self.isCompatible(scalar) : Self.isDecomposable(scalar) else {
        pending.flush(take)
        take(PendingMarks.Part(scalar: scalar, isAdded: false, combiningClass: 0))
        continue
      }
      var isAdded = false
      func append(_ part: Unicode.Scalar) {
        let combiningClass = part.value < 0x300 ? 0 : CanonicalDecomposition.combiningClass(of: part)
        if combiningClass == 0 { pending.flush(take) }
        pending.append(PendingMarks.Part(scalar: part, isAdded: isAdded, combiningClass: combiningClass))
        isAdded = true
      }
      if compatibly, let parts = CompatibilityDecomposition.of(scalar) {
        for part in parts { append(part) }
      } else {
        CanonicalDecomposition.forEachScalar(of: scalar, append)
      }
    }
    pending.flush(take)
  }

  @inline(__always)
  private static func isDecomposable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xc0 && ScalarClass.of(scalar).contains(.decomposable)
  }

  @inline(__always)
  private static func isCompatible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xa0
      && (ScalarClass.of(scalar).contains(.decomposable) || CompatibilityDecomposition.of(scalar) != nil)
  }
}

/// Puts decomposed scalars together again as far as the standard says.
private struct Composer {
  var output: [ScalarChange] = []
  /// The starter to which marks are added; nil before the first.
  private var starter: ScalarChange?
  /// The marks behind the starter that did not compose with it.
  private var marks: [ScalarChange] = []
  /// The combining class of the last of `marks`.
  private var lastClass: UInt8?

  mutating func take(_ part: PendingMarks.Part) {
    let change = ScalarChange(scalar: part.scalar, change: part.isAdded ? 1 : 0)
    guard let starter else {
      if part.combiningClass == 0 { self.starter = change } else { output.append(change) }
      return
    }
    let isBlocked = lastClass.map { $0 >= part.combiningClass } ?? false
    if !isBlocked, let composite = CanonicalComposition.of(starter.scalar, part.scalar) {
      self.starter = ScalarChange(scalar: composite, change: starter.change + change.change - 1)
    } else if part.combiningClass == 0 {
      finish()
      self.starter = change
    } else {
      marks.append(change)
      lastClass = part.combiningClass
    }
  }

  /// Hands out what is waiting.
  mutating func finish() {
    if let starter { output.append(starter) }
    output += marks
    starter = nil
    marks.removeAll(keepingCapacity: true)
    lastClass = nil
  }
}

/// A starter and the combining marks after it, on the way into canonical order.
private struct PendingMarks {
  struct Part {
    var scalar: Unicode.Scalar
    /// Whether the part came out of a decomposition behind another.
    var isAdded: Bool
    var combiningClass: UInt8
  }

  private var parts: [Part] = []
  private var isSorted = true

  mutating func append(_ part: Part) {
    if let last = parts.last, last.combiningClass > part.combiningClass { isSorted = false }
    parts.append(part)
  }

  /// Hands over the parts in canonical order and forgets them.
  mutating func flush(_ take: (Part) -> Void) {
    if !isSorted { parts.count <= 32 ? sortFew() : sortMany() }
    for part in parts { take(part) }
    parts.removeAll(keepingCapacity: true)
    isSorted = true
  }

  private mutating func sortFew() {
    for index in parts.indices.dropFirst() {
      let part = parts[index]
      var place = index
      while place > 0, parts[place - 1].combiningClass > part.combiningClass {
        parts[place] = parts[place - 1]
        place -= 1
      }
      parts[place] = part
    }
  }

  /// A counting sort: stable, and linear for a text that is one long pile of marks.
  private mutating func sortMany() {
    var places = [Int](repeating: 0, count: 257)
    for part in parts { places[Int(part.combiningClass) + 1] += 1 }
    for combiningClass in 0..<256 { places[combiningClass + 1] += places[combiningClass] }
    var sorted = parts
    for part in parts {
      sorted[places[Int(part.combiningClass)]] = part
      places[Int(part.combiningClass)] += 1
    }
    parts = sorted
  }
}
