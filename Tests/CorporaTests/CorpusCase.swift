import Corpora
import TestSupport
import Testing

/// Reads one file of the given contents as a corpus.
func read(
  _ text: String, as name: String, _ options: CorpusOptions = CorpusOptions()
) throws -> CorpusContents {
  try read(Array(text.utf8), as: name, options)
}

func read(
  _ bytes: [UInt8], as name: String, _ options: CorpusOptions = CorpusOptions()
) throws -> CorpusContents {
  let folder = try TemporaryFolder()
  return try CorpusReader.read([folder.write(bytes, to: name)], options: options)
}

/// Expects reading to fail in a row, and gives the message.
@discardableResult
func expectRowError(
  _ bytes: [UInt8], as name: String, line: Int, _ problem: RowProblem,
  sourceLocation: SourceLocation = #_sourceLocation
) -> String {
  do {
    _ = try read(bytes, as: name)
    Issue.record("read without an error", sourceLocation: sourceLocation)
  } catch let error as CorpusError {
    guard case .row(let file, line, problem) = error else {
      Issue.record("\(error)", sourceLocation: sourceLocation)
      return ""
    }
    #expect(file.hasSuffix(name), sourceLocation: sourceLocation)
    return "\(error)"
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
  return ""
}

@discardableResult
func expectRowError(
  _ text: String, as name: String, line: Int, _ problem: RowProblem,
  sourceLocation: SourceLocation = #_sourceLocation
) -> String {
  expectRowError(Array(text.utf8), as: name, line: line, problem, sourceLocation: sourceLocation)
}

let skipping = CorpusOptions(skipsInvalid: true)
