/// Extended grapheme clusters (Unicode Standard Annex 29), as ranges of scalars.
enum GraphemeClusters {
  /// Calls `body` with each cluster from scalar `first` on, where one must begin.
  @inline(__always)
  static func forEach(in scalars: [Unicode.Scalar], from first: Int, _ body: (Range<Int>) -> Void) {
    var index = first
    while index < scalars.count {
      let end = index + 1
      if standsAlone(scalars[index], before: end < scalars.count ? scalars[end] : "a") {
        body(index..<end)
        index = end
      } else {
        index = segment(scalars, from: index, body)
      }
    }
  }

  /// Whether it takes no rule to see that a cluster ends between two scalars.
  @inline(__always)
  private static func standsAlone(_ scalar: Unicode.Scalar, before next: Unicode.Scalar) -> Bool {
    guard next.value < 0x300 || isIdeograph(next.value) else { return false }
    return (scalar.value < 0x300 && scalar.value != 0xd) || isIdeograph(scalar.value)
  }

  /// The blocks of Kana and Chinese characters, without the marks among them.
  @inline(__always)
  private static func isIdeograph(_ value: UInt32) -> Bool {
    (0x4e00...0x9fff).contains(value) || (0x3041...0x3096).contains(value)
      || (0x30a1...0x30fa).contains(value)
  }

  /// Cuts the run of scalars that need the rules, by the standard library.
  ///
  /// - Returns: Where the run ends.
  private static func segment(
    _ scalars: [Unicode.Scalar], from first: Int, _ body: (Range<Int>) -> Void
  ) -> Int {
    var end = first + 1
    while end < scalars.count,
      !standsAlone(scalars[end - 1], before: scalars[end]) || !standsAlone(scalars[end], before: "a")
    { end += 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[first..<end])
    var start = first
    for character in String(view) {
      let next = start + character.unicodeScalars.count
      body(start..<next)
      start = next
    }
    return end
  }
}
