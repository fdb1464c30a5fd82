/// Tokens and their ids, kept apart scalar by scalar.
///
/// All tokens lie in one run of UTF-8, and a hash table of ids finds them, so that a vocabulary of a quarter
/// of a million tokens is five arrays, not as many strings.
struct Vocabulary: Sendable {
  /// Where the token of an id lies in `text`; nothing lies at `absent`.
  struct Place: Sendable, Equatable {
    static let absent = Place(start: .max, end: .max)

    var start: UInt32
    var end: UInt32
  }

  /// Longer tokens are in no real file, and would make the search slow.
  static let maximumTokenByteCount = 4096
  /// More text is in no real vocabulary, and what finds tokens in it would take up far more memory.
  static let maximumByteCount = 16 << 20

  /// The tokens one after the other.
  private(set) var text: [UInt8] = []
  /// By id.
  private(set) var places: [Place] = []
  /// How many tokens there are; less than the highest id + 1 where ids are left out.
  private(set) var count = 0
  /// The file that they come from, for messages.
  let file: String
  /// Ids by the hash of their token, -1 where free; a power of two, at most half full.
  private var slots: [Int32]
  /// Differs from run to run, so that no file can be made whose tokens all collide.
  private let seed = UInt64.random(in: 0...UInt64.max)

  /// A vocabulary of (token, id) pairs.
  ///
  /// - Throws: `duplicateToken`, `duplicateID`, `wrongValue` for tokens longer than any real ones, or
  ///   `idOutOfRange` for ids that are negative or would leave the table nearly empty, which only a damaged
  ///   file asks for.
  init(_ entries: [(token: String, id: Int)], file: String) throws(TokenizationError) {
    let limit = entries.count * 2 + 0x10_0000
    var highest = -1
    var length = 0
    for (token, id) in entries {
      guard (0..<limit).contains(id) else {
        throw .idOutOfRange(file: file, token: token, id: id, limit: limit - 1)
      }
      highest = max(highest, id)
      length += token.utf8.count
      try Self.checkLength(of: token.utf8.count, id: id, file: file)
    }
    try Self.checkLength(ofAll: length, file: file)
    self.init(file: file, capacity: entries.count)
    text.reserveCapacity(length)
    places = [Place](repeating: .absent, count: highest + 1)
    for (token, id) in entries { try insert(token, id: id) }
  }

  /// A vocabulary in which the ids are the places in the list, and the last counts of tokens that come twice.
  ///
  /// - Throws: `wrongValue` for tokens longer than any real ones.
  init(list: [String], file: String) throws(TokenizationError) {
    for (id, token) in list.enumerated() { try Self.checkLength(of: token.utf8.count, id: id, file: file) }
    let length = list.reduce(0) { $0 + $1.utf8.count }
    try Self.checkLength(ofAll: length, file: file)
    self.init(file: file, capacity: list.count)
    text.reserveCapacity(length)
    places.reserveCapacity(list.count)
    for token in list {
      slots[slot(of: token.utf8)] = Int32(count)
      places.append(add(token))
      count += 1
    }
  }

  /// A vocabulary put together from its arrays; nil where they do not fit one another.
  ///
  /// The text must be valid UTF-8. Of tokens that come twice the last counts.
  init?(text: [UInt8], places: [Place], file: String) {
    guard places.count <= Int(Int32.max) else { return nil }
    self.init(file: file, capacity: places.count)
    self.text = text
    self.places = places
    for (id, place) in places.enumerated() where place != .absent {
      guard place.start <= place.end, Int(place.end) <= text.count else { return nil }
      slots[slot(of: text[bytes(at: id)])] = Int32(id)
      count += 1
    }
  }

  private static func checkLength(
    of byteCount: Int, id: Int, file: String
  ) throws(TokenizationError) {
    guard byteCount <= maximumTokenByteCount else {
      throw .wrongValue(
        file: file, key: "vocab", found: "a token of \(byteCount) bytes, of id \(id)",
        expected: "at most \(maximumTokenByteCount)")
    }
  }

  private static func checkLength(ofAll byteCount: Int, file: String) throws(TokenizationError) {
    guard byteCount <= maximumByteCount else {
      throw .wrongValue(
        file: file, key: "vocab", found: "\(byteCount) bytes of tokens",
        expected: "at most \(maximumByteCount)")
    }
  }

  private init(file: String, capacity: Int) {
    self.file = file
    var slotCount = 32
    while slotCount < capacity * 2 { slotCount *= 2 }
    slots = [Int32](repeating: -1, count: slotCount)
  }

  /// One more than the highest id.
  var size: Int { places.count }

  private mutating func insert(_ token: String, id: Int) throws(TokenizationError) {
    if let first = self.token(for: Int32(id)) {
      if first.hasSameScalars(as: token) { throw .duplicateToken(file: file, token: token) }
      throw .duplicateID(file: file, id: id, first: first, second: token)
    }
    if (count + 1) * 2 > slots.count { grow() }
    let slot = slot(of: token.utf8)
    guard slots[slot] < 0 else { throw .duplicateToken(file: file, token: token) }
    slots[slot] = Int32(id)
    places[id] = add(token)
    count += 1
  }

  private mutating func add(_ token: String) -> Place {
    // No file of more than 128 MB is read, so that places fit into 32 bits.
    let start = UInt32(text.count)
    text.append(contentsOf: token.utf8)
    return Place(start: start, end: UInt32(text.count))
  }

  /// Adds a token behind the others.
  mutating func append(_ token: String, id: Int) throws(TokenizationError) {
    guard id <= places.count + 0x1_0000 else {
      throw .idOutOfRange(file: file, token: token, id: id, limit: places.count)
    }
    while places.count <= id { places.append(.absent) }
    try insert(token, id: id)
  }

  func id(of token: String) -> Int32? { id(ofUTF8: token.utf8) }

  func id(of scalars: some Sequence<Unicode.Scalar>) -> Int32? {
    var bytes: [UInt8] = []
    for scalar in scalars { bytes.append(contentsOf: scalar.utf8) }
    return id(ofUTF8: bytes)
  }

  func id(ofUTF8 bytes: some Collection<UInt8>) -> Int32? {
    let id = slots[slot(of: bytes)]
    return id < 0 ? nil : id
  }

  /// The id of a token that is asked for byte by byte.
  @inline(__always)
  func id(byteCount: Int, _ byte: (Int) -> UInt8) -> Int32? {
    var hash = seed
    for index in 0..<byteCount { hash = Self.mixed(hash, byte(index)) }
    var slot = firstSlot(of: hash)
    while slots[slot] >= 0 {
      let place = bytes(at: Int(slots[slot]))
      if place.count == byteCount, (0..<byteCount).allSatisfy({ text[place.lowerBound + $0] == byte($0) }) {
        return slots[slot]
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  func token(for id: Int32) -> String? {
    guard places.indices.contains(Int(id)), places[Int(id)] != .absent else { return nil }
    let bytes = bytes(at: Int(id))
    return text.withUnsafeBufferPointer { text in
      String(decoding: UnsafeBufferPointer(rebasing: text[bytes]), as: UTF8.self)
    }
  }

  /// Calls `body` with each id and the scalars of its token, in the order of the ids.
  func forEachToken(_ body: (Int32, String.UnicodeScalarView) -> Void) {
    for id in places.indices {
      if let token = token(for: Int32(id)) { body(Int32(id), token.unicodeScalars) }
    }
  }

  private func bytes(at id: Int) -> Range<Int> { Int(places[id].start)..<Int(places[id].end) }
}

extension Vocabulary {
  /// The slot that holds a token, or the free one where it would go.
  private func slot(of token: some Collection<UInt8>) -> Int {
    var hash = seed
    for byte in token { hash = Self.mixed(hash, byte) }
    var slot = firstSlot(of: hash)
    while slots[slot] >= 0, !text[bytes(at: Int(slots[slot]))].elementsEqual(token) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  @inline(__always)
  private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
  }

  @inline(__always)
  private func firstSlot(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for id in places.indices where places[id] != .absent {
      slots[slot(of: text[bytes(at: id)])] = Int32(id)
    }
  }
}
