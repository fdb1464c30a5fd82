import Foundation

/// Reads the files of a model folder, of which each may be absent, damaged or far too large.
struct TokenizerFolder {
  /// More than any tokenizer has: those of a quarter of a million tokens take some 30 MB.
  static let maximumByteCount = 256 << 20

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

  /// A file that holds a JSON object; nil where there is none.
  func object(_ name: String) throws(TokenizationError) -> JSONReader? {
    guard let bytes = try bytes(name) else { return nil }
    return try JSONReader(file: file(name), bytes: bytes)
  }
}
