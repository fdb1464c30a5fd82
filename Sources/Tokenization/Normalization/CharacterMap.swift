import Foundation

/// The rules by which SentencePiece normalises: a map from sequences of bytes to texts (`precompiled_charsmap`).
///
/// The keys form a double-array trie as the Darts library lays it out. It is applied as the Rust crate
/// `tokenizers` does, not as SentencePiece: to whole grapheme clusters of fewer than six bytes, else scalar by
/// scalar, and of the keys with which a part begins the shortest counts.
struct CharacterMap: Sendable, Equatable {
  /// More than the largest known map has, many times over.
  private static let maximumByteCount = 16 << 20
  /// Longer texts are in no real map, and would make what is normalised explode.
  private static let maximumTextByteCount = 1024

  private let units: [UInt32]
  /// The texts, each ended by a zero byte.
  private let texts: [UInt8]
  /// Whether a scalar of ASCII is changed by itself.
  private var changesASCII = [Bool](repeating: false, count: 128)

  /// Reads a map: the byte count of the trie, its units, the texts; all little-endian.
  ///
  /// - Returns: nil, and in `problem` the reason, for a map whose trie or texts are not whole.
  init?(_ bytes: some RandomAccessCollection<UInt8>, problem: inout String) {
    let bytes = Array(bytes)
    func fail(_ reason: String) { problem = reason }
    guard bytes.count <= Self.maximumByteCount else {
      fail("\(bytes.count) bytes, more than \(Self.maximumByteCount)")
      return nil
    }
    func unit(at index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
    guard bytes.count >= 8, case let count = Int(unit(at: 0)) / 4, count >= 1, count <= (bytes.count - 4) / 4
    else {
      fail("a trie that does not fit into \(bytes.count) bytes")
      return nil
    }
    units = (0..<count).map { unit(at: 4 + 4 * $0) }
    texts = Array(bytes[(4 + 4 * count)...])
    guard String(validating: texts, as: UTF8.self) != nil else {
      fail("texts that are not UTF-8")
      return nil
    }
    guard isWhole() else {
      fail("a trie that leads to no text, or to one of more than \(Self.maximumTextByteCount) bytes")
      return nil
    }
    for value in UInt8(1)..<128 { changesASCII[Int(value)] = firstText([value]) != nil }
  }

  /// Whether every way through the trie that ends a key leads to a text.
  ///
  /// The children of a node are the units whose place differs from the node's base by their label, so that
  /// one pass finds the children of every base.
  private func isWhole() -> Bool {
    var firstChild = [Int32](repeating: -1, count: units.count + 256)
    var nextChild = [Int32](repeating: -1, count: units.count)
    for index in units.indices where units[index] >> 31 == 0 && units[index] & 0xff != 0 {
      let base = index ^ Int(units[index] & 0xff)
      nextChild[index] = firstChild[base]
      firstChild[base] = Int32(index)
    }
    var bases = [Self.offset(of: units[0])]
    while let base = bases.popLast() {
      guard base < firstChild.count else { continue }
      var child = Int(firstChild[base])
      firstChild[base] = -1
      while child >= 0 {
        let next = child ^ Self.offset(of: units[child])
        if Self.hasLeaf(units[child]) {
          guard units.indices.contains(next), isTextStart(Int(units[next] & 0x7fff_ffff)) else {
            return false
          }
        }
        bases.append(next)
        child = Int(nextChild[child])
      }
    }
    return true
  }

  /// Whether a text of a sensible length begins at a place.
  private func isTextStart(_ index: Int) -> Bool {
    guard index < texts.count else { return index == texts.count }
    guard !UTF8.isContinuation(texts[index]) else { return false }
    let text = texts[index...].prefix(Self.maximumTextByteCount + 1)
    return text.count <= Self.maximumTextByteCount || text.contains(0)
  }

  /// The scalars of the longest text.
  var longestText: Int {
    texts.split(separator: 0).map { $0.count { !UTF8.isContinuation($0) } }.max() ?? 0
  }

  private static func hasLeaf(_ unit: UInt32) -> Bool { unit >> 8 & 1 == 1 }

  private static func offset(of unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }

  /// The text of the shortest key with which the bytes begin; nil where there is none.
  private func firstText(_ bytes: some Sequence<UInt8>) -> Range<Int>? {
    var node = Self.offset(of: units[0])
    for byte in bytes {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard units.indices.contains(node), units[node] & 0x8000_00ff == UInt32(byte) else { return nil }
      let unit = units[node]
      node ^= Self.offset(of: unit)
      if Self.hasLeaf(unit) {
        guard units.indices.contains(node) else { return nil }
        let start = Int(units[node] & 0x7fff_ffff)
        return start..<(texts[start...].firstIndex(of: 0) ?? texts.count)
      }
    }
    return nil
  }
}

extension CharacterMap {
  /// Applies the map to a text.
  func normalize(_ text: inout NormalizedText) {
    guard let place = text.scalars.firstIndex(where: { $0.value >= 128 || changesASCII[Int($0.value)] })
    else {
      return
    }
    let first = max(0, place - 1)
    var changes = Changes()
    changes.output.reserveCapacity(text.scalars.count - first)
    GraphemeClusters.forEach(in: text.scalars, from: first) { cluster in
      let scalars = text.scalars[cluster]
      let length = scalars.reduce(0) { $0 + UTF8.width($1) }
      if cluster.count > 1, length < 6, let range = firstText(scalars.lazy.flatMap(\.utf8)) {
        changes.replace(cluster.count, by: texts[range])
        return
      }
      for scalar in scalars {
        if scalar.value >= 128 || changesASCII[Int(scalar.value)], let range = firstText(scalar.utf8) {
          changes.replace(1, by: texts[range])
        } else {
          changes.output.append(ScalarChange(scalar: scalar, change: 0))
        }
      }
    }
    if changes.isChanged { text.transform(changes.output, from: first) }
  }

  /// What became of a text, one scalar after the other.
  private struct Changes {
    var output: [ScalarChange] = []
    var isChanged = false

    /// Replaces a part of so many scalars.
    ///
    /// Scalars that are removed at the beginning of a text are not counted, so that the sources of those
    /// behind them come too early: so it is in the reference implementation.
    mutating func replace(_ count: Int, by text: ArraySlice<UInt8>) {
      isChanged = true
      let start = output.count
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        output.append(ScalarChange(scalar: scalar, change: output.count - start >= count ? 1 : 0))
      }
      let removed = count - (output.count - start)
      if removed > 0, let last = output.indices.last { output[last].change -= Int32(removed) }
    }
  }
}

extension CharacterMap {
  /// Reads the normaliser `Precompiled`.
  init(_ json: JSONReader) throws(TokenizationError) {
    let text = try json.string("precompiled_charsmap")
    guard let bytes = Data(base64Encoded: text) else {
      throw json.wrongValue(
        "precompiled_charsmap", found: "\(text.utf8.count) bytes of something else", expected: "base64")
    }
    var problem = ""
    guard let map = CharacterMap(bytes, problem: &problem) else {
      throw json.wrongValue("precompiled_charsmap", found: problem, expected: "a whole character map")
    }
    self = map
  }
}
