internal import CKernels

extension KernelSet {
  /// Attention of every token of a text to all tokens of that text, by head.
  ///
  /// `projected` is `[tokens, 3 · heads · head]`: for each token the queries of all heads, then the keys, then the values.
  /// Texts stand one after another, `lengths` tokens each; `context` is `[tokens, heads · head]`. `probabilities` is
  /// empty, or has for each text a matrix `[heads · tokens, tokens]` to be filled.
  public func attention(
    _ projected: Matrix, lengths: [Int], heads: Int, scale: Float, into context: Matrix,
    probabilities: [Matrix] = [], work: Work
  ) {
    precondition(heads > 0 && context.columns % heads == 0, "\(context.columns) columns for \(heads) heads")
    precondition(
      projected.columns == 3 * context.columns && projected.rows == context.rows
        && lengths.reduce(0, +) == context.rows && lengths.allSatisfy { $0 >= 0 },
      "[\(projected.rows), \(projected.columns)] and texts of \(lengths) do not give [\(context.rows), \(context.columns)]"
    )
    precondition(probabilities.isEmpty || probabilities.count == lengths.count)
    for (matrix, length) in zip(probabilities, lengths) {
      precondition(
        matrix.rows == heads * length && matrix.columns == length,
        "[\(matrix.rows), \(matrix.columns)] for \(heads) heads and \(length) tokens")
    }
    let plan = unsafe AttentionPlan(
      lengths: lengths, heads: heads, width: context.columns / heads, kernels: table.pointee,
      threads: work.threads)
    work.forEachBlock(plan.blocks.count) { index in
      for slice in plan.slices[plan.blocks[index]] {
        attend(slice, projected, scale, context, probabilities.isEmpty ? nil : probabilities[slice.text])
      }
    }
  }

  private func attend(
    _ slice: AttentionSlice, _ projected: Matrix, _ scale: Float, _ context: Matrix, _ probabilities: Matrix?
  ) {
    let tokens = slice.tokens.count
    let column = slice.head * slice.width
    let keys = unsafe projected.rowStart(slice.tokens.lowerBound) + context.columns + column
    let scratch = unsafe UnsafeMutablePointer<Float>.allocate(
      capacity: kn_attention_scratch(table, tokens, slice.width))
    defer { unsafe scratch.deallocate() }
    let firstQuery = slice.tokens.lowerBound + slice.queries.lowerBound
    var attention = unsafe kn_attention(
      query: projected.rowStart(firstQuery) + column, key: keys, value: keys + context.columns,
      stride: projected.columns, queries: slice.queries.count, tokens: tokens, head: slice.width,
      scale: scale,
      output: context.rowStart(firstQuery) + column, output_stride: context.columns,
      probabilities: probabilities?.rowStart(slice.head * tokens + slice.queries.lowerBound), scratch: scratch
    )
    unsafe table.pointee.attention(&attention)
  }
}

/// Some queries of one head of one text.
struct AttentionSlice {
  var text: Int
  var tokens: Range<Int>
  var head: Int
  var width: Int
  var queries: Range<Int>
}

/// How attention is cut: long texts into slices of queries, short ones gathered into blocks.
struct AttentionPlan {
  private(set) var slices: [AttentionSlice] = []
  private(set) var blocks: [Range<Int>] = []

  init(lengths: [Int], heads: Int, width: Int, kernels: kn_kernels, threads: Int) {
    func cost(_ queries: Int, _ tokens: Int) -> Double { Double(4 * queries) * Double(tokens * width) }
    let total = lengths.reduce(0) { $0 + cost($1, $1) } * Double(heads)
    // Softmax and packing take about as long as the products.
    let longest = kernels.flops_per_second * 2.5e-4
    let aim = min(longest, max(kernels.flops_per_second * 2.5e-6, total / Double(4 * threads)))
    var first = 0
    var pending = (start: 0, cost: 0.0)
    for (text, length) in lengths.enumerated() where length > 0 {
      let tiles = max(1, Int(longest / cost(kernels.rows, length)))
      let step = min(length, tiles * kernels.rows)
      for head in 0..<heads {
        for query in stride(from: 0, to: length, by: step) {
          let queries = query..<min(length, query + step)
          slices.append(
            AttentionSlice(
              text: text, tokens: first..<first + length, head: head, width: width, queries: queries))
          pending.cost += cost(queries.count, length)
          guard pending.cost >= aim else { continue }
          blocks.append(pending.start..<slices.count)
          pending = (slices.count, 0)
        }
      }
      first += length
    }
    if pending.start < slices.count { blocks.append(pending.start..<slices.count) }
  }
}
