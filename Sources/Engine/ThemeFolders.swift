import Foundation
public import Screen

/// Where theme files are: single files first, then folders; of two themes with one name the first counts.
public struct ThemeFolders: Sendable {
  /// Files that stand for themselves, such as one that an option names.
  public var files: [String]
  public var folders: [String]

  /// More files of a folder are not read.
  private static let fileLimit = 500

  public init(files: [String] = [], folders: [String]) {
    self.files = files
    self.folders = folders
  }

  /// Reads every theme; a file that cannot be read is a theme with that fault.
  public func library() -> ThemeLibrary {
    var seen = Set<String>()
    return ThemeLibrary(paths.filter { seen.insert($0).inserted }.map(Self.read))
  }

  /// Reads one theme file.
  public static func read(_ path: String) -> ThemeFile {
    var status = stat()
    guard stat(path, &status) == 0 else { return unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return ThemeFile(path: path, unreadable: "is no file")
    }
    // Not blocking: the file may have become a pipe by now.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return unreadable(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count <= ThemeFile.byteLimit {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return unreadable(path) }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return ThemeFile(path: path, bytes: bytes)
  }

  private static func unreadable(_ path: String) -> ThemeFile {
    ThemeFile(path: path, unreadable: "cannot be read: " + String(cString: strerror(errno)))
  }

  /// What tells one state of the files from another.
  struct Signature: Equatable {
    fileprivate var files: [String: [Int]] = [:]
  }

  func signature() -> Signature {
    var signature = Signature()
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      signature.files[path] = [Int(status.st_size), time.tv_sec, time.tv_nsec, Int(status.st_ino)]
    }
    return signature
  }

  private var paths: [String] {
    files
      + folders.flatMap { folder -> [String] in
        // A folder that is not there has no themes.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { name in
          !name.hasPrefix(".") && ThemeFile.extensions.contains { name.lowercased().hasSuffix("." + $0) }
        }.sorted().prefix(Self.fileLimit).map { "\(folder)/\($0)" }
      }
  }
}
