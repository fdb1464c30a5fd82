import Explorer
import Screen

// MARK: - Themes

extension Engine {
  /// How often theme files are looked at.
  private static let followInterval = Duration.milliseconds(500)

  @concurrent nonisolated func listThemes(_ generation: Int) async throws {
    let entries = settings.themes.library().entries
    try Task.checkCancellation()
    send(.themes(entries, generation: generation))
  }

  /// Tells of the theme files, and again whenever they change, until it is cancelled.
  @concurrent nonisolated func followThemes() async throws {
    let folders = settings.themes
    var known: ThemeFolders.Signature?
    while true {
      // Before the files are read: what changes meanwhile is found the next time.
      let found = folders.signature()
      if found != known { send(.themesChanged(folders.library().entries)) }
      known = found
      try await Task.sleep(for: Self.followInterval)
    }
  }
}
