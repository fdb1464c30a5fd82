import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Model files of SentencePiece, written here byte by byte.
struct SentencePieceTests {
  /// A message in the wire format, field by field.
  private struct Message {
    var bytes: [UInt8] = []

    static func varint(_ number: UInt64) -> [UInt8] {
      var (bytes, rest) = ([UInt8](), number)
      while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
      }
      return bytes + [UInt8(rest)]
    }

    mutating func add(_ field: UInt64, _ number: UInt64) {
      bytes += Self.varint(field << 3) + Self.varint(number)
    }

    mutating func add(_ field: UInt64, _ content: some Collection<UInt8>) {
      bytes += Self.varint(field << 3 | 2) + Self.varint(UInt64(content.count)) + content
    }

    mutating func add(_ field: UInt64, _ number: Float) {
      bytes += Self.varint(field << 3 | 5)
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt32(8 * $0)) }
    }
  }

  private typealias Piece = (text: String, score: Float, kind: UInt64)

  private func model(
    _ pieces: [Piece], algorithm: UInt64 = 1, unknown: UInt64 = 0, map: [UInt8] = []
  ) -> [UInt8] {
    var model = Message()
    for piece in pieces {
      var message = Message()
      message.add(1, Array(piece.text.utf8))
      message.add(2, piece.score)
      if piece.kind != 1 { message.add(3, piece.kind) }
      model.add(1, message.bytes)
    }
    var training = Message()
    training.add(3, algorithm)
    training.add(40, unknown)
    model.add(2, training.bytes)
    var normalization = Message()
    normalization.add(2, map)
    model.add(3, normalization.bytes)
    return model.bytes
  }

  private static let words: [Piece] = [
    ("\u{2581}", -3, 1), ("\u{2581}a", -1, 1), ("b", -2, 1), ("c", -2.5, 1), ("<new>", 0, 4),
  ]

  private static let t5 = [("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2)] as [Piece] + words
  private static let xlmRoberta = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)] as [Piece] + words

  private func tokenizer(
    _ bytes: [UInt8], named name: String = "spiece.model", configuration: String? = nil, model: String? = nil
  ) throws -> Tokenizer {
    let folder = try TemporaryFolder()
    _ = try folder.write(bytes, to: name)
    if let configuration { _ = try folder.write(configuration, to: "tokenizer_config.json") }
    if let model { _ = try folder.write(#"{"model_type":"\#(model)"}"#, to: "config.json") }
    return try Tokenizer(folder: folder.path)
  }

  private func problem(_ body: () throws -> Tokenizer) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func aFileOfT5GetsItsSentinels() throws {
    let tokenizer = try tokenizer(
      model(Self.t5, unknown: 2), configuration: #"{"tokenizer_class":"T5Tokenizer"}"#)
    #expect(tokenizer.vocabularySize == 108)
    #expect(tokenizer.unknownID == 2)
    let encoded = tokenizer.encode("a  b<extra_id_99>\nzc<new>")
    #expect(
      encoded.tokens == [
        "\u{2581}a", "\u{2581}", "b", "<extra_id_99>", "\u{2581}", "z", "c", "<new>", "</s>",
      ])
    #expect(encoded.ids == [4, 3, 5, 8, 3, 2, 6, 7, 1])
    #expect(tokenizer.token(for: 107) == "<extra_id_0>")
    let fewer = try self.tokenizer(
      model(Self.t5, unknown: 2), configuration: #"{"extra_ids":2}"#, model: "t5")
    #expect(fewer.vocabularySize == 10)
  }

  @Test func aFileOfXLMRGetsItsOwnFirstTokens() throws {
    let mask = #"{"content":"<mask>","lstrip":true}"#
    let tokenizer = try tokenizer(
      model(Self.xlmRoberta, map: characterMapBytes([("B", "b")])), named: "sentencepiece.bpe.model",
      configuration: #"{"tokenizer_class":"XLMRobertaTokenizerFast","mask_token":\#(mask)}"#)
    #expect((0..<4).map { tokenizer.token(for: $0) } == ["<s>", "<pad>", "</s>", "<unk>"])
    let encoded = tokenizer.encode("aB <mask>")
    #expect(encoded.ids == [0, 5, 6, 9, 2])
    #expect(encoded.tokens == ["<s>", "\u{2581}a", "b", " <mask>", "</s>"])
  }

  @Test func aFileOfCamembertKeepsItsUnusedTokens() throws {
    let tokenizer = try tokenizer(
      model(Self.xlmRoberta), named: "sentencepiece.bpe.model", model: "camembert")
    #expect(tokenizer.encode("a z <mask>").ids == [5, 8, 7, 3, 12, 6])
    #expect(tokenizer.token(for: 4) == "<unk>NOTUSED")
  }

  @Test func theClassGoesBeforeTheTypeOfModelAndMustBeKnown() {
    let bytes = model(Self.t5, unknown: 2)
    #expect(problem { try tokenizer(bytes) }.contains("key 'tokenizer_class' is missing"))
    #expect(problem { try tokenizer(bytes, model: "albert") }.contains("key 'tokenizer_class' is missing"))
    #expect(
      problem { try tokenizer(bytes, configuration: #"{"tokenizer_class":"XLNetTokenizer"}"#, model: "t5") }
        .contains("tokenizer class 'XLNetTokenizer' is not supported"))
    #expect(problem { try tokenizer(bytes, model: "llama") }.contains("is unigram, expected bytePairs"))
  }

  @Test func mergesComeFromThePiecesByTheirScore() throws {
    let pieces: [Piece] = [
      ("<unk>", 0, 2), ("aab", -2, 1), ("ab", -1, 1), ("a", -5, 1), ("b", -6, 1), ("aa", -2, 1),
    ]
    let model = try SentencePieceModel(file: "m", bytes: model(pieces, algorithm: 2))
    #expect(try model.merges(file: "m").map { "\($0)+\($1)" } == ["a+b", "aa+b", "a+ab", "a+a"])
  }

  @Test func damagedFilesAreRefusedWithThePlace() throws {
    let whole = model(Self.t5, unknown: 2)
    for count in 0..<whole.count {
      _ = problem { try tokenizer(Array(whole[..<count]), model: "t5") }
    }
    #expect(problem { try tokenizer([], model: "t5") }.contains("byte 0: no pieces"))
    #expect(
      problem { try tokenizer(Array(whole[..<9]), model: "t5") }.contains("spiece.model: byte 0: a field of"))
    #expect(problem { try tokenizer([0x0f], model: "t5") }.contains("unknown type 7"))
    #expect(problem { try tokenizer([0x00], model: "t5") }.contains("a field of number 0"))
    #expect(problem { try tokenizer([UInt8](repeating: 0xff, count: 20), model: "t5") }.contains("ten bytes"))
    #expect(problem { try tokenizer([0x0a, 0x80], model: "t5") }.contains("cut off"))
    #expect(problem { try tokenizer([0x08, 0x01], model: "t5") }.contains("no sequence of bytes"))
    #expect(
      problem { try tokenizer(model([("\u{2581}", .nan, 1)] + Self.t5, unknown: 3), model: "t5") }
        .contains("a score of nan"))
    #expect(problem { try tokenizer(model(Self.t5, unknown: 2, map: [1, 2]), model: "t5") }.contains("trie"))
    #expect(problem { try tokenizer(model(Self.t5, unknown: 400), model: "t5") }.contains("is 400"))
    #expect(problem { try tokenizer(model([("a", 0, 9)]), model: "t5") }.contains("unknown kind 9"))
    #expect(
      problem { try tokenizer(model(Self.t5), configuration: #"{"extra_ids":1e9}"#, model: "t5") }
        .contains("extra_ids"))
  }
}
