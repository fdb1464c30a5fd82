import Testing

@testable import Tokenization

/// Each normaliser and each class of scalars by itself.
struct NormalizerTests {
  private func normalized(_ text: String, _ normalizer: Normalizer) -> String {
    normalizer.normalized(text).map { String($0.value, radix: 16) }.joined(separator: " ")
  }

  private func bert(
    _ text: String, clean: Bool = false, chinese: Bool = false, accents: Bool = false, lowercase: Bool = false
  ) -> String {
    normalized(
      text,
      .bert(
        BertNormalizer(
          cleansText: clean, spacesChineseCharacters: chinese, stripsAccents: accents, lowercases: lowercase))
    )
  }

  @Test func cleaningRemovesControlsAndEvensOutSpace() {
    #expect(bert("a\u{0}\u{b}\u{fffd}\u{ad}\u{200d}\u{e000}\u{10fffd}b", clean: true) == "61 62")
    #expect(bert("\t\n\r\u{a0}\u{2003}\u{3000}", clean: true) == "20 20 20 20 20 20")
    #expect(bert("\u{378}\u{10ffff}", clean: true) == "378 10ffff")
    #expect(bert("\u{890}", clean: true) == "890")  // A format that is younger than the tables.
    #expect(bert("\u{0}\t", clean: false) == "0 9")
  }

  @Test(
    arguments: [
      0x3400, 0x4dbf, 0x4e00, 0x9fff, 0x20000, 0x2a6df, 0x2a700, 0x2b73f, 0x2b740, 0x2b81f, 0x2b920, 0x2ceaf,
      0xf900, 0xfaff, 0x2f800, 0x2fa1f,
    ] as [UInt32])
  func chineseCharactersGetSpaces(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    #expect(bert(String(scalar), chinese: true) == "20 \(String(value, radix: 16)) 20")
  }

  @Test(
    arguments: [0x33ff, 0x4dc0, 0x3042, 0x30ab, 0xac00, 0x2a6e0, 0x2b820, 0x2b91f, 0x2ceb0, 0xfb00, 0x3007]
      as [UInt32])
  func othersGetNone(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    #expect(bert(String(scalar), chinese: true) == String(value, radix: 16))
  }

  @Test func strippingAccentsDecomposesFirst() {
    #expect(bert("\u{e9}\u{1ed9}", accents: true) == "65 6f")
    #expect(bert("\u{ac01}", accents: true) == "1100 1161 11a8")
    #expect(bert("a\u{903}\u{20dd}", accents: true) == "61 903 20dd")  // Spacing and enclosing marks stay.
    #expect(bert("a\u{1734}b", accents: true) == "61 62")  // A non-spacing mark in the tables' version.
    #expect(bert("a\u{1e944}", accents: true) == "61 1e944")  // Younger than the tables.
    #expect(bert("\u{f900}", accents: true) == "8c48")
  }

  @Test func lowercasingIsScalarByScalar() {
    #expect(bert("ΑΣ", lowercase: true) == "3b1 3c3")
    #expect(bert("İ", lowercase: true) == "69 307")
    #expect(bert("ẞǅ𐐀K", lowercase: true) == "df 1c6 10428 6b")
    #expect(normalized("A\u{301}Z", .lowercase) == "61 301 7a")
  }

  @Test func accentsFollowTheCaseUnlessSaid() {
    var normalizer = BertNormalizer()
    #expect(normalized("É", .bert(normalizer)) == "65")
    normalizer.lowercases = false
    #expect(normalized("É", .bert(normalizer)) == "c9")
    normalizer.stripsAccents = true
    #expect(normalized("É", .bert(normalizer)) == "45")
  }

  @Test func canonicalOrderIsStableAndStopsAtStarters() {
    #expect(normalized("a\u{301}\u{323}\u{300}b\u{323}", .canonicalDecomposition) == "61 323 301 300 62 323")
    #expect(normalized("\u{344}\u{345}\u{344}", .canonicalDecomposition) == "308 301 308 301 345")
    #expect(normalized("\u{f73}\u{f71}", .canonicalDecomposition) == "f71 f71 f72")
    let marks = Array(repeating: "\u{301}\u{323}", count: 40).joined()
    let sorted = Array(repeating: "323", count: 40) + Array(repeating: "301", count: 40)
    #expect(normalized("a" + marks, .canonicalDecomposition) == (["61"] + sorted).joined(separator: " "))
  }

  @Test func theSmallOnesDoWhatTheirNamesSay() {
    #expect(normalized("a\u{301}\u{903}\u{20dd}", .stripAccents) == "61")
    #expect(normalized("\u{e9}", .stripAccents) == "e9")
    #expect(normalized(" \ta \u{3000}", .strip(left: true, right: false)) == "61 20 3000")
    #expect(normalized(" \ta \u{3000}", .strip(left: false, right: true)) == "20 9 61")
    #expect(normalized("  ", .strip(left: true, right: true)) == "")
    #expect(normalized("aabaa", .replace(pattern: ["a", "a"], content: ["x"])) == "78 62 78")
    #expect(normalized("É", .sequence([.canonicalDecomposition, .stripAccents, .lowercase])) == "65")
  }

  @Test func sourcesSurviveEachStep() {
    var text = NormalizedText(Array(" a''b ".unicodeScalars), origin: 10)
    text.strip(left: true, right: true)
    text.replace(["'", "'"], with: ["<", ">"])
    #expect(text.scalars == ["a", "<", ">", "b"])
    #expect((0..<4).map { text.source(of: $0..<$0 + 1) } == [11..<12, 13..<14, 13..<14, 14..<15])
    text.filter { $0 != "<" }
    #expect(text.source(of: 0..<3) == 11..<15)
    #expect(text.slice(1..<2).source(of: 0..<1) == 13..<14)
  }

  @Test func theTableOfClassesAgreesWithTheDatabase() {
    for value in stride(from: UInt32(0), to: 0x1_0000, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(ScalarClass.of(scalar) == ScalarClass(computedFor: scalar), "U+\(String(value, radix: 16))")
    }
  }
}
