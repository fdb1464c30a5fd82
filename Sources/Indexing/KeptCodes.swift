import Corpora
import Foundation
import Kernels

/// Codes of vectors in files, so that the next start searches them where they are mapped and need not read every vector.
///
/// A file's name stands for all that decides its contents; one that is damaged is passed over, and a folder that cannot be
/// written costs nothing but time. What has not been used for longest goes when there is too much.
public struct KeptCodes: Sendable {
  /// Changes when the same vectors get other codes.
  private static let version = 1
  private static let suffix = ".codes"

  private let folder: String
  private let limitBytes: Int

  /// Codes in a folder that belongs to them alone, `limitBytes` of them at most.
  public init(folder: String, limitBytes: Int = 4 << 30) {
    self.folder = folder
    self.limitBytes = limitBytes
  }

  private func path(_ name: String) -> String {
    "\(folder)/\(ContentHash("\(Self.version)\n\(name)").digits)\(Self.suffix)"
  }

  /// The codes of a name; nil where there are none, or damaged ones.
  func find(_ name: String) -> CodedRows? {
    let path = path(name)
    do {
      let codes = try CodedRows(FileMapping(path: path))
      // Now is when it was used last.
      utimes(path, nil)
      return codes
    } catch {
      return nil
    }
  }

  /// Writes codes and gives them where they are mapped; nil where that is not possible.
  func keep(_ codes: CodedRows, as name: String) -> CodedRows? {
    let path = path(name)
    do {
      try codes.write(to: path)
      removeOldest(keeping: path)
      return try CodedRows(FileMapping(path: path))
    } catch {
      return nil
    }
  }

  private func removeOldest(keeping newest: String) {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: URL(fileURLWithPath: folder), includingPropertiesForKeys: Array(keys))) ?? []
    var kept = files.filter { $0.lastPathComponent.hasSuffix(Self.suffix) }.map { file in
      let values = try? file.resourceValues(forKeys: keys)
      return (
        path: file.path, size: values?.fileSize ?? 0, used: values?.contentModificationDate ?? .distantPast
      )
    }.sorted { $0.used > $1.used }
    var total = kept.reduce(0) { $0 + $1.size }
    while total > limitBytes, let oldest = kept.popLast() {
      guard oldest.path != newest else { continue }
      unlink(oldest.path)
      total -= oldest.size
    }
  }
}
