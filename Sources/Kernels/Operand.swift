internal import CKernels
internal import Recipes

/// Memory for the narrowed inputs of products, used by one product after another.
///
/// Written by the product that it is handed to; that is what makes it Sendable.
@safe
public final class OperandSpace: @unchecked Sendable {
  private let words: AlignedFloats
  private let spans: AlignedFloats

  /// Space for inputs of up to `rows` × `columns`, whatever the precision.
  public init(rows: Int, columns: Int) {
    unsafe words = AlignedFloats(count: rows * Self.longestRow(columns)) { _ in }
    unsafe spans = AlignedFloats(count: 2 * rows) { _ in }
  }

  /// Words that a row takes at most: two bytes a value.
  private static func longestRow(_ columns: Int) -> Int { (columns + 1) / 2 }

  /// Whether a matrix fits.
  func holds(_ input: Matrix) -> Bool {
    input.rows * Self.longestRow(input.columns) <= words.count && 2 * input.rows <= spans.count
  }

  /// Narrows a matrix; the operand is valid until the space is used again.
  func narrow(_ input: Matrix, _ operands: kn_operands, _ kernels: KernelSet, _ work: Work) -> Operand {
    let stride = kn_words(operands, input.columns)
    precondition(holds(input), "no space for [\(input.rows), \(input.columns)]")
    let operand = unsafe Operand(
      owner: self, start: UnsafeRawPointer(words.start), stride: stride,
      spans: UnsafeRawPointer(spans.start).assumingMemoryBound(to: kn_span.self))
    let spans = unsafe UnsafeMutableRawPointer(spans.start).assumingMemoryBound(to: kn_span.self)
    work.forEachRow(of: input) { row in
      unsafe kernels.table.pointee.narrow(
        operands, input.rowStart(row), input.columns, words.start + row * stride, spans + row)
    }
    return operand
  }
}

/// The input of a product as its kernel reads it.
@safe
struct Operand {
  /// Whose memory it is.
  let owner: AnyObject
  let start: UnsafeRawPointer
  /// Words from one row to the next.
  let stride: Int
  /// Of the rows of bytes.
  let spans: UnsafePointer<kn_span>?

  /// Floats where they stand.
  init(_ matrix: Matrix) {
    unsafe self.init(
      owner: matrix, start: UnsafeRawPointer(matrix.start), stride: matrix.columns, spans: nil)
  }

  init(owner: AnyObject, start: UnsafeRawPointer, stride: Int, spans: UnsafePointer<kn_span>?) {
    self.owner = owner
    unsafe (self.start, self.stride, self.spans) = (start, stride, spans)
  }
}
