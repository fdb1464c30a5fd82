import JSONText

/// Unigram: of all ways to cut a piece into tokens, the one with the highest sum of scores.
///
/// It is found by the algorithm of Viterbi in double precision, like the optimised encoder of the Rust crate
/// `tokenizers`: of equal sums the one found first stays, a scalar that is no token by itself may be unknown
/// at the lowest score less a penalty, and unknowns side by side are one token.
struct Unigram: Sendable {
  let vocabulary: Vocabulary
  let unknownID: Int32
  private let trie: PieceTrie
  private let unknownScore: Double
  /// The ids of the tokens `<0x00>` to `<0xFF>`, negative where there is none; empty without byte fallback.
  private let byteIDs: [Int32]

  /// How much less than the lowest score an unknown scalar has.
  private static let unknownPenalty = 10.0
  /// A model of a list of tokens, in which the ids are the places.
  ///
  /// - Throws: `wrongValue` for an empty list, an unknown id outside of it, or a score that is no number.
  init(
    _ tables: ModelTables, unknownID: Int, fallsBackToBytes: Bool, file: String, key: String = "model"
  ) throws(TokenizationError) {
    let vocabulary = tables.vocabulary
    guard tables.scores.indices.contains(unknownID) else {
      throw .wrongValue(
        file: file, key: "\(key).unk_id", found: "\(unknownID)",
        expected: "the place of a token among the \(tables.scores.count) of vocab")
    }
    for (id, score) in tables.scores.enumerated() {
      guard score.isFinite else {
        throw .wrongValue(
          file: file, key: "\(key).vocab[\(id)]", found: "a score of \(score)", expected: "a finite number")
      }
    }
    self.vocabulary = vocabulary
    trie = tables.trie ?? PieceTrie([])
    self.unknownID = Int32(unknownID)
    unknownScore = (tables.scores.min() ?? 0) - Self.unknownPenalty
    byteIDs = fallsBackToBytes ? Self.byteTokens.map { vocabulary.id(of: $0) ?? -1 } : []
  }

  private static let byteTokens = (UInt8.min...UInt8.max).map { byte in
    "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
  }

  /// The best way to a place in the text.
  private struct Arrival {
    var score: Double
    /// Where its last token begins; negative where no way leads here yet.
    var start: Int32
    var id: Int32
  }

  /// The work is at most the length of the piece times that of the longest token.
  func tokenize(_ scalars: [Unicode.Scalar], _ piece: Range<Int>, into tokens: inout [ModelToken]) {
    withUnsafeTemporaryAllocation(of: Arrival.self, capacity: piece.count + 1) { arrivals in
      arrivals.initialize(repeating: Arrival(score: 0, start: -1, id: 0))
      search(scalars, piece, arrivals)
      trace(scalars, piece, arrivals, into: &tokens)
    }
  }

  @inline(__always)
  private func search(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, _ arrivals: UnsafeMutableBufferPointer<Arrival>
  ) {
    for start in 0..<piece.count {
      let score = arrivals[start].score
      var index = PieceTrie.root
      var isKnown = false
      var end = start
      while end < piece.count {
        index = trie.child(of: index, scalars[piece.lowerBound + end])
        guard index != PieceTrie.root else { break }
        end += 1
        let node = trie.node(index)
        guard node.id >= 0 else { continue }
        if end == start + 1 { isKnown = true }
        let candidate = score + node.score
        if arrivals[end].start < 0 || candidate > arrivals[end].score {
          arrivals[end] = Arrival(score: candidate, start: Int32(start), id: node.id)
        }
      }
      if !isKnown {
        let candidate = score + unknownScore
        if arrivals[start + 1].start < 0 || candidate > arrivals[start + 1].score {
          arrivals[start + 1] = Arrival(score: candidate, start: Int32(start), id: unknownID)
        }
      }
    }
  }

  /// Follows the best way back from the end, joins unknowns, and appends its tokens.
  @inline(__always)
  private func trace(
    _ scalars: [Unicode.Scalar], _ piece: Range<Int>, _ arrivals: UnsafeMutableBufferPointer<Arrival>,
    into tokens: inout [ModelToken]
  ) {
    let first = tokens.count
    var end = piece.count
    while end > 0 {
      let arrival = arrivals[end]
      let start = Int(arrival.start)
      if arrival.id == unknownID, let last = tokens.indices.last, last >= first, tokens[last].id == unknownID
      {
        tokens[last].range = piece.lowerBound + start..<tokens[last].range.upperBound
      } else {
        tokens.append(
          ModelToken(id: arrival.id, range: piece.lowerBound + start..<piece.lowerBound + end))
      }
      end = start
    }
    tokens[first...].reverse()
    if tokens[first...].contains(where: { $0.id == unknownID }) { resolveUnknowns(scalars, &tokens, first) }
  }

  /// Unknowns that together are a token are that token; others become their bytes, if all of these are tokens.
  private func resolveUnknowns(_ scalars: [Unicode.Scalar], _ tokens: inout [ModelToken], _ first: Int) {
    let found = Array(tokens[first...])
    tokens.removeLast(found.count)
    for token in found {
      guard token.id == unknownID else {
        tokens.append(token)
        continue
      }
      let id = trie.id(of: scalars[token.range])
      if id >= 0 {
        tokens.append(ModelToken(id: id, range: token.range))
      } else if !byteIDs.isEmpty,
        scalars[token.range].allSatisfy({ $0.utf8.allSatisfy { byteIDs[Int($0)] >= 0 } })
      {
        for scalar in scalars[token.range] {
          for byte in scalar.utf8 {
            tokens.append(ModelToken(id: byteIDs[Int(byte)], range: token.range))
          }
        }
      } else {
        tokens.append(token)
      }
    }
  }
}

extension Unigram {
  /// Reads the model of that name.
  ///
  /// A file without `unk_id` is refused, though it could tokenize texts in which every character is known.
  init(_ json: JSONReader, _ tables: ModelTables) throws(TokenizationError) {
    try self.init(
      tables, unknownID: try json.integer("unk_id"),
      fallsBackToBytes: try json.optionalBool("byte_fallback") ?? false, file: json.file, key: json.path)
  }
}
