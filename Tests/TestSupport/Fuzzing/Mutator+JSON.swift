extension Mutator {
  /// Numbers at the borders of types and of what is sensible.
  static let numbers = [
    "0", "-1", "1", "2", "3", "7", "64", "65", "512", "513", "1024", "65536", "65537", "1048577", "16777216",
    "16777217", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "99999999999999999999999", "0.5", "-0.0", "1.5", "1e-45",
    "1e-320", "1e38", "3.5e38", "1e308", "1e309", "-1e309", "1E400", "0e0", "1.0", "3.0", "01", "1.", "+1",
    "NaN",
    "Infinity",
  ]

  /// Contents of strings, as they stand between the quotes.
  static let strings = [
    "", " ", "a", "A", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\ud800\\ud800", "\\uFFFF",
    "\\u0301",
    "e\u{301}", "\u{e9}", "\u{200d}\u{1f468}", "\u{2581}", "\u{120}", "\u{1100}\u{1161}\u{11a8}", "\\n",
    "\\q", "\\u12",
    "..", "../..", "/etc/passwd", "/dev/zero", ".", "a/../../b", "%s", "<0x00>", "<0xFF>", "<0xZZ>", "[UNK]",
    "##", "$A",
    "$0", "A:0", "A:-1", "[CLS]:4294967296", "cls", "mean", "none", "max", "lasttoken", "concat", "gelu",
    "swish",
    "F32", "F16", "BF16", "F64", "I64", "I32", "U8", "BOOL", "F4", "F8_E4M3", "bert", "t5", "gpt2", "llama",
    "qwen3",
    "modernbert", "gemma3_text", "nomic_bert", "static", "roberta", "mpnet", "linear", "llama3", "default",
    "yarn",
    "full_attention", "sliding_attention", "sentence_transformers.models.Router",
    "sentence_transformers.models.Dense", "sentence_transformers.models.Pooling",
    "sentence_transformers.models.LayerNorm", "torch.nn.modules.linear.Identity",
  ]

  /// Patterns that are large, nested or slow for engines that go back.
  static let patterns = [
    "(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "(?:a?){30}a{30}", "(x+x+)+y", "((((((((((a))))))))))",
    "a{65535}",
    "(?:a{1000}){1000}", "(?:(?:a{100}){100}){100}", "[^]", "[z-a]", "[", "(", ")", "*", "a**", "a{2,1}",
    "a{99999999999}", "\\\\", "\\\\p{L}+\\\\p{", "\\\\p{Nonsense}", "(?#\\\\", "(?<a)", "(?=a)*", "(?!)",
    "(?<=a+)b", "(?i:k)",
    "\\\\b\\\\B", "$^",
    "\\\\1", "(a)\\\\1*", "(?<n>a)", "\\\\x{110000}", "\\\\x{d800}", "\\\\uD800", "\\\\s+(?!\\\\S)|\\\\s+",
    "",
    " ?\\\\p{L}+| ?\\\\p{N}+| ?[^\\\\s\\\\p{L}\\\\p{N}]+", "\\\\p{N}{1,3}", "[\\\\p{L}&&[^a]]", "(?:)",
    "(?:)*", "|", "a||b",
    "(?>a+)b", "a++b", "\\\\X", "\\\\R", ".", "(?s).", "(?m)^.*$", "\\\\A\\\\z", "\\\\G",
  ]

  private static let others = [
    "null", "true", "false", "{}", "[]", "[0]", "[[]]", "[null]", "{\"\":0}", "\"\"", "",
  ]

  mutating func changeJSON(_ bytes: inout [UInt8]) {
    let values = JSONSpans(bytes).values
    guard !values.isEmpty else { return changeBytes(&bytes) }
    let value = chosen(values)
    switch number(below: 12) {
    case 0: remove(value, &bytes)
    case 1: bytes.insert(contentsOf: bytes[value.member] + [UInt8(ascii: ",")], at: value.member.lowerBound)
    case 2: swap(value.range, element(values).range, &bytes)
    case 3: replaceKey(value, values, &bytes)
    case 4: nest(value, &bytes)
    case 5: graft(value, &bytes)
    case 6...8: change(value, &bytes)
    default: bytes.replaceSubrange(value.range, with: replacement(for: value, bytes))
    }
  }

  /// A value, more often a member of an object: ids and scores are many, keys few.
  private mutating func chosen(_ values: [JSONSpans.Value]) -> JSONSpans.Value {
    let value = element(values)
    guard value.key == nil || isOneOf(2) else { return value }
    // The last values are the outermost, and those that close late.
    return isOneOf(2) ? element(values.filter { $0.key != nil } + [value]) : element(values.suffix(60))
  }

  private mutating func replacement(for value: JSONSpans.Value, _ bytes: [UInt8]) -> [UInt8] {
    let isString = bytes[value.range.lowerBound] == UInt8(ascii: "\"")
    switch number(below: 8) {
    case 0...2 where !isString: return Array(element(Self.numbers).utf8)
    case 3...5 where isString:
      let string = isOneOf(2) ? element(Self.patterns) : element(Self.strings)
      return Array("\"\(string)\"".utf8)
    case 6: return Array(element(Self.others).utf8)
    case 7 where isString:
      return Array("\"".utf8)
        + element([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0]])
        + Array("\"".utf8)
    default: return Array(isOneOf(2) ? element(Self.numbers).utf8 : "\"\(element(Self.strings))\"".utf8)
    }
  }

  /// A change inside a value: the neighbour of a number, a string somewhat longer.
  private mutating func change(_ value: JSONSpans.Value, _ bytes: inout [UInt8]) {
    let text = String(decoding: bytes[value.range], as: UTF8.self)
    if let number = Int(text), number.magnitude < 1 << 40 {
      let numbers = [number + 1, number - 1, -number, number * 2, number / 2, number * 3, number + 256]
      bytes.replaceSubrange(value.range, with: "\(element(numbers))".utf8)
    } else if text.hasPrefix("\"") {
      let inner = value.range.dropFirst().dropLast()
      let place =
        inner.isEmpty ? value.range.lowerBound + 1 : inner.lowerBound + number(below: inner.count + 1)
      let count = isOneOf(30) ? 50_000 : isOneOf(4) ? 200 : 1
      let junk = String(repeating: element(Self.strings), count: count)
      bytes.insert(contentsOf: junk.utf8, at: min(place, bytes.count))
    } else {
      let range = value.range
      var part = Array(bytes[range])
      changeBytes(&part)
      bytes.replaceSubrange(range, with: part)
    }
  }

  /// Removes a value with its key and one of the commas beside it.
  private func remove(_ value: JSONSpans.Value, _ bytes: inout [UInt8]) {
    var range = value.member
    let comma = UInt8(ascii: ",")
    if let next = bytes[range.upperBound...].firstIndex(where: { $0 > 0x20 }), bytes[next] == comma {
      range = range.lowerBound..<next + 1
    } else if let before = bytes[..<range.lowerBound].lastIndex(where: { $0 > 0x20 }), bytes[before] == comma
    {
      range = before..<range.upperBound
    }
    bytes.removeSubrange(range)
  }

  private func swap(_ a: Range<Int>, _ b: Range<Int>, _ bytes: inout [UInt8]) {
    let (first, second) = a.lowerBound <= b.lowerBound ? (a, b) : (b, a)
    guard !first.overlaps(second) else { return bytes.replaceSubrange(a, with: Array(bytes[b])) }
    let moved = Array(bytes[first])
    bytes.replaceSubrange(first, with: Array(bytes[second]))
    let shift = second.count - first.count
    bytes.replaceSubrange(second.lowerBound + shift..<second.upperBound + shift, with: moved)
  }

  private mutating func replaceKey(
    _ value: JSONSpans.Value, _ values: [JSONSpans.Value], _ bytes: inout [UInt8]
  ) {
    let other = element(values).key.map { Array(bytes[$0]) } ?? Array("\"\(element(Self.strings))\"".utf8)
    if let key = value.key { bytes.replaceSubrange(key, with: other) }
  }

  /// Puts lists round a value, or lists of the value in a list.
  private mutating func nest(_ value: JSONSpans.Value, _ bytes: inout [UInt8]) {
    let inner = Array(bytes[value.range])
    let isShort = inner.count < 2000
    if isShort, isOneOf(2) {
      let copies = Array(
        repeatElement(inner, count: element([2, 3, 17, 300])).joined(separator: [UInt8(ascii: ",")]))
      bytes.replaceSubrange(
        value.range, with: isOneOf(2) ? Array("[".utf8) + copies + Array("]".utf8) : copies)
      return
    }
    let depth = element([1, 1, 2, 63, 64, 65, 10_000])
    let brackets = isOneOf(2) ? ("[", "]") : ("{\"a\":", "}")
    let opening = Array(String(repeating: brackets.0, count: depth).utf8)
    let closing = Array(String(repeating: brackets.1, count: depth).utf8)
    bytes.replaceSubrange(value.range, with: opening + inner + closing)
  }

  /// Takes the value of the same key, or of any, from another model's file.
  private mutating func graft(_ value: JSONSpans.Value, _ bytes: inout [UInt8]) {
    guard !donors.isEmpty else { return }
    let donor = element(donors)
    let values = JSONSpans(donor).values
    let key = value.key.map { bytes[$0] }
    let same = values.filter { $0.key.map { donor[$0] } == key }
    guard let taken = (isOneOf(4) ? values : same).randomElement(using: &random) else { return }
    if key == nil || isOneOf(2) {
      bytes.replaceSubrange(value.range, with: donor[taken.range])
    } else {
      bytes.insert(contentsOf: donor[taken.member] + [UInt8(ascii: ",")], at: value.member.lowerBound)
    }
  }
}
