internal import CKernels

/// A query for sign bits: its values in sixteen steps, as bit planes.
public struct SignQuery: Sendable {
  let planes: [UInt64]
  let count: Int
  /// What the values are multiples of.
  public let step: Float
  /// The sum of the values, in steps.
  public let sum: Int

  /// Values in steps of about a third of their root mean square, where the largest are cut.
  public init(_ values: [Double]) {
    count = values.count
    let words = (count + 63) / 64
    var planes = [UInt64](repeating: 0, count: 4 * words)
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, count))).squareRoot()
    let greatest = values.reduce(0) { max($0, $1.magnitude) }
    let step = min(greatest / 7, 0.35 * deviation)
    var sum = 0
    if step > 0, step.isFinite {
      for (index, value) in values.enumerated() {
        let level = Int(max(-8, min(7, (value / step).rounded())))
        sum += level
        for plane in 0..<4 where (level + 16) >> plane & 1 == 1 {
          planes[4 * (index / 64) + plane] |= 1 << UInt64(index % 64)
        }
      }
    }
    self.planes = planes
    self.step = Float(step)
    self.sum = sum
  }
}

/// The signs of coded rows, a bit for each value, for a first look at very many: [⌈rows / 8⌉][⌈dimensions / 64⌉][8] words.
///
/// A row is taken for scale · sign, where the scale gives it the right inner product with its code.
///
/// Sendable, because nobody writes the bits once they are there.
@safe
public final class SignRows: @unchecked Sendable {
  public let count: Int
  public let dimensions: Int
  private let words: Int
  private let bits: ByteMemory
  private let facts: ByteMemory
  private let hasOffsets: Bool

  /// The signs of codes.
  public init(_ rows: CodedRows, work: Work = .inline) {
    (count, dimensions) = (rows.count, rows.dimensions)
    words = (dimensions + 63) / 64
    hasOffsets = rows.geometry == .squared || rows.geometry == .magnitudes
    bits = ByteMemory(count: (count + 7) / 8 * words * 64)
    facts = ByteMemory(count: count * 8)
    let block = 512
    work.forEachBlock((count + block - 1) / block) { index in
      for row in index * block..<min(count, (index + 1) * block) { take(row, of: rows) }
    }
  }

  private func take(_ row: Int, of rows: CodedRows) {
    let code = unsafe (rows.memory.start + rows.layout.codes + row * dimensions).assumingMemoryBound(
      to: Int8.self)
    let group = unsafe (bits.start + row / 8 * words * 64).assumingMemoryBound(to: UInt64.self)
    let magnitude = unsafe kn_sign_bits(code, dimensions, row % 8, group)
    let coded = rows.facts(row)
    unsafe facts.floats(0)[row] = Float(magnitude) * coded.scale
    guard hasOffsets else { return }
    var offset = coded.offset
    if rows.geometry == .magnitudes {
      let squares = (0..<dimensions).reduce(0) { unsafe $0 + Int(code[$1]) * Int(code[$1]) }
      offset = -coded.scale * coded.scale * Float(squares) / 2
    }
    unsafe facts.floats(4 * count)[row] = offset
  }

  /// How many bytes a scan reads.
  public var byteCount: Int { bits.count + facts.count / (hasOffsets ? 1 : 2) }

  /// Calls `found` with every row of a range whose estimate is not below the threshold, in order.
  ///
  /// `found` gives the threshold from there on. The range begins at a multiple of eight.
  public func scan(
    _ range: Range<Int>, for query: SignQuery, threshold: Float, kernels: ScanKernels,
    found: (_ index: Int, _ estimate: Float) -> Float
  ) {
    precondition(
      range.lowerBound >= 0 && range.lowerBound % 8 == 0 && range.upperBound <= count,
      "rows \(range) of \(count)")
    precondition(query.count == dimensions, "a query of \(query.count) for rows of \(dimensions)")
    let chunk = 256
    var threshold = threshold
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * chunk) { whole in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: chunk) { floats in
        guard let sums = whole.baseAddress, let estimates = floats.baseAddress else { return }
        let selected = unsafe UnsafeMutableRawPointer(sums + chunk).assumingMemoryBound(to: UInt32.self)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
          let rows = min(chunk, range.upperBound - start)
          let group = unsafe (bits.start + start / 8 * words * 64).assumingMemoryBound(to: UInt64.self)
          unsafe kernels.table.pointee.signs(group, rows, words, query.planes, sums)
          // Σ ±value = 2 · Σ value over set bits − Σ value.
          var form = unsafe kn_code_bound()
          unsafe form.step = 2 * query.step
          unsafe form.raise = -query.step * Float(query.sum)
          unsafe form.scales = UnsafePointer(facts.floats(0) + start)
          unsafe form.offset_factor = 1
          if hasOffsets { unsafe form.offsets = UnsafePointer(facts.floats(4 * count) + start) }
          let selection = unsafe kernels.table.pointee.select(
            &form, sums, rows, threshold, selected, estimates)
          for place in 0..<selection {
            let estimate = unsafe estimates[place]
            if estimate < threshold { continue }
            threshold = unsafe found(start + Int(selected[place]), estimate)
          }
        }
      }
    }
  }
}

extension CodedRows {
  /// Reads every byte once and gives a mixture of them: what memory allows a search by the same threads.
  public func readThrough(work: Work = .inline) -> UInt64 { memory.readThrough(work) }
}

extension SignRows {
  /// Reads every byte once and gives a mixture of them: what memory allows a search by the same threads.
  public func readThrough(work: Work = .inline) -> UInt64 { bits.readThrough(work) ^ facts.readThrough(work) }
}

extension ByteMemory {
  fileprivate func readThrough(_ work: Work) -> UInt64 {
    let block = 1 << 20
    var mixtures = [UInt64](repeating: 0, count: (count + block - 1) / block)
    unsafe mixtures.withUnsafeMutableBufferPointer { mixtures in
      // Each block writes its own element.
      work.forEachBlock(mixtures.count) { index in
        unsafe mixtures[index] = unsafe kn_read_bytes(
          start + index * block, min(block, count - index * block))
      }
    }
    return mixtures.reduce(0, ^)
  }
}
