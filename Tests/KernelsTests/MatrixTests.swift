import Kernels
import Testing

@Suite struct MatrixTests {
  @Test func startsWithZerosOnACacheLine() {
    let matrix = Matrix(rows: 3, columns: 5)
    #expect(matrix.values == [Float](repeating: 0, count: 15))
    matrix.withUnsafeValues { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
  }

  @Test func rowsAreCopiedInAndOut() {
    let matrix = Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
    matrix.setRow(0, [5, 6])
    #expect(matrix.row(0) == [5, 6])
    #expect(matrix.rows(1..<2).values == [3, 4])
    #expect(matrix.rows(1..<1).rows == 0)
    let other = Matrix(rows: 1, columns: 2)
    other.copyRow(1, of: matrix, to: 0)
    #expect(other.values == [3, 4])
  }

  @Test func readsLittleEndianBytesAtAnyAlignment() {
    let matrix = Matrix(rows: 1, columns: 2)
    let bytes: [UInt8] = [9, 0, 0, 128, 63, 0, 0, 0, 192]
    bytes.withUnsafeBytes { matrix.setRow(0, bytes: UnsafeRawBufferPointer(rebasing: $0[1...])) }
    #expect(matrix.values == [1, -2])
  }

  @Test func leadingRowsShareMemory() {
    let matrix = Matrix(rows: 3, columns: 1)
    matrix.leadingRows(2).setRow(1, [7])
    #expect(matrix.values == [0, 7, 0])
  }

  @Test func scalarKernelsAreAlwaysSupportedAndTheBestComesLast() {
    #expect(KernelSet.supported.first?.instructionSet == .scalar)
    #expect(KernelSet.supported.last == KernelSet.best)
    #expect(KernelSet.supported.allSatisfy { KernelSet($0.instructionSet) == $0 })
  }
}
