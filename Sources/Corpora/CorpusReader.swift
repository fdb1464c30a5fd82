import Foundation

/// Reads corpora: files by their extension, and folders of such files.
public enum CorpusReader {
  /// Reads files and folders, in the order given.
  ///
  /// - `.txt`: a text per line, or per paragraph; `.md`: paragraphs, with the heading above as a field.
  /// - `.jsonl`, `.ndjson`: an object per line with `_id` or `id`, `title`, `text`, and further fields.
  /// - `.csv` (RFC 4180) and `.tsv` (no quoting): the same by columns of the header.
  /// - A folder: all such files in it and below, by name, hidden ones left out; where it holds
  ///   `corpus.jsonl` (BEIR) that file alone.
  ///
  /// Ids differ within a file, or it is an error; an id that an earlier file has used gets the file's
  /// name before it (`b.csv/7`). A file that is named twice is read once.
  ///
  /// Throws at the first invalid row unless the options skip these, and where there is no text at all.
  public static func read(
    _ paths: [String], options: CorpusOptions = CorpusOptions()
  ) throws(CorpusError) -> CorpusContents {
    var contents = CorpusContents()
    var ids: Set<String> = []
    let files = try CorpusFile.all(in: paths, limit: options.limits.fileCount)
    for file in files {
      var read = try read(file, options: options)
      if files.count > 1 { read.texts.qualifyIDs(against: &ids) }
      contents.texts.append(contentsOf: read.texts)
      contents.skipped.append(contentsOf: read.skipped)
    }
    guard !contents.texts.isEmpty else { throw .noTexts(paths: paths, skipped: contents.skipped.count) }
    return contents
  }

  private static func read(_ file: CorpusFile, options: CorpusOptions) throws(CorpusError) -> CorpusContents {
    let source = try TextSource(path: file.path, limit: options.limits.fileByteCount)
    var sink = RowSink(source: source, origin: TextOrigin(file: file.label), options: options)
    switch file.format {
    case .plain where options.split == .paragraph: try PlainTextReader.readParagraphs(&sink)
    case .markdown where options.split != .line: try MarkdownReader.read(&sink)
    case .plain, .markdown: try PlainTextReader.readLines(&sink)
    case .jsonLines: try JSONLinesReader.read(&sink)
    case .commaSeparated: try TableReader.read(&sink, isQuoted: true)
    case .tabSeparated: try TableReader.read(&sink, isQuoted: false)
    }
    return sink.contents
  }
}

extension [CorpusText] {
  fileprivate mutating func qualifyIDs(against taken: inout Set<String>) {
    for index in indices {
      while !taken.insert(self[index].id).inserted {
        self[index].id = "\(self[index].file)/\(self[index].id)"
      }
    }
  }
}

/// The kinds of corpus files, known by their extension.
enum CorpusFormat {
  case plain, markdown, jsonLines, commaSeparated, tabSeparated

  private static let byExtension: KeyValuePairs<String, CorpusFormat> = [
    "txt": .plain, "md": .markdown, "markdown": .markdown, "jsonl": .jsonLines, "ndjson": .jsonLines,
    "csv": .commaSeparated, "tsv": .tabSeparated,
  ]

  static var extensionList: String { byExtension.map { ".\($0.key)" }.joined(separator: " ") }

  init?(path: String) {
    let name = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard let format = Self.byExtension.first(where: { $0.key == name })?.value else { return nil }
    self = format
  }
}

/// A file to read, and the short name by which texts refer to it.
struct CorpusFile {
  var path: String
  var label: String
  var format: CorpusFormat

  /// The files that paths name, each once.
  static func all(in paths: [String], limit: Int) throws(CorpusError) -> [CorpusFile] {
    var files: [CorpusFile] = []
    var seen: Set<String> = []
    var labels: Set<String> = []
    for path in paths {
      for var file in try named(by: path, limit: limit) {
        let identity = URL(fileURLWithPath: file.path).resolvingSymlinksInPath().path
        guard seen.insert(identity).inserted else { continue }
        if !labels.insert(file.label).inserted {
          file.label = file.path
          labels.insert(file.label)
        }
        files.append(file)
      }
    }
    return files
  }

  private static func named(by path: String, limit: Int) throws(CorpusError) -> [CorpusFile] {
    guard try FileKind(path: path) == .folder else {
      guard let format = CorpusFormat(path: path) else { throw .unknownFormat(path: path) }
      return [CorpusFile(path: path, label: URL(fileURLWithPath: path).lastPathComponent, format: format)]
    }
    var files: [CorpusFile] = []
    try collect(path, prefix: "", limit: limit, into: &files)
    guard !files.isEmpty else { throw .nothingToRead(folder: path) }
    return files
  }

  private static func collect(
    _ folder: String, prefix: String, limit: Int, into files: inout [CorpusFile]
  ) throws(CorpusError) {
    var names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .notReadable(path: folder, reason: systemsReason(error))
    }
    names = names.contains("corpus.jsonl") ? ["corpus.jsonl"] : names.sorted()
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if isRealFolder(path) {
        try collect(path, prefix: "\(prefix)\(name)/", limit: limit, into: &files)
      } else if let format = CorpusFormat(path: path), try FileKind(path: path) == .file {
        guard files.count < limit else { throw .tooManyFiles(folder: folder, limit: limit) }
        files.append(CorpusFile(path: path, label: prefix + name, format: format))
      }
    }
  }

  /// True for a folder that is no symbolic link: links could lead round in a circle.
  private static func isRealFolder(_ path: String) -> Bool {
    do {
      return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        == .typeDirectory
    } catch {
      return false  // It went away since the folder was listed.
    }
  }
}
