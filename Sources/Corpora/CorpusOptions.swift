/// How a corpus is read.
public struct CorpusOptions: Sendable, Hashable {
  /// The column or key that holds the text; nil is `text`.
  public var textColumn: String?
  /// Where one text of a plain file ends; nil is the format's own: lines in `.txt`, paragraphs in `.md`.
  public var split: TextSplit?
  /// Leaves out invalid rows, counted, where the default is an error.
  public var skipsInvalid: Bool
  /// What a file and a text may measure at most.
  public var limits: CorpusLimits

  public init(
    textColumn: String? = nil, split: TextSplit? = nil, skipsInvalid: Bool = false,
    limits: CorpusLimits = CorpusLimits()
  ) {
    self.textColumn = textColumn
    self.split = split
    self.skipsInvalid = skipsInvalid
    self.limits = limits
  }
}

/// Where one text of a plain file ends and the next begins.
public enum TextSplit: String, CaseIterable, Sendable {
  /// A text per line; blank lines are none.
  case line
  /// Texts stand between blank lines; the lines of one are joined by a space.
  case paragraph
}

/// What a corpus may measure at most, checked before anything of that size is read.
public struct CorpusLimits: Sendable, Hashable {
  public var fileByteCount: Int
  public var rowByteCount: Int
  public var fileCount: Int

  public init(fileByteCount: Int = 4 << 30, rowByteCount: Int = 256 << 20, fileCount: Int = 100_000) {
    self.fileByteCount = fileByteCount
    self.rowByteCount = rowByteCount
    self.fileCount = fileCount
  }
}

/// The size of passages and how much neighbours share, in Unicode scalars.
public struct Chunking: Sendable, Hashable, CustomStringConvertible {
  public let size: Int
  public let overlap: Int

  /// Accepts sizes from 1 and overlaps of at most half of the size, so that each passage brings new text.
  public init(size: Int, overlap: Int = 0) throws(CorpusError) {
    guard size >= 1, overlap >= 0, overlap <= size / 2 else {
      throw .chunking("\(size)/\(overlap)")
    }
    self.size = size
    self.overlap = overlap
  }

  /// Reads `SIZE` or `SIZE/OVERLAP`.
  public init(_ description: String) throws(CorpusError) {
    let parts = description.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(parts.count), let size = parts[0], let overlap = parts.count == 2 ? parts[1] : 0
    else { throw .chunking(description) }
    guard size >= 1, overlap >= 0, overlap <= size / 2 else { throw .chunking(description) }
    self.size = size
    self.overlap = overlap
  }

  public var description: String { "\(size)/\(overlap)" }
}
