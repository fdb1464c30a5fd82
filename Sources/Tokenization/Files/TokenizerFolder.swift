import Foundation

/// Reads the files of a model folder, of which each may be absent, damaged or far too large.
struct TokenizerFolder {
  /// More than any tokenizer has: those of a quarter of a million tokens take some 30 MB.
  static let maximumByteCount = 128 << 20
  /// More lines, or pieces, are in no real file.
  static let maximumLineCount = 4_000_000

  let path: String

  init(_ path: String) throws(TokenizationError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw .folderMissing(path: path)
    }
    self.path = path
  }

  func file(_ name: String) -> String { URL(fileURLWithPath: path).appendingPathComponent(name).path }

  /// The bytes of a file; nil where there is none.
  ///
  /// - Throws: `unreadable`, also for what is not a regular file; `fileTooLarge` before anything is read.
  func bytes(_ name: String) throws(TokenizationError) -> [UInt8]? {
    let file = file(name)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let target = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: target.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw TokenizationError.unreadable(file: file, reason: "not a regular file")
      }
      let byteCount = (attributes[.size] as? NSNumber)?.intValue ?? 0
      guard byteCount <= Self.maximumByteCount else {
        throw TokenizationError.fileTooLarge(file: file, byteCount: byteCount, limit: Self.maximumByteCount)
      }
      return Array(try Data(contentsOf: target))
    } catch let error as TokenizationError {
      throw error
    } catch {
      throw .unreadable(file: file, reason: error.localizedDescription)
    }
  }

  /// Checks that a file of lines has no more than any real one.
  static func checkLineCount(of bytes: [UInt8], file: String) throws(TokenizationError) {
    let count = bytes.count { $0 == UInt8(ascii: "\n") }
    guard count <= maximumLineCount else {
      throw .wrongValue(
        file: file, key: "(all)", found: "\(count) lines", expected: "at most \(maximumLineCount)")
    }
  }

  /// A file that holds a JSON object; nil where there is none.
  func object(_ name: String) throws(TokenizationError) -> JSONReader? {
    guard let bytes = try bytes(name) else { return nil }
    return try JSONReader(file: file(name), bytes: bytes)
  }
}

/// The files of a tokenizer at one point in time.
struct FileIdentity: Sendable, Equatable {
  /// The path of the folder.
  var folder: String
  /// A line for each file, with path, size and time of change.
  var text: String
}

extension TokenizerFolder {
  /// All files that a tokenizer may be read from.
  private static let names =
    [
      "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
      "vocab.json", "merges.txt", "config.json",
    ] + SentencePieceFile.names

  /// What the files are now; nil where they cannot be told.
  var identity: FileIdentity? {
    var lines: [String] = []
    for name in Self.names where FileManager.default.fileExists(atPath: file(name)) {
      let target = URL(fileURLWithPath: file(name)).resolvingSymlinksInPath().path
      do {
        let attributes = try FileManager.default.attributesOfItem(atPath: target)
        guard let size = attributes[.size] as? NSNumber, let date = attributes[.modificationDate] as? Date
        else { return nil }
        lines.append("\(name)\t\(target)\t\(size)\t\(date.timeIntervalSince1970.bitPattern)")
      } catch {
        return nil  // Reading the file will say why.
      }
    }
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return FileIdentity(folder: folder, text: lines.joined(separator: "\n"))
  }
}
