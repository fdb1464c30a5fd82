extension CodedRows {
  /// Writes the rows to a file that `init(_:)` opens, in the place of one that may be there.
  ///
  /// - Throws: `PartialFile.Failure`; nothing is changed then.
  public func write(to file: String) throws(PartialFile.Failure) {
    let partial = try PartialFile(replacing: file)
    let body = unsafe UnsafeRawBufferPointer(rebasing: memory.bytes[CodedLayout.headerSize...])
    var header = unsafe Array(memory.bytes.prefix(CodedLayout.headerSize))
    let sum = unsafe checksum(body)
    unsafe header.withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: sum.littleEndian, toByteOffset: CodedLayout.checksum, as: UInt64.self)
    }
    try unsafe partial.write(body, at: CodedLayout.headerSize)
    let result = unsafe header.withUnsafeBytes { bytes in
      Result { () throws(PartialFile.Failure) in try unsafe partial.write(bytes, at: 0) }
    }
    try result.get()
    try partial.finish()
  }

  /// Whether the rows are in memory, or their file still has them.
  public var isWhole: Bool { memory.isWhole }

  /// Whether the rows are those of a file.
  public var isMapped: Bool { memory.isMapped }

  /// Opens stored rows where they are.
  ///
  /// - Throws: `Damage` where the sizes do not fit the file, the header makes no sense or the checksum differs.
  /// - Complexity: O(bytes), for the checksum.
  public convenience init(_ mapping: FileMapping) throws(Damage) {
    let bytes = unsafe mapping.bytes
    guard bytes.count >= CodedLayout.headerSize,
      unsafe bytes.prefix(8).elementsEqual(CodedLayout.magic)
    else { throw Damage(reason: "it does not begin as coded rows do") }
    func field(_ offset: Int) -> UInt64 {
      unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let kinds = field(8)
    guard let geometry = Geometry(rawValue: UInt32(truncatingIfNeeded: kinds)), kinds >> 32 <= 1 else {
      throw Damage(
        reason: "geometry \(kinds & 0xffff_ffff) with row numbers of kind \(kinds >> 32) is unknown")
    }
    let first = field(32)
    guard let rows = Int(exactly: field(16)), let dimensions = Int(exactly: field(24)),
      rows <= 1 << 32, first <= 1 << 32, first + UInt64(rows) <= 1 << 32,
      let layout = CodedLayout(
        geometry: geometry, rows: rows, dimensions: dimensions, listsNumbers: kinds >> 32 == 1)
    else { throw Damage(reason: "\(field(16)) rows of \(field(24)) from row \(first) on are too many") }
    guard layout.byteCount == bytes.count else {
      throw Damage(
        reason: "it has \(bytes.count) bytes, and \(rows) rows of \(dimensions) take \(layout.byteCount)")
    }
    guard
      unsafe checksum(UnsafeRawBufferPointer(rebasing: bytes[CodedLayout.headerSize...]))
        == field(CodedLayout.checksum)
    else { throw Damage(reason: "its checksum differs") }
    self.init(layout, ByteMemory(mapping))
    guard center.allSatisfy({ $0.magnitude <= Self.centerLimit }) else {
      throw Damage(reason: "its center is out of range")
    }
  }
}
