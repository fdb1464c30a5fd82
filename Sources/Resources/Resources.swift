import Foundation

/// The files of `Samples/` and `Themes/` that come with the program.
public enum Resources {
  /// A folder of files that comes with the program.
  public enum Folder: String, CaseIterable, Sendable {
    case samples = "Samples"
    case themes = "Themes"
  }

  /// The first place that has the folder, or nil.
  ///
  /// The places: what the build put beside the executable, then `share/vecscope` of the prefix that the
  /// executable is installed in.
  public static func path(_ folder: Folder, executable: String? = executablePath) -> String? {
    guard let executable else { return nil }
    let beside = URL(fileURLWithPath: executable).deletingLastPathComponent()
    let places = [
      beside.appendingPathComponent("vecscope_Resources.resources"),
      beside.appendingPathComponent("vecscope_Resources.bundle"),
      beside.deletingLastPathComponent().appendingPathComponent("share/vecscope"),
    ]
    return places.map { $0.appendingPathComponent(folder.rawValue).path }.first(where: isFolder)
  }

  /// A file of a folder, or nil where it is missing.
  public static func path(_ name: String, in folder: Folder, executable: String? = executablePath) -> String?
  {
    guard let folder = path(folder, executable: executable) else { return nil }
    let path = URL(fileURLWithPath: folder).appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// Where the running program is, with symbolic links followed.
  public static var executablePath: String? {
    Bundle.main.executableURL?.resolvingSymlinksInPath().path
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
