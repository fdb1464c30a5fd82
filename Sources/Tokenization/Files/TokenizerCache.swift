import Foundation

/// Keeps large tokenizers in a form that loads fast: one file a model folder.
///
/// A file counts only for the very files it was made from, by path, size and time of change. Whatever is
/// damaged or was made by another version is passed over and written anew; a folder that cannot be written
/// to costs nothing but time.
struct TokenizerCache: Sendable {
  /// Changes with every change of what the file holds.
  static let version: UInt64 = 1
  private static let magic: UInt64 = 0x0a6e_656b_6f74_7376
  /// More than any tokenizer takes up.
  private static let maximumByteCount = 512 << 20

  let folder: String

  init(folder: String) { self.folder = folder }

  /// The tokenizer made from exactly those files; nil where there is none, or none that can be used.
  func definition(of identity: FileIdentity, _ source: TokenizerFolder) -> TokenizerDefinition? {
    guard let bytes = contents(of: file(of: identity)) else { return nil }
    var sections = Sections(bytes)
    guard sections.isIntact, let key = sections.next(UInt8.self), key == Array(identity.text.utf8),
      let name = sections.next(UInt8.self), let json = sections.next(UInt8.self),
      let text = sections.next(UInt8.self), String(validating: text, as: UTF8.self) != nil,
      let places = sections.next(Vocabulary.Place.self), let hasMerges = sections.next(UInt8.self),
      let merges = sections.next(Merge.self), let scores = sections.next(Double.self),
      scores.isEmpty || scores.count == places.count, let nodes = sections.next(PieceTrie.Node.self),
      let labels = sections.next(UInt32.self)
    else { return nil }
    let trie = PieceTrie(nodes: nodes, labels: labels, idCount: places.count)
    guard (trie == nil) == scores.isEmpty else { return nil }
    let file = source.file(String(decoding: name, as: UTF8.self))
    guard let vocabulary = Vocabulary(text: text, places: places, file: file),
      merges.allSatisfy({ merge in
        [merge.left, merge.right, merge.joined].allSatisfy { places.indices.contains(Int($0)) }
      })
    else { return nil }
    let tables = ModelTables(
      vocabulary: vocabulary, merges: hasMerges.isEmpty ? nil : merges, scores: scores, trie: trie)
    do {
      let definition = try JSONReader(file: file, bytes: json)
      return try TokenizerDefinition(StoredTokenizer(definition: definition, tables: tables))
    } catch {
      return nil  // The files themselves are read next, and say what is wrong with them.
    }
  }

  /// Keeps a tokenizer for the next time.
  func write(_ tokenizer: StoredTokenizer, _ identity: FileIdentity) {
    var sections = Sections()
    let file = tokenizer.definition.file
    sections.append(Array(identity.text.utf8))
    sections.append(Array(URL(fileURLWithPath: file).lastPathComponent.utf8))
    sections.append(Array(tokenizer.definition.text.utf8))
    sections.append(tokenizer.tables.vocabulary.text)
    sections.append(tokenizer.tables.vocabulary.places)
    sections.append(tokenizer.tables.merges == nil ? [] : [UInt8(1)])
    sections.append(tokenizer.tables.merges ?? [])
    sections.append(tokenizer.tables.scores)
    sections.append(tokenizer.tables.trie?.nodes ?? [])
    sections.append(tokenizer.tables.trie?.labels ?? [])
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try sections.sealed().write(
        to: URL(fileURLWithPath: self.file(of: identity)), options: .atomic)
    } catch {
      // The tokenizer is loaded; without a cache the next start takes as long as this one.
    }
  }

  private func file(of identity: FileIdentity) -> String {
    let name = "tokenizer-\(String(Sections.checksum(Array(identity.folder.utf8)), radix: 16)).cache"
    return URL(fileURLWithPath: folder).appendingPathComponent(name).path
  }

  private func contents(of file: String) -> Data? {
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      guard attributes[.type] as? FileAttributeType == .typeRegular,
        let byteCount = (attributes[.size] as? NSNumber)?.intValue, byteCount <= Self.maximumByteCount
      else { return nil }
      return try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      return nil  // Not there, or not readable: the files themselves are.
    }
  }
}

extension TokenizerCache {
  /// Arrays one after the other, each behind its length in bytes, under a checksum.
  struct Sections {
    private var bytes: Data
    private var offset = 0

    /// Magic number, version and checksum, each of eight bytes.
    private static let headerByteCount = 24

    /// To be written.
    init() { bytes = Data(count: Self.headerByteCount) }

    /// To be read.
    init(_ bytes: Data) {
      self.bytes = bytes
      offset = Self.headerByteCount
    }

    var isIntact: Bool {
      bytes.count >= Self.headerByteCount && word(at: 0) == TokenizerCache.magic
        && word(at: 8) == TokenizerCache.version && word(at: 16) == checksum
    }

    /// Adds an array, padded so that the next begins at a multiple of eight.
    mutating func append<Element: BitwiseCopyable>(_ elements: [Element]) {
      let byteCount = elements.count * MemoryLayout<Element>.stride
      withUnsafeBytes(of: UInt64(byteCount)) { bytes.append(contentsOf: $0) }
      elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: [UInt8](repeating: 0, count: -byteCount & 7))
    }

    /// The next array; nil where there is none of that element.
    mutating func next<Element: BitwiseCopyable>(_: Element.Type) -> [Element]? {
      guard offset + 8 <= bytes.count, let byteCount = Int(exactly: word(at: offset)) else { return nil }
      let stride = MemoryLayout<Element>.stride
      let start = offset + 8
      guard byteCount <= bytes.count - start, byteCount % stride == 0 else { return nil }
      offset = start + byteCount + (-byteCount & 7)
      return [Element](unsafeUninitializedCapacity: byteCount / stride) { buffer, count in
        bytes.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + byteCount]))
        }
        count = byteCount / stride
      }
    }

    /// All bytes, with the header filled in.
    consuming func sealed() -> Data {
      for (place, value) in [TokenizerCache.magic, TokenizerCache.version, checksum].enumerated() {
        withUnsafeBytes(of: value) { bytes.replaceSubrange(place * 8..<place * 8 + 8, with: $0) }
      }
      return bytes
    }

    private var checksum: UInt64 { Self.checksum(bytes, from: Self.headerByteCount) }

    private func word(at offset: Int) -> UInt64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }

    /// A sum against accidents, not against malice.
    static func checksum(_ bytes: some ContiguousBytes & Collection<UInt8>, from start: Int = 0) -> UInt64 {
      var sum = UInt64(bytes.count)
      func add(_ word: UInt64) {
        sum = (sum ^ word) &* 0x9e37_79b9_7f4a_7c15
        sum ^= sum >> 29
      }
      bytes.withUnsafeBytes { bytes in
        var offset = start
        while offset + 8 <= bytes.count {
          add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          offset += 8
        }
        while offset < bytes.count {
          add(UInt64(bytes[offset]))
          offset += 1
        }
      }
      return sum
    }
  }
}
