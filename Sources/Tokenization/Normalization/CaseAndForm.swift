extension NormalizedText {
  /// Lower-cases scalar by scalar: a final sigma is not special, and İ becomes two scalars.
  mutating func lowercase() {
    var expands = false
    for index in scalars.indices {
      let value = scalars[index].value
      if value < 0x80 {
        if value &- 0x41 < 26 { setScalar(Unicode.Scalar(UInt8(value + 32)), at: index) }
      } else if ScalarClass.of(scalars[index]).contains(.lowercasable) {
        let mapping = scalars[index].properties.lowercaseMapping.unicodeScalars
        if mapping.count == 1, let lower = mapping.first {
          setScalar(lower, at: index)
        } else {
          expands = true
        }
      }
    }
    guard expands else { return }
    expand(where: { $0.value >= 0x80 && ScalarClass.of($0).contains(.lowercasable) }) { scalar, append in
      for lower in scalar.properties.lowercaseMapping.unicodeScalars { append(lower) }
    }
  }

  /// Canonical decomposition (NFD).
  ///
  /// Marks are sorted by their combining class. Sources are dealt out in the order *after* sorting, the
  /// first scalar of each decomposition taking the next source and the others repeating it, because that
  /// is how the reference implementation counts.
  mutating func decomposeCanonically() {
    guard let first = scalars.firstIndex(where: Self.isDecomposable) else { return }
    var builder = Builder(self, upTo: first)
    var pending = PendingMarks()
    var next = first
    var last = Source(start: 0, end: 0)
    if first > 0 { last = sourceEntry(first - 1) }
    func take(_ part: PendingMarks.Part) {
      if !part.isAdded {
        last = sourceEntry(next)
        next += 1
      }
      builder.append(part.scalar, from: last)
    }
    for scalar in scalars[first...] {
      guard Self.isDecomposable(scalar) else {
        pending.flush(take)
        take(PendingMarks.Part(scalar: scalar, isAdded: false, combiningClass: 0))
        continue
      }
      var isAdded = false
      CanonicalDecomposition.forEachScalar(of: scalar) { part in
        let combiningClass = part.value < 0x300 ? 0 : CanonicalDecomposition.combiningClass(of: part)
        if combiningClass == 0 { pending.flush(take) }
        pending.append(PendingMarks.Part(scalar: part, isAdded: isAdded, combiningClass: combiningClass))
        isAdded = true
      }
    }
    pending.flush(take)
    self = builder.text
  }

  @inline(__always)
  private static func isDecomposable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xc0 && ScalarClass.of(scalar).contains(.decomposable)
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
