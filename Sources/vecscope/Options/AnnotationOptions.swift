import ArgumentParser
import Explorer
import Foundation

/// Notes on what the screen shows, for teaching.
struct AnnotationOptions: ParsableArguments {
  @Option(help: "A file of notes on the views: title, text, and an element to point at.")
  var annotations: String?

  /// - Throws: `CommandError` where the file cannot be read, `ExplorerError` where it cannot be understood.
  func read() throws -> [Annotation] {
    guard let path = annotations else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError.cannotRead(path: path, reason: String(cString: strerror(ENOENT)))
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommandError.cannotRead(path: path, reason: "it is not UTF-8")
    }
    return try Annotation.read(text, file: path)
  }
}
