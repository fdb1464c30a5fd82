import Explorer
import Foundation

/// Files that the user asks for by name.
enum ExportFile {
  /// Writes a file and says what became of it: one that is there already stays unless the request says otherwise.
  static func write(_ request: ExportRequest) -> ExportOutcome {
    let path = NSString(string: request.path).expandingTildeInPath
    let url = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      return .failed(Failure("\(url.path) is a folder", nextStep: "write the name of a file behind it"))
    }
    if exists, !request.overwrites { return .exists(path: url.path) }
    do {
      // Between the look and the writing another program may have made the file.
      try Data(request.contents.utf8).write(
        to: url, options: request.overwrites ? .atomic : .withoutOverwriting)
      return .written(path: url.path)
    } catch CocoaError.fileWriteFileExists {
      return .exists(path: url.path)
    } catch {
      return .failed(
        Failure(
          "\(url.path) cannot be written: \(error.localizedDescription)", nextStep: "choose another place"))
    }
  }
}
