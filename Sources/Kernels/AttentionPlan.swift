internal import CKernels

/// Some queries of one head of one text.
struct AttentionSlice {
  var text: Int
  /// Rows of the text.
  var tokens: Range<Int>
  var head: Int
  /// Tokens of the text.
  var queries: Range<Int>
  /// Where the keys and values of this head stand packed, among those of all texts.
  var packed: Int?
}

/// The keys and values of one head of one text, packed.
struct AttentionPacking {
  var tokens: Range<Int>
  var keyHead: Int
  /// Floats before it.
  var start: Int
}

/// How attention is cut: long texts into slices of queries, short ones gathered into blocks.
///
/// Where a text is cut depends on the text and the shape alone.
struct AttentionPlan {
  /// Slices that pack the same keys again before packing them beforehand pays.
  private static let fewSlices = 2

  private(set) var slices: [AttentionSlice] = []
  private(set) var blocks: [Range<Int>] = []
  /// Keys and values that are packed beforehand, because many slices read them.
  private(set) var packings: [AttentionPacking] = []
  private(set) var packedCount = 0

  init(
    lengths: [Int], shape: AttentionShape, kernels: kn_kernels, threads: Int, packedFloats: (Int) -> Int
  ) {
    func cost(_ queries: Int, _ keys: Int) -> Double {
      Double(4 * queries) * Double(keys) * Double(shape.headWidth)
    }
    func span(_ length: Int) -> Int {
      let (left, right) = shape.reach(length)
      return min(length, left + kernels.rows + right)
    }
    let total = lengths.reduce(0) { $0 + cost($1, span($1)) } * Double(shape.heads)
    // Softmax and packing take about as long as the products.
    let longest = kernels.flops_per_second * 2.5e-4
    let most = min(longest, max(kernels.flops_per_second * 2.5e-6, total / Double(4 * threads)))
    // Blocks of one size: the last one is not to be a rest that leaves threads idle.
    let aim = total / max(1, (total / most).rounded(.up))
    var first = 0
    var pending = (start: 0, cost: 0.0)
    for (text, length) in lengths.enumerated() where length > 0 {
      let tiles = max(1, Int(longest / cost(kernels.rows, span(length))))
      let step = min(length, tiles * kernels.rows)
      let readers = (length + step - 1) / step * shape.queryHeadsPerKeyHead
      let firstPacking = readers > Self.fewSlices ? packings.count : nil
      if firstPacking != nil { packHeads(shape.keyValueHeads, first..<first + length, packedFloats(length)) }
      for head in 0..<shape.heads {
        let packing = firstPacking.map { packings[$0 + head / shape.queryHeadsPerKeyHead].start }
        for query in stride(from: 0, to: length, by: step) {
          let queries = query..<min(length, query + step)
          slices.append(
            AttentionSlice(
              text: text, tokens: first..<first + length, head: head, queries: queries, packed: packing))
          pending.cost += cost(queries.count, span(length))
          guard pending.cost >= aim else { continue }
          blocks.append(pending.start..<slices.count)
          pending = (slices.count, 0)
        }
      }
      first += length
    }
    if pending.start < slices.count { blocks.append(pending.start..<slices.count) }
  }

  private mutating func packHeads(_ heads: Int, _ tokens: Range<Int>, _ floats: Int) {
    for head in 0..<heads {
      packings.append(AttentionPacking(tokens: tokens, keyHead: head, start: packedCount))
      packedCount += floats
    }
  }
}
