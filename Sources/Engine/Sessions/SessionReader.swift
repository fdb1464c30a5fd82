public import Explorer
import Foundation
import JSONText
import Recipes
import Screen

/// Reads sessions; the file may come from a stranger.
public struct SessionReader {
  /// The most bytes of a file: steps, their keys and quotes, and escapes of what was typed.
  static let byteLimit = 32 << 20

  private let file: String

  /// Reads a file.
  public static func read(path: String) throws(SessionError) -> SessionRecording {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .cannotRead(file: path, reason: String(cString: strerror(errno)))
    }
    let data: Data?
    do {
      data = try handle.read(upToCount: byteLimit + 1)
    } catch {
      throw .cannotRead(file: path, reason: error.localizedDescription)
    }
    return try read([UInt8](data ?? Data()), file: path)
  }

  /// Reads a text; errors name it `file`.
  public static func read(_ bytes: [UInt8], file: String) throws(SessionError) -> SessionRecording {
    try SessionReader(file: file).recording(bytes)
  }

  private func recording(_ bytes: [UInt8]) throws(SessionError) -> SessionRecording {
    guard bytes.count <= Self.byteLimit else {
      throw .tooLarge(file: file, bytes: bytes.count, limit: Self.byteLimit)
    }
    var header: SessionHeader?
    var lines: [SessionLine] = []
    var (start, number) = (0, 0)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      number += 1
      let line = try SessionLineReader(bytes, start..<end, file: file, number: number)
      start = end + 1
      if header == nil {
        header = try line.header()
      } else {
        guard lines.count < SessionRecording.lineLimit else {
          throw .tooManyLines(file: file, limit: SessionRecording.lineLimit)
        }
        lines.append(try line.step())
      }
    }
    guard let header else { throw .empty(file: file) }
    return SessionRecording(header, lines)
  }
}
