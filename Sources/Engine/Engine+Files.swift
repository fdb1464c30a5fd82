import Corpora
import Explorer
import Foundation
import Kernels

// MARK: - Files that the user names

extension Engine {
  /// The texts of a file for the user's own list.
  func loadTexts(_ path: String, _ generation: Int) async throws {
    let (path, options) = (Self.resolved(path), settings.corpusOptions)
    let contents = try await settings.team.perform(.bulk) { _ in
      try CorpusReader.read([path], options: options)
    }
    try Task.checkCancellation()
    send(.texts(contents.texts.map(\.embeddedText), generation: generation))
  }

  /// Writes what a view shows.
  @concurrent nonisolated func export(_ request: ExportRequest, _ generation: Int) async throws {
    send(.exported(ExportFile.write(request), generation: generation))
  }

  /// `~` is the user's home folder.
  private static func resolved(_ path: String) -> String {
    NSString(string: path).expandingTildeInPath
  }
}
