internal import CKernels
internal import Foundation

/// Sines and cosines of rotary position embeddings (Su et al., 2021), for some leading values of every head.
public struct RotaryTable: Sendable {
  /// Which values form a pair that turns together.
  public enum Layout: Sendable {
    /// The first with the first of the second half, and so on: GPT-NeoX, Llama.
    case halves
    /// Neighbours: GPT-J.
    case interleaved
  }

  /// Positions that the table holds, from 0 on.
  public let positions: Int
  /// Leading values of a head that turn; the others stay.
  public let width: Int
  public let layout: Layout
  let values: AlignedFloats

  /// Angles position / scaling · base^(−2i / width) of the pairs i; `width` is even.
  public init(positions: Int, width: Int, base: Double, scaling: Double = 1, layout: Layout) {
    precondition(width >= 0 && width % 2 == 0, "\(width) values do not form pairs")
    let frequencies = (0..<width / 2).map { pow(base, -2 * Double($0) / Double(width)) / scaling }
    self.init(positions: positions, frequencies: frequencies, layout: layout)
  }

  /// Angles position · frequency, one frequency for each pair; `amplitude` multiplies all sines and cosines, as YaRN's
  /// attention factor does (Peng et al., 2023).
  public init(positions: Int, frequencies: [Double], amplitude: Double = 1, layout: Layout) {
    precondition(positions >= 0, "a table of \(positions) positions")
    (self.positions, self.layout) = (positions, layout)
    width = 2 * frequencies.count
    let pairs = frequencies.count
    let stride = Self.stride(pairs, layout)
    let (count, overflow) = positions.multipliedReportingOverflow(by: stride)
    precondition(!overflow, "no memory holds \(positions) × \(stride) floats")
    unsafe values = AlignedFloats(count: count) { start in
      for position in 0..<positions {
        let row = unsafe start + position * stride
        for (pair, frequency) in frequencies.enumerated() {
          let angle = Double(position) * frequency
          let (cosine, sine) = (Float(amplitude * cos(angle)), Float(amplitude * sin(angle)))
          switch layout {
          case .halves:
            unsafe row[pair] = cosine
            unsafe row[pairs + pair] = sine
          case .interleaved:
            unsafe row[2 * pair] = cosine
            unsafe row[2 * pair + 1] = cosine
            unsafe row[2 * (pairs + pair)] = -sine
            unsafe row[2 * (pairs + pair) + 1] = sine
          }
        }
      }
    }
  }

  /// What the kernels read for one position.
  func row(_ position: Int) -> UnsafePointer<Float> {
    precondition(0..<positions ~= position, "position \(position) of \(positions)")
    return unsafe UnsafePointer(values.start + position * Self.stride(width / 2, layout))
  }

  private static func stride(_ pairs: Int, _ layout: Layout) -> Int {
    layout == .halves ? 2 * pairs : 4 * pairs
  }
}

extension KernelSet {
  /// Rotates the leading values of every head in `columns` by the position of their token, in place.
  ///
  /// Texts stand one after another, `lengths` tokens each; positions start at 0 in each.
  public func rotate(
    _ states: Matrix, columns: Range<Int>, headWidth: Int, lengths: [Int], table rotary: RotaryTable,
    work: Work
  ) {
    states.checkHeads(columns, width: headWidth)
    precondition(rotary.width <= headWidth, "\(rotary.width) values turn in heads of \(headWidth)")
    let positions = states.positions(lengths)
    work.forEachRow(of: states) { row in
      let angles = unsafe rotary.row(positions[row])
      for column in stride(from: columns.lowerBound, to: columns.upperBound, by: headWidth) {
        unsafe table.pointee.rotate(
          states.rowStart(row) + column, angles, rotary.width / 2, rotary.layout == .interleaved ? 1 : 0)
      }
    }
  }
}

extension Matrix {
  /// The position of every row in its text.
  fileprivate func positions(_ lengths: [Int]) -> [Int] {
    checkTexts(lengths)
    return lengths.flatMap { 0..<$0 }
  }

  /// Checks that the rows are texts of these lengths.
  func checkTexts(_ lengths: [Int]) {
    precondition(
      lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == rows,
      "texts of \(lengths) do not give \(rows) rows")
  }
}
