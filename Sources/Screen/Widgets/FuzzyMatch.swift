/// How a typed pattern lies in a text: its characters in order, with others between.
public struct FuzzyMatch: Hashable, Sendable {
  /// Higher is better; only comparable under one pattern.
  public let score: Int
  /// The places of the pattern's characters in the text, in grapheme clusters.
  public let positions: [Int]

  /// Finds a pattern, ignoring case and spaces; nil where the text lacks it.
  ///
  /// Places at the start of words and in unbroken runs count more, gaps less. The best places are found
  /// exactly, by dynamic programming over (pattern, text).
  /// - Complexity: O(pattern · text)
  public init?(_ pattern: String, in text: String) {
    let wanted = pattern.lazy.filter { !$0.isWhitespace }.prefix(Self.longestPattern + 1).map(Self.folded)
    guard !wanted.isEmpty else {
      score = 0
      positions = []
      return
    }
    guard wanted.count <= Self.longestPattern else { return nil }
    let characters = Array(text)
    let folded = characters.map(Self.folded)
    guard Self.isContained(Array(wanted), in: folded) else { return nil }
    var rows: [[Int?]] = []
    for character in wanted {
      rows.append(Self.row(character, folded: folded, characters: characters, previous: rows.last))
    }
    guard let last = rows.last else {
      score = 0
      positions = []
      return
    }
    guard let best = last.compactMap({ $0 }).max() else { return nil }
    score = best
    positions = Self.trace(rows, best: best)
  }

  private static let longestPattern = 64

  /// The lower-case letters of ASCII, made once.
  private static let plain = (0..<128).map { String(Unicode.Scalar(UInt8($0))).lowercased() }

  private static func folded(_ character: Character) -> String {
    if let value = character.asciiValue, character != "\r\n" { return plain[Int(value)] }
    return character.lowercased()
  }

  /// True where a text has the pattern's characters in their order: without them no table need be made.
  private static func isContained(_ wanted: [String], in folded: [String]) -> Bool {
    var index = 0
    for character in folded where character == wanted[index] {
      index += 1
      if index == wanted.count { return true }
    }
    return false
  }

  private static let runBonus = 8
  private static let gapCost = 3

  /// For each place, the best score of the pattern up to this character with the character there.
  private static func row(
    _ wanted: String, folded: [String], characters: [Character], previous: [Int?]?
  ) -> [Int?] {
    var result: [Int?] = []
    var bestBefore: Int? = previous == nil ? 0 : nil
    for index in folded.indices {
      if let previous, index >= 2, let score = previous[index - 2] {
        bestBefore = max(bestBefore ?? score, score)
      }
      guard folded[index] == wanted else {
        result.append(nil)
        continue
      }
      let adjacent = index > 0 ? previous?[index - 1].map { $0 + runBonus } ?? nil : nil
      let apart = bestBefore.map { $0 - (previous == nil ? 0 : gapCost) }
      let base = [adjacent, apart].compactMap { $0 }.max()
      result.append(base.map { $0 + bonus(at: index, in: characters) })
    }
    return result
  }

  private static func bonus(at index: Int, in characters: [Character]) -> Int {
    if index == 0 { return 12 }
    let previous = characters[index - 1]
    if !previous.isLetter && !previous.isNumber { return 10 }
    return previous.isLowercase && characters[index].isUppercase ? 8 : 1
  }

  private static func trace(_ rows: [[Int?]], best: Int) -> [Int] {
    var positions: [Int] = []
    var limit = rows.last?.count ?? 0
    for (depth, row) in rows.enumerated().reversed() {
      let isLast = depth == rows.count - 1
      let candidates = (0..<limit).filter { row[$0] != nil }
      let next = positions.first
      let chosen = candidates.max { left, right in
        value(row, left, next, isLast) < value(row, right, next, isLast)
      }
      guard let chosen else { break }
      positions.insert(chosen, at: 0)
      limit = chosen
    }
    return positions
  }

  private static func value(_ row: [Int?], _ index: Int, _ next: Int?, _ isLast: Bool) -> Int {
    let bonus = isLast ? 0 : (next == index + 1 ? runBonus : -gapCost)
    return (row[index] ?? .min / 2) + bonus
  }
}
