/// A model on this machine.
public struct FoundModel: Equatable, Sendable {
  /// How a model came here.
  public enum Origin: Equatable, Sendable {
    /// A folder that the user names.
    case folder
    /// A snapshot in a hub cache.
    case hubCache(commit: String)
    /// The program's own folder of models.
    case ownFolder
  }

  /// The hub id, the short name or the path, as the user can give it again.
  public var name: String
  public var path: String
  public var origin: Origin

  public init(name: String, path: String, origin: Origin) {
    self.name = name
    self.path = path
    self.origin = origin
  }
}

/// A model of the list, with its size on disk.
public struct ListedModel: Equatable, Sendable {
  public var model: FoundModel
  public var byteCount: Int
}

/// How far a pull has come.
public struct DownloadProgress: Equatable, Sendable {
  /// What is fetched now, relative to the model's folder.
  public var file: String
  /// Bytes of all files so far, those of earlier attempts included.
  public var doneBytes: Int
  /// Bytes of all files; nil while they are not known.
  public var totalBytes: Int?

  public init(file: String, doneBytes: Int, totalBytes: Int?) {
    self.file = file
    self.doneBytes = doneBytes
    self.totalBytes = totalBytes
  }
}
