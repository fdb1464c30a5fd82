import Foundation
import JSONText
import TestSupport
import Testing

struct JSONReadingTests {
  private func read(_ text: String, allowsDuplicateKeys: Bool = false) throws(JSONFault) -> JSONValue {
    var scanner = JSONScanner(Array(text.utf8), allowsDuplicateKeys: allowsDuplicateKeys)
    return try scanner.document()
  }

  private func string(_ text: String) throws -> String? {
    guard case .string(let value) = try read(text) else { return nil }
    return value
  }

  /// The scalars of a string, which `==` on strings would not tell apart.
  private func scalars(_ text: String?) -> [UInt32]? { text.map { $0.unicodeScalars.map(\.value) } }

  @Test func everyKindOfValueIsReadInOrder() throws {
    let text = #" {"z": [1, -2.5e1, 0.5, -0, true,false , null], "a":{}, "m" :"x", "e":[ ]} "# + "\r\n\t"
    let value = try read(text)
    #expect(value.text == #"{"z":[1,-25,0.5,0,true,false,null],"a":{},"m":"x","e":[]}"#)
    guard case .object(let object) = value else {
      Issue.record("not an object")
      return
    }
    #expect(object.members.map(\.key) == ["z", "a", "m", "e"])
    #expect(object["m"]?.text == #""x""#)
    #expect(object["y"] == nil)
  }

  @Test func wholeNumbersAreExactAndOthersTheNearest() throws {
    for text in ["0", "-1", "9223372036854775807", "-9223372036854775808"] {
      guard case .integer(let value) = try read(text) else {
        Issue.record("\(text) is not whole")
        continue
      }
      #expect("\(value)" == text)
    }
    let reals: [(String, Double)] = [
      ("1.0", 1), ("1e3", 1000), ("1E+2", 100), ("25e-1", 2.5), ("99999999999999999999", 1e20),
      ("4.9e-324", .leastNonzeroMagnitude), ("1e-400", 0),
    ]
    for (text, expected) in reals {
      guard case .real(let value) = try read(text) else {
        Issue.record("\(text) is whole")
        continue
      }
      #expect(value == expected)
    }
  }

  @Test(arguments: [
    (#""\n\t\"\\\/\b\f\r""#, "\n\t\"\\/\u{8}\u{C}\r"), (#""x\u00e9\u4E2D\u212a""#, "xé中\u{212A}"),
    (#""\ud83d\ude00z\uD83D\uDE42""#, "😀z🙂"), (#""plain é 中 😀""#, "plain é 中 😀"), (#""""#, ""),
    (#""\u0000""#, "\0"), (#""é\n""#, "é\n"),
  ])
  func escapesAreRead(text: String, expected: String) throws {
    #expect(scalars(try string(text)) == scalars(expected))
  }

  @Test func keysAreKeptApartScalarByScalar() throws {
    guard case .object(let object) = try read("{\"\u{E9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212A}\":4}") else {
      Issue.record("not an object")
      return
    }
    #expect(object.members.count == 4)
    #expect(object["\u{E9}"]?.text == "1")
    #expect(object["e\u{301}"]?.text == "2")
    #expect(object["\u{212A}"]?.text == "4")
  }

  static let faults: [(text: String, offset: Int, reason: JSONFault.Reason)] = [
    ("", 0, .unexpectedEnd(.value)), ("  ", 2, .unexpectedEnd(.value)), ("[", 1, .unexpectedEnd(.value)),
    ("]", 0, .unexpected(0x5D, .value)), ("/**/1", 0, .unexpected(0x2F, .value)),
    ("NaN", 0, .unexpected(0x4E, .value)), ("+1", 0, .unexpected(0x2B, .value)),
    (".5", 0, .unexpected(0x2E, .value)), ("'a'", 0, .unexpected(0x27, .value)),
    ("é", 0, .unexpected(0xC3, .value)), ("\u{FEFF}1", 0, .unexpected(0xEF, .value)),
    ("[1,]", 3, .unexpected(0x5D, .value)), ("[,1]", 1, .unexpected(0x2C, .value)),
    ("[1 2]", 3, .unexpected(0x32, .commaOr("]"))), ("[1}", 2, .unexpected(0x7D, .commaOr("]"))),
    ("[1", 2, .unexpectedEnd(.commaOr("]"))), ("[1\u{B}]", 2, .unexpected(0x0B, .commaOr("]"))),
    ("{", 1, .unexpectedEnd(.mark("\""))), ("{a:1}", 1, .unexpected(0x61, .mark("\""))),
    ("{\"a\"}", 4, .unexpected(0x7D, .mark(":"))), ("{\"a\" 1}", 5, .unexpected(0x31, .mark(":"))),
    ("{\"a\":}", 5, .unexpected(0x7D, .value)), ("{\"a\":1,}", 7, .unexpected(0x7D, .mark("\""))),
    ("{\n\"a\":1,\n\"b\":2 3}", 15, .unexpected(0x33, .commaOr("}"))),
    ("{\"a\":1,\"a\":2}", 10, .duplicateKey("a")), ("[{\"\":[],\"\":[]}]", 10, .duplicateKey("")),
    ("01", 1, .leadingZero), ("-01", 2, .leadingZero), ("-", 1, .digitMissing), ("-a", 1, .digitMissing),
    ("1.", 2, .digitMissing), ("1.e5", 2, .digitMissing), ("1e", 2, .digitMissing), ("1e+", 3, .digitMissing),
    ("1e400", 5, .numberTooLarge), ("[-1e400]", 7, .numberTooLarge),
    ("tru", 3, .unexpectedEnd(.value)), ("nulL", 3, .unexpected(0x4C, .value)),
    ("falsey", 5, .trailing), ("1 1", 2, .trailing), ("{} {}", 3, .trailing),
    ("\"", 1, .unclosedString), ("\"a", 2, .unclosedString), ("\"a\\", 3, .unclosedString),
    ("\"a\\n", 4, .unclosedString), ("\"\\u00", 5, .unclosedString),
    ("\"\u{1}\"", 1, .controlCharacter(1)), ("\"\\n\n\"", 3, .controlCharacter(0x0A)),
    (#""\x""#, 2, .unknownEscape), (#""\u12""#, 5, .damagedEscape), (#""\u00g0""#, 5, .damagedEscape),
    (#""\ud800""#, 7, .loneSurrogate), (#""\ud800\n""#, 8, .loneSurrogate),
    (#""\ud800\u0041""#, 13, .loneSurrogate), (#""\ud800\ud800""#, 13, .loneSurrogate),
    (#""\udc00""#, 7, .loneSurrogate),
  ]

  @Test(arguments: faults)
  func damagedTextIsRefusedWhereItIsDamaged(text: String, offset: Int, reason: JSONFault.Reason) {
    #expect(throws: JSONFault(offset: offset, reason: reason)) { try read(text) }
    // Passing over a value checks the same grammar; only the value of a number and keys are not looked at.
    var scanner = JSONScanner(Array(text.utf8))
    do {
      try scanner.skip()
      try scanner.expectEnd()
      #expect(text.contains("1e400") || text.contains("\"a\":2") || text.contains("\"\":[]"))
    } catch {
      #expect(error == JSONFault(offset: offset, reason: reason))
    }
  }

  @Test(
    arguments: [
      ([0x22, 0xC3, 0x28, 0x22], 1), ([0x22, 0x61, 0x5C, 0x6E, 0xC3, 0x28, 0x22], 4),
      ([0x22, 0x61, 0xFF], 2),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xC0, 0x80, 0x22], 1), ([0xFF, 0xFE], 0),
      ([0x5B, 0x31, 0x80], 2), ([0x7B, 0x22, 0xF4, 0x90, 0x80, 0x80, 0x22, 0x3A, 0x31, 0x7D], 2),
      ([0x22, 0xE4, 0xB8], 1), ([0x22, 0xC3, 0x5C, 0x75, 0x30, 0x30, 0x61, 0x39, 0x22], 1),
    ] as [([UInt8], Int)])
  func invalidUTF8IsRefusedAtItsByte(bytes: [UInt8], offset: Int) {
    #expect(throws: JSONFault(offset: offset, reason: .notUTF8(bytes[offset]))) {
      var scanner = JSONScanner(bytes)
      _ = try scanner.document()
    }
    #expect(bytes[..<offset].offsetOfInvalidUTF8 == nil)
    #expect(bytes.offsetOfInvalidUTF8 == offset)
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
    }
    _ = try read(nested(64))
    #expect(throws: JSONFault(offset: 64, reason: .tooDeep(limit: 64))) { try read(nested(65)) }
    // Depth is given back: many values one beside another are not deep.
    _ = try read("[" + String(repeating: "[[]],{\"a\":{}},", count: 100) + "0]")
    for opening in ["[", "{\"a\":"] {
      let tooDeep = String(repeating: opening, count: 100_000)
      #expect { try read(tooDeep) } throws: { ($0 as? JSONFault)?.reason == .tooDeep(limit: 64) }
      var scanner = JSONScanner(Array(tooDeep.utf8), depthLimit: 3)
      #expect(throws: JSONFault(offset: 3 * opening.utf8.count, reason: .tooDeep(limit: 3))) {
        try scanner.skip()
      }
    }
  }

  @Test func aKeyThatComesTwiceIsFoundAmongMany() throws {
    let members = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    _ = try read("{\(members)}")
    for key in ["k0", "k15", "k16", "k17", "k99"] {
      #expect { try read("{\(members),\"\(key)\":0}") } throws: {
        ($0 as? JSONFault)?.reason == .duplicateKey(key)
      }
    }
    guard case .object(let object) = try read(#"{"a":1,"b":2,"a":3}"#, allowsDuplicateKeys: true) else {
      Issue.record("not an object")
      return
    }
    #expect(object.values(of: "a").map(\.text) == ["1", "3"])
    #expect(object["a"]?.text == "1")
  }

  @Test func zeroCharactersCanBeRefused() {
    var scanner = JSONScanner(Array(#""a\u0000""#.utf8), allowsZero: false)
    #expect(throws: JSONFault(offset: 8, reason: .zeroCharacter)) { try scanner.string() }
  }

  @Test func aRangeOfBytesIsReadAlone() throws {
    let bytes = Array(#"xx{"a": [1, "é"]}yy"#.utf8)
    var scanner = JSONScanner(bytes, in: 2..<(bytes.count - 2))
    #expect(try scanner.document().text == #"{"a":[1,"é"]}"#)
    #expect(scanner.offset == bytes.count - 2)
    var cut = JSONScanner(bytes, in: 2..<5)
    #expect(throws: JSONFault(offset: 5, reason: .unclosedString)) { try cut.document() }
  }

  @Test func membersAreReadOneByOne() throws {
    var scanner = JSONScanner(Array(#"{"n" : 12, "w":[1.50 , {"b": null}], "s":"t", "o":{}}"#.utf8))
    try scanner.openObject()
    #expect(try scanner.nextKey() == "n")
    #expect(try scanner.wholeNumber() == 12)
    #expect(try scanner.nextKey() == "w")
    #expect(try scanner.kind() == .array)
    #expect(try scanner.written() == "[1.50 , {\"b\": null}]")
    #expect(try scanner.nextKey() == "s")
    #expect(try scanner.string() == "t")
    #expect(try scanner.nextKey() == "o")
    try scanner.openObject()
    #expect(try scanner.nextKey() == nil)
    #expect(try scanner.nextKey() == nil)
    try scanner.expectEnd()
  }

  @Test(arguments: [
    ("-1", 0, JSONFault.Reason.unexpected(0x2D, .wholeNumber)), ("1.0", 1, .unexpected(0x2E, .wholeNumber)),
    ("1e2", 1, .unexpected(0x65, .wholeNumber)), ("\"1\"", 0, .unexpected(0x22, .wholeNumber)),
    ("00", 1, .leadingZero), ("9223372036854775808", 19, .numberTooLarge),
    ("", 0, .unexpectedEnd(.wholeNumber)),
  ])
  func onlyPlainDigitsAreAWholeNumber(text: String, offset: Int, reason: JSONFault.Reason) throws {
    var scanner = JSONScanner(Array(text.utf8))
    #expect(throws: JSONFault(offset: offset, reason: reason)) { try scanner.wholeNumber() }
    var largest = JSONScanner(Array(" 9223372036854775807".utf8))
    #expect(try largest.wholeNumber() == Int.max)
  }

  @Test func aTextWithManyValuesIsRefusedWhereTheyAreTooMany() throws {
    let bytes = Array(#"{"a":[1,{}],"b":2}"#.utf8)
    var whole = JSONScanner(bytes, valueLimit: 5)
    _ = try whole.document()
    var scanner = JSONScanner(bytes, valueLimit: 4)
    #expect(throws: JSONFault(offset: 16, reason: .tooManyValues(limit: 4))) { try scanner.document() }
  }

  @Test func aFaultHasALineAndAColumn() {
    let bytes = Array("{\n\"é\":1,\r\n\"b\":2 3}".utf8)
    for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (2, 2, 1), (7, 2, 6), (17, 3, 7), (99, 3, 9)] {
      let place = JSONFault(offset: offset, reason: .trailing).place(in: bytes)
      #expect(place == (line, column), "offset \(offset)")
    }
  }

  @Test(arguments: [
    (JSONFault.Reason.unexpected(0x31, .mark("{")), "expected '{', found '1'"),
    (.unexpected(0x0B, .commaOr("]")), "expected ',' or ']', found byte 0x0B"),
    (.unexpectedEnd(.value), "the text ends where a value is expected"),
    (.tooDeep(limit: 64), "values are nested more than 64 deep"),
    (.tooManyValues(limit: 9), "there are more than 9 values"),
    (.duplicateKey("a\u{1B}[2J"), "the key 'a\\u{1b}[2J' comes twice"),
    (.notUTF8(0xFF), "byte 0xFF is not UTF-8"),
  ])
  func reasonsSayWhatIsExpectedAndFound(reason: JSONFault.Reason, text: String) {
    #expect("\(reason)" == text)
  }

  /// Every change of one byte is read as Foundation reads it, or refused.
  @Test func agreesWithFoundationOnEverySmallDamage() throws {
    let text = Array(#"{"text":"a\u00e9\n\ud83d\ude00é", "n":[-1.5e+3,{"b":null}],"t":true} "#.utf8)
    var accepted = 0
    for place in text.indices {
      for byte in Array("\"\\{}[],:0-.eEu a\u{1}".utf8) + [0xC3, 0xFF] {
        var damaged = text
        damaged[place] = byte
        var scanner = JSONScanner(damaged)
        guard let value = try? scanner.document() else { continue }  // Refusing is right for a damaged text.
        accepted += 1
        let expected = try JSONSerialization.jsonObject(with: Data(damaged)) as? NSDictionary
        let written = try JSONSerialization.jsonObject(with: Data(value.text.utf8)) as? NSDictionary
        #expect(written == expected, "\(String(decoding: damaged, as: UTF8.self))")
      }
      guard place < text.count - 1 else { continue }
      var prefix = JSONScanner(text, in: 0..<place)
      #expect(throws: JSONFault.self) { try prefix.document() }
    }
    #expect(accepted > 100)
  }

  @Test func randomBytesNeverCrashTheReader() {
    var random = SeededGenerator(seed: 5)
    let alphabet = Array("{}[]\":,\\u0d8aDe+-.1tfn \n".utf8) + [0xC3, 0xA9, 0xFF]
    var refused = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      var scanner = JSONScanner(bytes)
      do throws(JSONFault) {
        _ = try scanner.document()
      } catch {
        refused += 1
        #expect((0...bytes.count).contains(error.offset))
      }
    }
    #expect(refused > 10_000)
  }
}
