internal import Checkpoints
internal import Kernels

/// The tables that are added up to a token's first state, and the norm that follows.
struct Embeddings {
  private let words: WordTable
  private let factor: Float
  private let skippedID: Int?
  /// What is added by position, with the first token type's and the first task type's row; one row where positions do
  /// not matter.
  private let sums: Matrix?
  private let hasPositions: Bool
  private let norm: Norm?

  init(_ names: EmbeddingNames, _ shape: TransformerConfiguration, _ reader: TensorReader)
    throws(EncoderError)
  {
    words = try WordTable(names, shape, reader)
    factor = words.rounded(shape.embeddingFactor)
    skippedID = shape.positionTable?.skippedID
    var everywhere = [Float](repeating: 0, count: shape.hidden)
    for (name, rows) in [(names.tokenTypes, shape.tokenTypes), (names.taskTypes, shape.taskTypes)]
    where rows > 0 {
      let row = try reader.table(name, rows: rows, columns: shape.hidden).row(0)
      everywhere = zip(everywhere, row).map { $0 + $1 }
    }
    hasPositions = shape.positionTable != nil
    if let table = shape.positionTable {
      let positions = try reader.table(names.positions, rows: table.rows, columns: shape.hidden)
      for index in 0..<positions.rows {
        positions.setRow(index, zip(positions.row(index), everywhere).map { $0 + $1 })
      }
      sums = positions
    } else {
      let hasTypes = shape.tokenTypes + shape.taskTypes > 0
      sums = hasTypes ? Matrix(rows: 1, columns: shape.hidden, values: everywhere) : nil
    }
    norm =
      shape.hasEmbeddingNorm
      ? try reader.norm(names.norm, shape.norm, width: shape.hidden, epsilon: shape.normEpsilon) : nil
  }

  /// Writes the first states of some texts to `space.states`.
  func apply(_ ids: ArraySlice<Int32>, lengths: ArraySlice<Int>, _ space: Workspace, _ pass: Pass) {
    for (row, id) in ids.enumerated() { words.copy(Int(id), to: row, of: space.states, scaledBy: factor) }
    guard let sums else {
      norm?.apply(space.states, into: space.states, pass)
      return
    }
    var row = 0
    for length in lengths {
      var others = 0
      for position in 0..<length {
        var index = hasPositions ? position : 0
        if let skippedID {
          let isSkipped = ids[ids.startIndex + row + position] == Int32(skippedID)
          others += isSkipped ? 0 : 1
          index = isSkipped ? skippedID : skippedID + others
        }
        space.mixed.copyRow(index, of: sums, to: row + position)
      }
      row += length
    }
    if let norm {
      norm.apply(space.states, residual: space.mixed, into: space.states, pass)
    } else {
      pass.kernels.add(space.mixed, to: space.states, work: pass.work)
    }
  }

  /// Writes one word's vector, as the decoder takes it.
  func copyWord(_ id: Int, to row: Int, of states: Matrix) {
    words.copy(id, to: row, of: states, scaledBy: factor)
  }
}

/// The vectors of the vocabulary, used where they are mapped.
struct WordTable {
  private let rows: StoredMatrix
  /// The row of each id, and what it is multiplied by (model2vec).
  private let mapping: [Int]?
  private let weights: [Float]?

  init(_ names: EmbeddingNames, _ shape: TransformerConfiguration, _ reader: TensorReader)
    throws(EncoderError)
  {
    guard shape.family == .fixedTable else {
      (mapping, weights) = (nil, nil)
      rows = try reader.words(names.words, rows: shape.vocabulary, columns: shape.hidden)
      return
    }
    mapping = try reader.mapping("mapping", count: shape.vocabulary)
    weights = reader.contains("weights") ? try reader.tensor("weights", [shape.vocabulary]) : nil
    let count = mapping == nil ? shape.vocabulary : reader.shape(names.words).first ?? 0
    rows = try reader.words(names.words, rows: count, columns: shape.hidden)
    if let mapping, let position = mapping.firstIndex(where: { !(0..<count ~= $0) }) {
      throw .unknownRow(file: reader.file, id: position, row: mapping[position], rows: count)
    }
  }

  /// A factor in the number format of the vectors, which is how the reference multiplies them.
  func rounded(_ factor: Float) -> Float {
    let rounded = Matrix(rows: 1, columns: 1)
    StoredMatrix(outputs: 1, inputs: 1, format: rows.format, values: [factor]).row(0, into: rounded, at: 0)
    return rounded.row(0)[0]
  }

  func copy(_ id: Int, to row: Int, of states: Matrix, scaledBy factor: Float) {
    rows.row(mapping.map { $0[id] } ?? id, into: states, at: row)
    let factor = weights.map { $0[id] * factor } ?? factor
    guard factor != 1 else { return }
    states.copy(0..<states.columns, ofRow: row, in: states, scaledBy: factor, to: row, column: 0)
  }
}
