public import Kernels
import Recipes

/// The rows that can be among the nearest to a query, to be scored by their f32 vectors.
///
/// While `wanted` has rows, their vectors are handed to `score`, wherever they come from; then `neighbours` is what a search
/// of all rows by f32 would have found. Each round can rule out more of the others.
///
/// ```swift
/// var shortlist = space.shortlist(nearestTo: query, top: 10, work: work)
/// while !shortlist.wanted.isEmpty { shortlist.score(try await vectors(shortlist.wanted)) }
/// return shortlist.neighbours
/// ```
public struct Shortlist: Sendable {
  /// A row that can win.
  struct Candidate: Sendable {
    var row: Int
    /// Where the row is: the segment and the place in it.
    var segment: Int
    var index: Int
    /// No score of the row is above it.
    var best: Float
  }

  /// How many neighbours are sought.
  public let top: Int
  /// How many rows could win by their codes.
  public let candidateCount: Int
  /// How many rows were scored by their vectors.
  public private(set) var scoredCount = 0
  private let scorer: Scorer
  private let candidates: [Candidate]
  private var next: Range<Int>
  private var best: BestNeighbours

  private static let firstRound = 64
  private static let longestRound = 4096

  init(_ candidates: [Candidate], top: Int, scorer: Scorer) {
    self.top = top
    self.scorer = scorer
    candidateCount = candidates.count
    // The most promising first; where nothing is known of any, they are in the order of rows already.
    let isOrdered = zip(candidates, candidates.dropFirst()).allSatisfy { $0.best >= $1.best }
    self.candidates =
      isOrdered
      ? candidates : candidates.sorted { $0.best == $1.best ? $0.row < $1.row : $0.best > $1.best }
    best = BestNeighbours(limit: top)
    next = 0..<min(candidates.count, max(Self.firstRound, min(2 * top, Self.longestRound)))
  }

  /// The rows whose vectors are wanted, the most promising first; empty when `neighbours` is the answer.
  public var wanted: [Int] { wantedCandidates.map(\.row) }

  var wantedCandidates: ArraySlice<Candidate> { candidates[next] }

  /// The nearest rows, best first, among those that were scored.
  public var neighbours: [Neighbour] { best.neighbours.sorted(by: Neighbour.precedes) }

  /// Scores the wanted rows by their vectors, `[wanted.count, dimensions]`.
  public mutating func score(_ vectors: Matrix, work: Work? = nil) {
    precondition(
      vectors.rows == next.count && vectors.columns == scorer.query.count,
      "[\(vectors.rows), \(vectors.columns)] for \(next.count) rows of \(scorer.query.count)")
    let block = max(1, (1 << 16) / max(1, vectors.columns))
    var scores = [[Float]](repeating: [], count: (vectors.rows + block - 1) / block)
    scores.withUnsafeMutableBufferPointer { scores in
      // Each block writes its own element.
      (work ?? .inline).forEachBlock(scores.count) { index in
        let rows = index * block..<min(vectors.rows, (index + 1) * block)
        scores[index] = scorer.scores(vectors, rows)
      }
    }
    for (candidate, score) in zip(candidates[next], scores.joined()) {
      best.offer(Neighbour(row: candidate.row, score: score))
    }
    scoredCount += next.count
    chooseNext()
  }

  /// What remains that can win, twice as much as in the round before at most.
  private mutating func chooseNext() {
    let start = next.upperBound
    let worst = best.isFull ? best.worst : nil
    let longest = min(2 * next.count, Self.longestRound)
    let end = candidates[start...].prefix(longest).firstIndex { candidate in
      worst.map { candidate.best < $0.score } ?? false
    }
    next = start..<(end ?? min(candidates.count, start + longest))
  }
}
