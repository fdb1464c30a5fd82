public import ArgumentParser
public import Corpora

extension InputFormat: ExpressibleByArgument {}

/// The texts that a command works on.
struct InputOptions: ParsableArguments {
  @Argument(help: "A file of texts; '-' or nothing reads standard input.")
  var file: String?

  @Option(help: "A text a line, or a JSON object a line with text, id, title, role.")
  var inputFormat: InputFormat = .lines

  /// Reads every text.
  ///
  /// - Throws: `CorpusError` for a file that is missing or damaged, `CommandError` for an input that is closed.
  func read() throws -> [InputText] {
    guard let file, file != "-" else {
      return try inputFormat.texts(bytes: StandardInput.read())
    }
    return try inputFormat.texts(path: file)
  }
}
