import Foundation

/// The name under which a corpus is stored: its files.
public enum CollectionName {
  /// The files' full paths, so that two corpora of one name are two collections.
  public static func of(_ paths: [String]) -> String {
    paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }.joined(separator: "\n")
  }

  /// The files' names, for the screen.
  static func shown(_ paths: [String]) -> String {
    paths.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", ")
  }
}
