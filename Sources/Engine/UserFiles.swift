import Foundation
import JSONText

/// What the explorer remembers of the user: queries, own texts, the last model.
///
/// Every file is written beside its place and renamed into it, so that an interruption loses nothing.
public struct UserFiles: Sendable {
  public let folder: String
  /// How many queries are kept, and how many bytes of them besides the newest.
  static let historyLimit = 1000
  static let historyLimitBytes = 1 << 20

  public init(folder: String) { self.folder = folder }

  /// The queries of earlier sessions, the oldest first.
  public func history() -> [String] { lines(of: "history") }

  /// The user's own texts for the heatmap.
  public func texts() -> [String] { lines(of: "texts") }

  public func lastModel() -> String? { lines(of: "last-model").first }

  /// Adds queries, the newest last.
  func append(queries new: [String]) throws {
    var (kept, bytes): ([String], Int) = ([], 0)
    var seen: Set<String> = []
    for query in (history() + new).reversed() where seen.insert(query).inserted {
      bytes += query.utf8.count
      guard kept.isEmpty || kept.count < Self.historyLimit && bytes <= Self.historyLimitBytes else { break }
      kept.append(query)
    }
    try write(kept.reversed(), to: "history")
  }

  /// Keeps the user's texts; what another explorer has added since `known` was read or written stays.
  func save(texts: [String], knowing known: [String]) throws {
    let others = self.texts().filter { !known.contains($0) && !texts.contains($0) }
    try write(texts + others, to: "texts")
  }

  func save(lastModel: String) throws { try write([lastModel], to: "last-model") }

  /// One JSON string a line, so that a text may hold line breaks; a damaged line is left out.
  private func lines(of name: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      do {
        var scanner = JSONScanner([UInt8](line))
        let text = try scanner.string()
        try scanner.expectEnd()
        return text
      } catch {
        return nil
      }
    }
  }

  private func write(_ lines: [String], to name: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = lines.map { JSONValue.string($0).text + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
  }
}
