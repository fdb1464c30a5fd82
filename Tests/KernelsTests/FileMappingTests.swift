import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct FileMappingTests {
  @Test func aMappedMatrixIsWhatTheFileHolds() throws {
    let folder = try TemporaryFolder()
    let values = randomValues(16 + 6 * 7, seed: 1)
    let path = folder.path + "/rows.f32"
    try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    let mapping = try FileMapping(path: path)
    let matrix = Matrix(rows: 6, columns: 7, mapping: mapping, byteOffset: 64)
    #expect(matrix.values == Array(values[16...]))
    #expect(Matrix(rows: 0, columns: 7, mapping: mapping).values.isEmpty)
  }

  @Test func aFileMayGrowBehindItsMapping() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows.f32"
    try Data(repeating: 7, count: 100).write(to: URL(fileURLWithPath: path))
    let mapping = try FileMapping(path: path, count: 100)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 8, count: 10_000))
    #expect(Array(unsafe mapping.bytes) == [UInt8](repeating: 7, count: 100))
    #expect(try FileMapping(path: path).count == 10_100)
    #expect(mapping.isWhole)
    try handle.truncate(atOffset: 99)
    #expect(!mapping.isWhole)
  }

  @Test func whatIsNoFileOrTooShortIsRefusedWithItsName() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/short"
    try Data(repeating: 1, count: 3).write(to: URL(fileURLWithPath: path))
    #expect(throws: FileMapping.Failure(file: path, reason: "it has 3 bytes, not 4")) {
      try FileMapping(path: path, count: 4)
    }
    #expect(throws: FileMapping.Failure(file: folder.path, reason: "it is not a regular file")) {
      try FileMapping(path: folder.path)
    }
    #expect(throws: FileMapping.Failure.self) { try FileMapping(path: folder.path + "/missing") }
  }

  @Test func aFileCanBeMappedFromAPageOn() throws {
    let folder = try TemporaryFolder()
    let page = Int(getpagesize())
    let path = try folder.write([UInt8](repeating: 1, count: page) + [2, 3], to: "pages")
    let (rest, one) = (
      try FileMapping(path: path, offset: page), try FileMapping(path: path, offset: page, count: 1)
    )
    withExtendedLifetime((rest, one)) {
      #expect(Array(rest.bytes) == [2, 3])
      #expect(Array(one.bytes) == [2])
    }
    #expect(throws: FileMapping.Failure.self) { try FileMapping(path: path, offset: page, count: 3) }
  }

  @Test func anEmptyFileHasNoBytes() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: folder.path + "/empty"))
    #expect(try FileMapping(path: folder.path + "/empty").count == 0)
  }

  @Test func pagesThatAreGivenBackComeAgain() throws {
    let folder = try TemporaryFolder()
    let floats = (0..<4096).map { Float($0) }
    let path = try folder.write(floats.withUnsafeBytes { Array($0) }, to: "rows.f32")
    let matrix = Matrix(rows: 64, columns: 64, mapping: try FileMapping(path: path))
    #expect(matrix.values == floats)
    matrix.releasePages()
    #expect(matrix.values == floats)
    let own = Matrix(rows: 1, columns: 2, values: [1, 2])
    own.releasePages()
    #expect(own.values == [1, 2])
  }
}
