internal import CKernels
public import Recipes

extension KernelSet {
  /// Attention of the tokens of each text to the tokens of that text, by head.
  ///
  /// `projected` is `[tokens, (heads + 2 · keyValueHeads) · headWidth]`: for each token the queries of all heads, then the
  /// keys, then the values. Texts stand one after another, `lengths` tokens each; `context` is
  /// `[tokens, heads · headWidth]`. `probabilities` is empty, or has for each text a matrix `[heads · tokens, tokens]` to
  /// be filled, zeros where a query does not see a key. With a precision other than f32 the products are of bf16, where
  /// this machine multiplies them faster.
  public func attention(
    _ projected: Matrix, lengths: [Int], _ shape: AttentionShape, into context: Matrix,
    probabilities: [Matrix] = [], precision: Precision = .f32, work: Work
  ) {
    shape.check()
    let (hidden, keyColumns) = (shape.heads * shape.headWidth, shape.keyValueHeads * shape.headWidth)
    precondition(
      context.columns == hidden && projected.columns == hidden + 2 * keyColumns
        && projected.rows == context.rows,
      "[\(projected.rows), \(projected.columns)] does not give [\(context.rows), \(context.columns)]")
    projected.checkTexts(lengths)
    precondition(probabilities.isEmpty || probabilities.count == lengths.count)
    for (matrix, length) in zip(probabilities, lengths) {
      precondition(
        matrix.rows == shape.heads * length && matrix.columns == length,
        "[\(matrix.rows), \(matrix.columns)] for \(shape.heads) heads and \(length) tokens")
    }
    let reach = lengths.max() ?? 0
    if let bias = shape.bias {
      precondition(bias.reach >= reach, "a bias for \(bias.reach) tokens and a text of \(reach)")
    }
    let operands = precision != .f32 && accelerates(.bf16) ? KN_OPERANDS_BF16 : KN_OPERANDS_F32
    let plan = unsafe AttentionPlan(
      lengths: lengths, shape: shape, kernels: table.pointee, threads: work.threads,
      packedFloats: { unsafe kn_packed_attention(table, operands, $0, shape.headWidth) })
    let packed = unsafe AlignedFloats(count: plan.packedCount) { _ in }
    work.forEachBlock(plan.packings.count) { index in
      let packing = plan.packings[index]
      var keys = unsafe keys(packing.tokens, of: packing.keyHead, in: projected, column: hidden, shape)
      unsafe keys.operands = operands
      unsafe table.pointee.pack_attention(&keys, packed.start + packing.start)
    }
    work.forEachBlock(plan.blocks.count) { index in
      for slice in plan.slices[plan.blocks[index]] {
        attend(
          slice, projected, shape, context, probabilities.isEmpty ? nil : probabilities[slice.text], packed,
          operands)
      }
    }
  }

  private func attend(
    _ slice: AttentionSlice, _ projected: Matrix, _ shape: AttentionShape, _ context: Matrix,
    _ probabilities: Matrix?, _ packed: AlignedFloats, _ operands: kn_operands
  ) {
    let width = shape.headWidth
    let tokens = slice.tokens.count
    // Keys that no query of the slice sees are not packed for it, but their probabilities are written.
    let isWhole = probabilities != nil || slice.packed != nil
    let seen = isWhole ? 0..<tokens : shape.keys(slice.queries, tokens)
    let rows = slice.tokens.lowerBound + seen.lowerBound..<slice.tokens.lowerBound + seen.upperBound
    let firstQuery = slice.tokens.lowerBound + slice.queries.lowerBound
    var attention = unsafe keys(
      rows, of: slice.head / shape.queryHeadsPerKeyHead, in: projected, column: shape.heads * width, shape)
    unsafe attention.operands = operands
    unsafe attention.query = UnsafePointer(projected.rowStart(firstQuery) + slice.head * width)
    unsafe attention.query_stride = projected.columns
    unsafe attention.queries = slice.queries.count
    unsafe attention.position = slice.queries.lowerBound - seen.lowerBound
    let (left, right) = shape.reach(tokens)
    unsafe (attention.left, attention.right) = (left, right)
    unsafe attention.output = context.rowStart(firstQuery) + slice.head * width
    unsafe attention.output_stride = context.columns
    unsafe attention.probabilities = probabilities?.rowStart(slice.head * tokens + slice.queries.lowerBound)
    if let start = slice.packed { unsafe attention.packed = UnsafePointer(packed.start + start) }
    unsafe run(&attention, slice.head, shape)
  }

  /// Attention of one query of each text to all tokens of another sequence, by head: the first step of a decoder.
  ///
  /// `query` and `context` are `[texts, heads · headWidth]`, `keysAndValues` is
  /// `[tokens, 2 · keyValueHeads · headWidth]`, `lengths` tokens for each text; a text without tokens gives zeros. The
  /// window, the slopes and the bias of the shape mean nothing between two sequences and must be absent.
  public func crossAttention(
    query: Matrix, keysAndValues: Matrix, lengths: [Int], _ shape: AttentionShape, into context: Matrix,
    work: Work
  ) {
    shape.check()
    precondition(
      shape.window == .all && shape.slopes.isEmpty && shape.bias == nil,
      "positions of two sequences have no distance")
    let width = shape.headWidth
    precondition(
      query.rows == lengths.count && query.columns == shape.heads * width
        && keysAndValues.columns == 2 * shape.keyValueHeads * width,
      """
      queries [\(query.rows), \(query.columns)] and keys [\(keysAndValues.rows), \(keysAndValues.columns)] \
      for \(lengths.count) texts
      """)
    query.checkShape(of: [context])
    keysAndValues.checkTexts(lengths)
    let ends = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    work.forEachBlock(lengths.count * shape.heads) { index in
      let (text, head) = index.quotientAndRemainder(dividingBy: shape.heads)
      var attention = unsafe keys(
        ends[text]..<ends[text + 1], of: head / shape.queryHeadsPerKeyHead, in: keysAndValues, column: 0,
        shape)
      unsafe attention.query = UnsafePointer(query.rowStart(text) + head * width)
      unsafe attention.query_stride = query.columns
      unsafe attention.queries = 1
      unsafe (attention.left, attention.right) = (lengths[text], lengths[text])
      unsafe attention.output = context.rowStart(text) + head * width
      unsafe attention.output_stride = context.columns
      unsafe run(&attention, head, shape)
    }
  }

  /// The keys and values of one head in some rows; `column` is where the keys of all heads begin, followed by the values.
  private func keys(
    _ rows: Range<Int>, of head: Int, in states: Matrix, column: Int, _ shape: AttentionShape
  ) -> kn_attention {
    let start = unsafe states.start + rows.lowerBound * states.columns + column + head * shape.headWidth
    var attention = unsafe kn_attention()
    unsafe attention.key = UnsafePointer(start)
    unsafe attention.value = UnsafePointer(start + shape.keyValueHeads * shape.headWidth)
    unsafe attention.stride = states.columns
    unsafe attention.tokens = rows.count
    unsafe attention.head = shape.headWidth
    return unsafe attention
  }

  /// Gives an attention what is added to the scores of a query head, and runs it.
  private func run(_ attention: inout kn_attention, _ head: Int, _ shape: AttentionShape) {
    unsafe attention.scale = shape.scale
    unsafe attention.slope = shape.slopes.isEmpty ? 0 : shape.slopes[head]
    let scratch = unsafe UnsafeMutablePointer<Float>.allocate(
      capacity: kn_attention_scratch(
        table, attention.operands, attention.tokens, attention.head, attention.packed == nil ? 0 : 1))
    defer { unsafe scratch.deallocate() }
    unsafe attention.scratch = scratch
    guard let bias = shape.bias else { return unsafe table.pointee.attention(&attention) }
    unsafe bias.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      unsafe attention.bias = start + head * (2 * bias.reach - 1) + bias.reach - 1
      unsafe table.pointee.attention(&attention)
    }
  }
}
