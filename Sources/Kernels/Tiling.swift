internal import CKernels

/// How a product is cut into blocks of rows × outputs.
///
/// A block takes at most half a millisecond, and there are several for each thread, so that no thread waits long for
/// the last block.
struct Tiling {
  /// What one thread reads from memory, by order of magnitude.
  private static let bytesPerSecond = 2e10

  private let rows: Int
  private let outputs: Int
  private let rowStep: Int
  private let outputStep: Int
  private let across: Int
  let count: Int

  /// `panel` outputs are computed together; `weightBytes` of each weight come from memory, 0 where a cache has them.
  ///
  /// `speedup` is that of the product's precision.
  init(
    rows: Int, inputs: Int, outputs: Int, panel: Int, weightBytes: Int = 0, speedup: Double = 1,
    kernels: kn_kernels, threads: Int
  ) {
    self.rows = rows
    self.outputs = outputs
    guard rows > 0, outputs > 0 else {
      (rowStep, outputStep, across, count) = (1, 1, 0, 0)
      return
    }
    // With few rows, fetching the weights takes longer than multiplying by them.
    let speed = kernels.flops_per_second * speedup
    let fetching = Double(weightBytes) * speed / (2 * Self.bytesPerSecond)
    func cost(_ rows: Int) -> Double { 2 * max(Double(rows), fetching) * Double(max(inputs, 1)) }
    let total = cost(rows) * Double(outputs)
    let longest = speed * 5e-4
    let shortest = speed * 5e-6
    let aim = min(longest, max(shortest, total / Double(4 * threads)))
    // Eight tiles of rows share a panel while it is in the cache.
    let tiles = max(1, min(8, Int(aim / (cost(kernels.rows) * Double(panel)))))
    rowStep = min(rows, tiles * kernels.rows)
    let panels = max(1, Int(aim / (cost(rowStep) * Double(panel))))
    outputStep = panels * panel
    across = (outputs + outputStep - 1) / outputStep
    count = (rows + rowStep - 1) / rowStep * across
  }

  func block(_ index: Int) -> (rows: Range<Int>, outputs: Range<Int>) {
    let row = index / across * rowStep
    let output = index % across * outputStep
    return (row..<min(rows, row + rowStep), output..<min(outputs, output + outputStep))
  }
}
