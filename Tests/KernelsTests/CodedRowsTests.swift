import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct CodedRowsTests {
  private static func coded(
    _ count: Int, _ geometry: CodedRows.Geometry, numbers: [Int]? = nil, dimensions: Int = 21,
    seed: UInt64 = 1
  ) -> CodedRows {
    CodedRows(
      randomMatrix(rows: count, columns: dimensions, seed: seed), numbers: numbers ?? Array(5..<5 + count),
      center: randomValues(dimensions, seed: 2), geometry: geometry, kernels: ScanKernels(.best))
  }

  private static func isSame(_ a: CodedRows, _ b: CodedRows) -> Bool {
    a.hasSameForm(as: b) && a.numbers == b.numbers && a.levels == b.levels
      && (0..<a.count).allSatisfy { a.code($0) == b.code($0) && a.facts($0) == b.facts($0) }
  }

  /// The bytes of a file of rows.
  private static func bytes(_ rows: CodedRows, _ folder: TemporaryFolder) throws -> [UInt8] {
    let path = folder.path + "/written"
    try rows.write(to: path)
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// With the checksum that belongs to what stands behind the header.
  private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let sum = bytes.withUnsafeBytes { unsafe checksum(UnsafeRawBufferPointer(rebasing: $0.dropFirst(128))) }
    return bytes[..<40] + withUnsafeBytes(of: sum.littleEndian) { unsafe Array($0) } + bytes[48...]
  }

  private static func open(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> CodedRows {
    try CodedRows(FileMapping(path: folder.write(bytes, to: "codes-\(bytes.hashValue)")))
  }

  @Test(arguments: CodedRows.Geometry.allCases)
  func whatIsStoredIsWhatIsOpened(geometry: CodedRows.Geometry) throws {
    let folder = try TemporaryFolder()
    for count in [0, 1, 100] {
      for numbers in [nil, (0..<count).map { ($0 * 37 + 11) % 101 }] {
        let rows = Self.coded(count, geometry, numbers: numbers)
        let opened = try Self.open(Self.bytes(rows, folder), folder)
        #expect(Self.isSame(rows, opened) && opened.geometry == geometry && opened.count == count)
        #expect(opened.isMapped && opened.isWhole && !rows.isMapped)
        #expect(try Self.bytes(opened, folder) == Self.bytes(rows, folder))
      }
    }
  }

  @Test(arguments: CodedRows.Geometry.allCases)
  func joinedRowsAreTheSameRows(geometry: CodedRows.Geometry) {
    let first = Self.coded(30, geometry, numbers: Array(0..<30), seed: 3)
    let second = Self.coded(17, geometry, numbers: Array(30..<47), seed: 4)
    let third = Self.coded(2, geometry, numbers: [90, 70], seed: 5)
    let run = CodedRows(joining: [first, second])
    let listed = CodedRows(joining: [first, second, third])
    #expect(run.run == 0..<47 && listed.run == nil && listed.numbers == Array(0..<47) + [90, 70])
    for (index, row) in [(0, 0), (29, 29)] { #expect(listed.code(index) == first.code(row)) }
    for (index, row) in [(30, 0), (46, 16)] { #expect(listed.facts(index) == second.facts(row)) }
    #expect(listed.code(48) == third.code(1))
    #expect(Set(listed.levels) == Set([first, second, third].flatMap(\.levels)))
  }

  @Test func threadsGiveTheSameCodes() async throws {
    let vectors = randomMatrix(rows: 20_000, columns: 40, seed: 7)
    let center = randomValues(40, seed: 8)
    let numbers = Array(0..<20_000)
    let alone = CodedRows(
      vectors, numbers: numbers, center: center, geometry: .normalized, kernels: ScanKernels(.best))
    let found = try await WorkerTeam(threads: 3).perform(.bulk) { work in
      CodedRows(
        vectors, numbers: numbers, center: center, geometry: .normalized, kernels: ScanKernels(.best),
        work: work)
    }
    let folder = try TemporaryFolder()
    #expect(try Self.bytes(found, folder) == Self.bytes(alone, folder))
  }

  @Test(arguments: CodedRows.Geometry.allCases)
  func damagedFilesAreRefused(geometry: CodedRows.Geometry) throws {
    let folder = try TemporaryFolder()
    let whole = try Self.bytes(Self.coded(9, geometry, numbers: [4, 2, 9, 7, 1, 0, 30, 31, 32]), folder)
    func expectRefusal(_ bytes: [UInt8], _ comment: Comment) {
      #expect(throws: CodedRows.Damage.self, comment) { try Self.open(bytes, folder) }
    }
    for length in [0, 1, 8, 127, 128, 129, whole.count - 1] {
      expectRefusal(Array(whole.prefix(length)), "\(length)")
    }
    expectRefusal(whole + [0], "longer")
    for (offset, bytes) in [
      (0, [0x41 as UInt8]), (8, [9]), (12, [0]), (12, [2]), (16, [8]), (16, [10]),
      (16, [UInt8](repeating: 255, count: 8)), (24, [20]), (24, [UInt8](repeating: 255, count: 8)),
      (23, [0x7f]), (31, [0x7f]), (32, [UInt8](repeating: 255, count: 8)), (128, [0, 0, 0xc0, 0x7f]),
      (128, [0, 0, 0x80, 0xff]),
    ] {
      var damaged = whole
      damaged.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      expectRefusal(damaged, "\(offset): \(bytes), the checksum of before")
      // A list of row numbers that is denied is left over, unless it fits into the gap before the next part.
      if offset == 12, bytes == [0], damaged.count == whole.count, geometry == .magnitudes { continue }
      expectRefusal(Self.sealed(damaged), "\(offset): \(bytes)")
    }
    for offset in 128..<whole.count {
      var damaged = whole
      damaged[offset] ^= 1
      expectRefusal(damaged, "a bit of byte \(offset)")
    }
  }

  @Test func whatCannotBeWrittenLeavesWhatWasThere() throws {
    let folder = try TemporaryFolder()
    let rows = Self.coded(9, .plain)
    let path = folder.path + "/codes"
    try rows.write(to: path)
    let inTheWay = try folder.write([1], to: "file")
    #expect(throws: PartialFile.Failure.self) { try rows.write(to: inTheWay + "/codes") }
    // A folder cannot be replaced by a file.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/taken/inside", withIntermediateDirectories: true)
    #expect(throws: PartialFile.Failure.self) { try rows.write(to: folder.path + "/taken") }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left == ["codes", "file", "taken"])
    #expect(Self.isSame(try CodedRows(FileMapping(path: path)), rows))
  }

  @Test func whatEndedProcessesLeftGoes() throws {
    let folder = try TemporaryFolder()
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/bin/true")
    try other.run()
    other.waitUntilExit()
    let gone = other.processIdentifier
    let own = ProcessInfo.processInfo.processIdentifier
    for name in [
      "codes.\(gone)-3.partial", "other.\(gone).partial", "codes.\(own)-0.partial", "codes.x.partial",
      "codes.-1.partial", "codes.0.partial", "\(gone).partial", "codes.\(gone)-3.whole",
    ] {
      _ = try folder.write([1], to: name)
    }
    try Self.coded(9, .plain).write(to: folder.path + "/codes")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      Set(left) == [
        "codes", "codes.\(own)-0.partial", "codes.x.partial", "codes.-1.partial", "codes.0.partial",
        "\(gone).partial", "codes.\(gone)-3.whole",
      ])
  }

  @Test func aFileThatWasCutIsNotWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/codes"
    try Self.coded(9, .plain).write(to: path)
    let rows = try CodedRows(FileMapping(path: path))
    #expect(rows.isWhole)
    #expect(truncate(path, 200) == 0)
    #expect(!rows.isWhole)
  }

  /// Whatever the codes say, searching them ends.
  @Test(arguments: CodedRows.Geometry.allCases)
  func damagedCodesDoNotCrash(geometry: CodedRows.Geometry) throws {
    let folder = try TemporaryFolder()
    let whole = try Self.bytes(Self.coded(40, geometry), folder)
    var random = SeededGenerator(seed: 9)
    for _ in 0..<20 {
      var damaged = whole
      // Behind the center, whose range is checked.
      for index in 256..<damaged.count where Int.random(in: 0..<4, using: &random) == 0 {
        damaged[index] = UInt8.random(in: 0...255, using: &random)
      }
      let rows = try Self.open(Self.sealed(damaged), folder)
      let query =
        geometry == .magnitudes
        ? CodeQuery(count: 21, levels: rows.levels.map { ($0, [Int8](repeating: 3, count: 21)) })
        : CodeQuery(values: [Int16](repeating: 100, count: 21))
      let bound = CodeBound(
        base: 0, step: 1, residualFactor: 1,
        raises: [Float](repeating: 1, count: geometry == .magnitudes ? 256 : 1))
      for kernels in ScanKernels.supported {
        var seen = 0
        rows.scan(0..<40, for: query, bound: bound, threshold: -.infinity, kernels: kernels) { _, _, _ in
          seen += 1
          return -.infinity
        }
        #expect(seen == 40)
      }
    }
  }
}
