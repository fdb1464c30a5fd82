/// Damages files as chance and ill will might: byte by byte, and by what their format means.
struct Mutator {
  var random: SeededGenerator
  /// Files of the same name in other models, whose parts are put where they do not belong.
  var donors: [[UInt8]] = []

  init(_ random: SeededGenerator) { self.random = random }

  /// One to four changes, of the kind that suits the file's name.
  mutating func damaged(_ file: [UInt8], named name: String) -> [UInt8] {
    var bytes = file
    for _ in 0..<[1, 1, 1, 2, 2, 3, 4][number(below: 7)] {
      if isOneOf(8) {
        changeBytes(&bytes)
      } else if name.hasSuffix(".json") {
        changeJSON(&bytes)
      } else if name.hasSuffix(".safetensors") {
        changeSafetensors(&bytes)
      } else if name.hasSuffix(".model") {
        changeMessage(&bytes)
      } else if name.hasSuffix(".txt") {
        changeLines(&bytes)
      } else if name.hasSuffix(".cache") {
        changeWords(&bytes)
      } else {
        changeBytes(&bytes)
      }
    }
    return bytes
  }

  mutating func number(below bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

  mutating func isOneOf(_ count: Int) -> Bool { number(below: count) == 0 }

  mutating func element<Element>(_ list: [Element]) -> Element { list[number(below: list.count)] }

  /// A stretch that is mostly short.
  mutating func range(in bytes: [UInt8]) -> Range<Int> {
    let start = number(below: bytes.count + 1)
    let length = isOneOf(4) ? number(below: bytes.count + 1) : number(below: 9)
    return start..<min(bytes.count, start + length)
  }
}

extension Mutator {
  mutating func changeBytes(_ bytes: inout [UInt8]) {
    let range = range(in: bytes)
    switch number(below: 7) {
    case 0 where !bytes.isEmpty: bytes[number(below: bytes.count)] ^= 1 << UInt8(number(below: 8))
    case 1 where !bytes.isEmpty:
      bytes[number(below: bytes.count)] = element([0, 0x7f, 0x80, 0xff, 0x22, 0x5c])
    case 2: bytes.removeSubrange(range)
    case 3: bytes.removeLast(bytes.count - range.lowerBound)
    case 4: bytes.insert(contentsOf: bytes[range], at: range.lowerBound)
    case 5:
      let junk = (0..<number(below: 9)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.insert(contentsOf: junk, at: range.lowerBound)
    default:
      let other = donors.isEmpty ? bytes : element(donors)
      bytes.replaceSubrange(range, with: other[self.range(in: other)])
    }
  }

  /// Puts numbers where they stand in arrays of them.
  mutating func changeWords(_ bytes: inout [UInt8]) {
    guard bytes.count >= 8 else { return changeBytes(&bytes) }
    let place = number(below: bytes.count / 8) * 8
    let small = UInt64(number(below: 300))
    let value = element([0, 1, small, small << 32, .max, 1 << 63, 1 << 31, 1 << 32, UInt64(bytes.count)])
    if isOneOf(2) {
      bytes.replaceSubrange(place..<place + 8, with: SafetensorsBytes.littleEndian(value))
    } else {
      let half = place + 4 * number(below: 2)
      bytes.replaceSubrange(
        half..<half + 4, with: SafetensorsBytes.littleEndian(UInt32(truncatingIfNeeded: value)))
    }
  }

  mutating func changeLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let (first, second) = (number(below: lines.count), number(below: lines.count))
    switch number(below: 7) {
    case 0: lines.remove(at: first)
    case 1: lines.insert(lines[second], at: first)
    case 2: lines.swapAt(first, second)
    case 3: lines[first] += lines[second]
    case 4: lines[first] = lines[first].filter { $0 != 0x20 }[...]
    case 5: lines[first] += element(Self.strings).utf8
    default: lines[first] = ArraySlice(repeatElement(element([0x20, 0x61, 0xcc, 0x0d, 0]), count: 3000))
    }
    bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}
