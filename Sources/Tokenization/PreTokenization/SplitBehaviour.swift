/// What becomes of the delimiters when a text is split at them.
enum SplitBehaviour: String, CaseIterable, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Splits one piece at each scalar that is a delimiter, appending the parts in order.
  @inline(__always)
  func split(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into pieces: inout [Range<Int>],
    isDelimiter: (Unicode.Scalar) -> Bool
  ) {
    switch self {
    case .removed, .isolated:
      splitApart(scalars, piece, into: &pieces, isDelimiter: isDelimiter)
    case .contiguous:
      var start = piece.lowerBound
      for index in piece.dropFirst() where isDelimiter(scalars[index]) != isDelimiter(scalars[index - 1]) {
        pieces.append(start..<index)
        start = index
      }
      if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
    case .mergedWithPrevious:
      var start = piece.lowerBound
      for index in piece where isDelimiter(scalars[index]) {
        pieces.append(start..<index + 1)
        start = index + 1
      }
      if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
    case .mergedWithNext:
      var start = piece.lowerBound
      for index in piece where index > start && isDelimiter(scalars[index]) {
        pieces.append(start..<index)
        start = index
      }
      if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
    }
  }

  @inline(__always)
  private func splitApart(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, into pieces: inout [Range<Int>],
    isDelimiter: (Unicode.Scalar) -> Bool
  ) {
    var start = piece.lowerBound
    for index in piece where isDelimiter(scalars[index]) {
      if start < index { pieces.append(start..<index) }
      if self == .isolated { pieces.append(index..<index + 1) }
      start = index + 1
    }
    if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
  }
}
