import Foundation
import JSONText

/// The bytes of one file or stream of text: finds its lines and turns ranges of it into strings.
struct TextSource {
  /// As messages name it.
  let name: String
  let bytes: [UInt8]
  let allowsZero: Bool

  init(name: String, bytes: [UInt8], allowsZero: Bool = false) {
    self.name = name
    self.bytes = bytes
    self.allowsZero = allowsZero
  }

  /// Reads a whole regular file, whose size is checked first.
  ///
  /// The file is copied rather than mapped: a mapped file that shrinks meanwhile would end the program.
  init(path: String, limit: Int, allowsZero: Bool = false) throws(CorpusError) {
    guard try FileKind(path: path) == .file else { throw .notAFile(path: path) }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { handle.closeFile() }
      let byteCount = try handle.seekToEnd()
      guard byteCount <= UInt64(limit) else {
        throw CorpusError.fileTooLarge(file: path, byteCount: Int(clamping: byteCount), limit: limit)
      }
      try handle.seek(toOffset: 0)
      let data = try handle.read(upToCount: Int(byteCount)) ?? Data()
      self.init(name: path, bytes: [UInt8](data), allowsZero: allowsZero)
    } catch let error as CorpusError {
      throw error
    } catch {
      throw .notReadable(path: path, reason: systemsReason(error))
    }
  }

  /// Where the text begins: after a byte-order mark.
  var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The bytes of the line at `position`, without its LF or CRLF, and where the next one begins.
  func line(at position: Int) -> (range: Range<Int>, next: Int) {
    guard let newline = firstIndex(of: 0x0A, in: position..<bytes.count) else {
      return (position..<bytes.count, bytes.count)
    }
    let hasReturn = newline > position && bytes[newline - 1] == 0x0D
    return (position..<(hasReturn ? newline - 1 : newline), newline + 1)
  }

  /// Calls `body` with each line's number, from 1, and bytes; the last newline ends the last line.
  func forEachLine(_ body: (Int, Range<Int>) throws(CorpusError) -> Void) throws(CorpusError) {
    var position = start
    var number = 1
    while position < bytes.count {
      let (range, next) = line(at: position)
      try body(number, range)
      position = next
      number += 1
    }
  }

  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    bytes.withUnsafeBytes { buffer in
      guard !range.isEmpty, let base = buffer.baseAddress else { return nil }
      guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// The string of a range, strictly UTF-8.
  func string(_ range: Range<Int>) throws(RowProblem) -> String {
    let text = bytes.withUnsafeBufferPointer { String(validating: $0[range], as: UTF8.self) }
    guard let text else {
      let offset = range.lowerBound + (bytes[range].offsetOfInvalidUTF8 ?? 0)
      throw .invalidUTF8(offset: offset, byte: bytes[offset])
    }
    try checkZero(range)
    return text
  }

  /// Refuses a zero character where the source may have none.
  func checkZero(_ range: Range<Int>) throws(RowProblem) {
    if !allowsZero, firstIndex(of: 0, in: range) != nil { throw .zeroCharacter }
  }

  func isBlank(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}

/// What a path names.
enum FileKind {
  case file, folder, other

  init(path: String) throws(CorpusError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notFound(path: path)
    }
    if isFolder.boolValue {
      self = .folder
      return
    }
    do {
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      let type = try FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
      self = type == .typeRegular ? .file : .other
    } catch {
      throw .notReadable(path: path, reason: systemsReason(error))
    }
  }
}
