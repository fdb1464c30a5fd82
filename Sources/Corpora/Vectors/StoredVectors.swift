public import Kernels

/// The vectors of some passages at one layer, to be stored.
public struct VectorGroup: Sendable {
  public var passages: [ContentHash]
  /// Tokens that were pooled, of each passage.
  public var tokens: [Int]
  /// Whether the text had more tokens than were encoded.
  public var isTruncated: [Bool]
  /// By plane `[passages, width]`.
  public var planes: [Matrix]

  public init(passages: [ContentHash], tokens: [Int], isTruncated: [Bool], planes: [Matrix]) {
    precondition(
      tokens.count == passages.count && isTruncated.count == passages.count
        && planes.allSatisfy { $0.rows == passages.count },
      "a group of \(passages.count) passages with \(tokens.count) lengths and \(planes.map(\.rows)) rows")
    self.passages = passages
    self.tokens = tokens
    self.isTruncated = isTruncated
    self.planes = planes
  }
}

/// The files of a vector set as they were at one moment: mapped, not read.
public struct MappedPlanes: Sendable {
  /// Tells this set from one that had its place before: rows belong to one of them.
  public let identity: String
  /// Where the files are.
  public let folder: String
  /// By plane `[rows, width]`; rows never change.
  public let matrices: [Matrix]
}

/// Where the stored vectors of a list of passages are.
public struct StoredVectors: Sendable {
  /// nil where nothing is stored.
  public internal(set) var planes: MappedPlanes?
  /// The row of `planes` of each passage; -1 where none is stored.
  public private(set) var slots: [Int32]
  public private(set) var tokens: [Int32]
  public private(set) var isTruncated: [Bool]

  init(count: Int) {
    slots = Array(repeating: -1, count: count)
    tokens = Array(repeating: 0, count: count)
    isTruncated = Array(repeating: false, count: count)
  }

  /// The places of the passages that are still to be encoded.
  public var missing: [Int] { slots.indices.filter { slots[$0] < 0 } }

  /// What is known of one place, where its passage is stored.
  subscript(place: Int) -> FoundVector {
    get { FoundVector(slot: slots[place], tokens: tokens[place], isTruncated: isTruncated[place]) }
    set {
      slots[place] = newValue.slot
      tokens[place] = newValue.tokens
      isTruncated[place] = newValue.isTruncated
    }
  }
}

/// What the store's table says of the vectors of one passage.
struct FoundVector: Equatable {
  var slot: Int32
  var tokens: Int32
  var isTruncated: Bool
}
