import JSONText
import TestSupport
import Testing

struct JSONWritingTests {
  @Test func valuesAreWrittenOnOneLineInOrder() {
    var members: JSONObject = ["z": .null, "a": .array([.bool(true), .integer(-1), .string("x")])]
    members.append("o", .object([:]))
    members += ["e": .array([]), "none": .optional(nil), "some": .optional("y")]
    #expect(
      JSONValue.object(members).text
        == #"{"z":null,"a":[true,-1,"x"],"o":{},"e":[],"none":null,"some":"y"}"#)
    #expect(JSONValue.object(JSONObject([("b", .integer(1)), ("a", .integer(2))])).text == #"{"b":1,"a":2}"#)
  }

  @Test func floatsAreTheShortestThatReadBackTheSame() {
    #expect(
      JSONValue.floats([0.1, 1, -0.5, 1e-7, 16_777_216, 3.4e38]).text == "[0.1,1,-0.5,1e-07,16777216,3.4e+38]"
    )
    #expect(JSONValue.array([.real(0.1), .real(2), .real(1e20), .real(-0.0)]).text == "[0.1,2,1e+20,-0]")
    #expect(JSONValue.real(Double(Float(0.1))).text == "0.10000000149011612")
  }

  @Test func whatIsNoNumberBecomesNull() {
    #expect(JSONValue.floats([.nan, .infinity, -.infinity]).text == "[null,null,null]")
    #expect(JSONValue.real(.nan).text == "null")
  }

  @Test func stringsAreQuotedAndControlCharactersEscaped() {
    #expect(JSONValue.string("q\" b\\ s/ é😀").text == #""q\" b\\ s/ é😀""#)
    #expect(JSONValue.string("\n\r\t\0\u{1B}\u{7F}\u{9B}").text == #""\n\r\t\u0000\u001b\u007f\u009b""#)
    let object: JSONObject = ["a\"\n": .null]
    #expect(JSONValue.object(object).text == #"{"a\"\n":null}"#)
  }

  @Test func everyFloatAndStringReadsBackTheSame() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<5000 {
      let float = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
      let double = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
      let scalars = (0..<8).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &random)) }
      let string = scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
      var scanner = JSONScanner(
        Array(JSONValue.array([.float(float), .real(double), .string(string)]).text.utf8))
      try scanner.openArray()
      _ = try scanner.nextElement()
      if float.isFinite { #expect(Float(try scanner.written()) == float) } else { try scanner.skip() }
      _ = try scanner.nextElement()
      if double.isFinite { #expect(try scanner.value().number == double) } else { try scanner.skip() }
      _ = try scanner.nextElement()
      #expect(try scanner.string().unicodeScalars.elementsEqual(string.unicodeScalars))
      #expect(try !scanner.nextElement())
      try scanner.expectEnd()
    }
  }

  @Test func summariesAreFitForMessages() {
    #expect(JSONValue.null.summary == "null")
    #expect(JSONValue.integer(3).summary == "3")
    #expect(JSONValue.real(1.5).summary == "1.5")
    #expect(JSONValue.array([.null]).summary == "a list of 1")
    #expect(JSONValue.object([:]).summary == "an object of 0")
    #expect(JSONValue.string("a\u{1B}b\u{202E}").summary == "'a\\u{1b}b\\u{202e}'")
    let long = JSONValue.string(String(repeating: "x", count: 200)).summary
    #expect(long == "'\(String(repeating: "x", count: 120))…'")
  }
}
