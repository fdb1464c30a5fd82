/// What a model file of SentencePiece holds (`ModelProto`), as far as tokenizing needs it.
struct SentencePieceModel: Sendable {
  struct Piece: Sendable {
    enum Kind: Int, Sendable {
      case normal = 1
      case unknown = 2
      case control = 3
      case userDefined = 4
      case unused = 5
      case byte = 6
    }

    var text = ""
    var score: Float = 0
    var kind = Kind.normal
  }

  /// The algorithms by which models are trained, as the file numbers them.
  enum Algorithm: Int, Sendable {
    case unigram = 1
    case bytePairs = 2
    case words = 3
    case characters = 4
  }

  /// More pieces, or merges of them, are in no real model.
  private static let maximumPieceCount = 4_000_000

  private(set) var pieces: [Piece] = []
  private(set) var algorithm = Algorithm.unigram
  private(set) var unknownID = 0
  private(set) var unknownPiece = "<unk>"
  /// The rules of normalisation, in the layout of `CharacterMap`; empty for none.
  private(set) var characterMap: ArraySlice<UInt8> = []

  /// Reads the bytes of a file.
  ///
  /// - Throws: `damagedMessage`, also for a file without pieces.
  init(file: String, bytes: [UInt8]) throws(TokenizationError) {
    var reader = MessageReader(file: file, bytes: bytes[...])
    while let field = try reader.next() {
      switch field.number {
      case 1:
        guard pieces.count < Self.maximumPieceCount else {
          throw reader.fault(field.offset, "more than \(Self.maximumPieceCount) pieces")
        }
        pieces.append(try Self.piece(try reader.message(field)))
      case 2: try readTraining(try reader.message(field))
      case 3: try readNormalization(try reader.message(field))
      default: continue
      }
    }
    guard !pieces.isEmpty else { throw reader.fault(0, "no pieces, so this is no model of SentencePiece") }
  }

  private static func piece(_ message: MessageReader) throws(TokenizationError) -> Piece {
    var message = message
    var piece = Piece()
    while let field = try message.next() {
      switch field.number {
      case 1: piece.text = try message.string(field)
      case 2: piece.score = try message.float(field)
      case 3:
        let number = try message.number(field)
        guard let kind = Piece.Kind(rawValue: number) else {
          throw message.fault(field.offset, "a piece of the unknown kind \(number)")
        }
        piece.kind = kind
      default: continue
      }
    }
    return piece
  }

  private mutating func readTraining(_ message: MessageReader) throws(TokenizationError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 3:
        let number = try message.number(field)
        guard let known = Algorithm(rawValue: number) else {
          throw message.fault(field.offset, "the unknown algorithm \(number)")
        }
        algorithm = known
      case 40: unknownID = try message.number(field)
      case 45: unknownPiece = try message.string(field)
      default: continue
      }
    }
  }

  private mutating func readNormalization(_ message: MessageReader) throws(TokenizationError) {
    var message = message
    while let field = try message.next() {
      if field.number == 2 { characterMap = try message.bytes(field) }
    }
  }
}

extension SentencePieceModel {
  /// The merges that lead to the pieces, the first one first.
  ///
  /// A model of byte pairs has no list of them: each way to cut a piece into two others is one, and those to
  /// pieces of higher score come first, as the `transformers` library derives them.
  ///
  /// - Throws: `wrongValue` for more of them than any real model has.
  func merges(file: String) throws(TokenizationError) -> [(left: String, right: String)] {
    var ids = ScalarTrie()
    var mirrored = ScalarTrie()
    for (id, piece) in pieces.enumerated() {
      ids.set(piece.text.unicodeScalars, value: Int32(id))
      mirrored.set(piece.text.unicodeScalars.reversed(), value: Int32(id))
    }
    var merges: [Merge] = []
    for (id, piece) in pieces.enumerated() where ids.value(of: piece.text.unicodeScalars) == Int32(id) {
      let scalars = Array(piece.text.unicodeScalars)
      let lefts = Self.values(of: scalars, in: ids)
      let rights = Self.values(of: scalars.reversed(), in: mirrored)
      var local: [Merge] = []
      for count in scalars.indices.dropFirst() {
        let (left, right) = (lefts[count], rights[scalars.count - count])
        guard left >= 0, right >= 0 else { continue }
        local.append(
          Merge(
            left: left, right: right, score: piece.score, leftCount: count, rightCount: scalars.count - count)
        )
      }
      merges += local.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
      guard merges.count <= Self.maximumPieceCount else {
        throw .wrongValue(
          file: file, key: "pieces",
          found: "more than \(Self.maximumPieceCount) ways to join two into a third",
          expected: "fewer")
      }
    }
    return merges.enumerated()
      .sorted { $0.element.precedes($1.element) ?? ($0.offset < $1.offset) }
      .map { (pieces[Int($0.element.left)].text, pieces[Int($0.element.right)].text) }
  }

  private struct Merge {
    var left: Int32
    var right: Int32
    var score: Float
    /// How many scalars are left and right.
    var leftCount: Int
    var rightCount: Int

    /// nil where neither of the two comes first.
    func precedes(_ other: Merge) -> Bool? {
      if score != other.score { return score > other.score }
      let (counts, others) = ((leftCount, rightCount), (other.leftCount, other.rightCount))
      return counts == others ? nil : counts > others
    }
  }

  /// The value of the first `n` scalars, for each `n`; negative for those that are no piece.
  private static func values(of scalars: [Unicode.Scalar], in trie: ScalarTrie) -> [Int32] {
    var values = [Int32](repeating: -1, count: scalars.count + 1)
    var node = ScalarTrie.root
    for (index, scalar) in scalars.enumerated() {
      node = trie.child(of: node, scalar)
      guard node != ScalarTrie.root else { break }
      values[index + 1] = trie.value(at: node)
    }
    return values
  }
}
