internal import CKernels

/// A query as whole numbers, in the form that the scan of coded rows reads.
@safe
public struct CodeQuery: Sendable {
  /// The largest magnitude of a value.
  public static let limit = 32512

  let values: [Int16]
  let high: [Int8]
  let low: [Int8]
  let sum: Int32
  /// For geometry `magnitudes`: the query on the scale of each level, from 0 to 255, `[levels, stride]`.
  let planes: [UInt8]
  /// The plane of each level.
  let slots: [UInt8]
  let count: Int

  /// A query for inner products: the sum over codes of code · value must fit an `Int32` whatever the codes, which are
  /// within −127…127.
  public init(values: [Int16]) {
    let magnitudes = values.reduce(0) { $0 + Int($1.magnitude) }
    precondition(
      values.allSatisfy { $0.magnitude <= Self.limit } && 127 * magnitudes <= Int(Int32.max),
      "values of a query add up to \(magnitudes), too much for sums of codes")
    count = values.count
    let stride = Self.stride(count)
    let padded = values + [Int16](repeating: 0, count: stride - count)
    var high = [Int8](repeating: 0, count: stride)
    var low = high
    unsafe kn_split_query(padded, stride, &high, &low)
    (self.values, self.high, self.low) = (padded, high, low)
    sum = values.reduce(0) { $0 + Int32($1) }
    planes = []
    slots = []
  }

  /// A query for sums of magnitudes: its values on the scale of each level that is given, within −128…127.
  public init(count: Int, levels: [(level: UInt8, values: [Int8])]) {
    self.count = count
    let stride = Self.stride(count)
    var planes = [UInt8](repeating: 128, count: max(1, levels.count) * stride)
    var slots = [UInt8](repeating: 0, count: 256)
    for (slot, level) in levels.enumerated() {
      precondition(level.values.count == count, "\(level.values.count) values for rows of \(count)")
      slots[Int(level.level)] = UInt8(slot)
      for (index, value) in level.values.enumerated() {
        planes[slot * stride + index] = UInt8(Int(value) + 128)
      }
    }
    (self.planes, self.slots) = (planes, slots)
    (values, high, low, sum) = ([], [], [], 0)
  }

  private static func stride(_ count: Int) -> Int { (count + 63) / 64 * 64 }
}

/// The factors of an upper bound of a row's score:
/// base + offsetFactor · offset + scale · (step · sum + raise) + residualFactor · residual.
public struct CodeBound: Sendable {
  public var base: Float
  public var offsetFactor: Float
  public var step: Float
  public var residualFactor: Float
  /// One, or one for each level (256) for geometry `magnitudes`.
  public var raises: [Float]

  public init(base: Float, offsetFactor: Float = 0, step: Float, residualFactor: Float, raises: [Float]) {
    (self.base, self.offsetFactor, self.step) = (base, offsetFactor, step)
    (self.residualFactor, self.raises) = (residualFactor, raises)
  }
}

extension CodedRows {
  /// Rows whose sums are in memory at a time.
  private static var scanChunk: Int { 256 }

  /// Calls `found` with every row of a range whose upper bound is not below the threshold, in order.
  ///
  /// `found` gets the place of the row, the sum of its code with the query and the bound, and gives the threshold from there
  /// on. A bound that is not a number is not below anything.
  public func scan(
    _ range: Range<Int>, for query: CodeQuery, bound: CodeBound, threshold: Float, kernels: ScanKernels,
    found: (_ index: Int, _ sum: Int32, _ upper: Float) -> Float
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows \(range) of \(count)")
    precondition(query.count == dimensions, "a query of \(query.count) for rows of \(dimensions)")
    precondition(bound.raises.count == (geometry == .magnitudes ? 256 : 1), "\(bound.raises.count) raises")
    var threshold = threshold
    let chunk = Self.scanChunk
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * chunk) { whole in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * chunk) { floats in
        guard let sums = whole.baseAddress, let uppers = floats.baseAddress else { return }
        let selected = unsafe UnsafeMutableRawPointer(sums + chunk).assumingMemoryBound(to: UInt32.self)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
          let rows = min(chunk, range.upperBound - start)
          unsafe sum(start..<start + rows, query, kernels, into: sums)
          let parts = unsafe expand(start, rows, bound, scales: uppers + chunk, raises: uppers + 2 * chunk)
          let selection = unsafe withUnsafePointer(to: parts) {
            unsafe kernels.table.pointee.select($0, sums, rows, threshold, selected, uppers)
          }
          for place in 0..<selection {
            let row = unsafe Int(selected[place])
            let upper = unsafe uppers[place]
            if upper < threshold { continue }
            threshold = unsafe found(start + row, sums[row], upper)
          }
        }
      }
    }
  }

  private func sum(
    _ rows: Range<Int>, _ query: CodeQuery, _ kernels: ScanKernels, into sums: UnsafeMutablePointer<Int32>
  ) {
    let codes = unsafe (memory.start + layout.codes + rows.lowerBound * dimensions)
      .assumingMemoryBound(to: Int8.self)
    guard geometry == .magnitudes else {
      unsafe query.values.withUnsafeBufferPointer { values in
        unsafe query.high.withUnsafeBufferPointer { high in
          unsafe query.low.withUnsafeBufferPointer { low in
            var form = unsafe kn_code_query(
              count: dimensions, values: values.baseAddress, high: high.baseAddress, low: low.baseAddress,
              sum: query.sum)
            unsafe kernels.table.pointee.dots(codes, rows.count, &form, sums)
          }
        }
      }
      return
    }
    let levels = unsafe (memory.start + layout.levels + rows.lowerBound).assumingMemoryBound(to: UInt8.self)
    unsafe kernels.table.pointee.differences(
      codes, rows.count, dimensions, query.planes, query.slots, levels, sums)
  }

  /// The kernel's form of a bound, with scales and raises by row where they go by level.
  private func expand(
    _ start: Int, _ rows: Int, _ bound: CodeBound, scales: UnsafeMutablePointer<Float>,
    raises: UnsafeMutablePointer<Float>
  ) -> kn_code_bound {
    var parts = unsafe kn_code_bound()
    unsafe parts.base = bound.base
    unsafe parts.offset_factor = bound.offsetFactor
    unsafe parts.step = bound.step
    unsafe parts.residual_factor = bound.residualFactor
    unsafe parts.residuals = UnsafePointer(memory.floats(layout.residuals) + start)
    if geometry == .squared { unsafe parts.offsets = UnsafePointer(memory.floats(layout.offsets) + start) }
    guard geometry == .magnitudes else {
      unsafe parts.scales = UnsafePointer(memory.floats(layout.scales) + start)
      unsafe parts.raise = bound.raises[0]
      return unsafe parts
    }
    for row in 0..<rows {
      let level = unsafe memory.bytes[layout.levels + start + row]
      unsafe scales[row] = kn_level_scale(level)
      unsafe raises[row] = bound.raises[Int(level)]
    }
    unsafe parts.scales = UnsafePointer(scales)
    unsafe parts.raises = UnsafePointer(raises)
    return unsafe parts
  }
}
