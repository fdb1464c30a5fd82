import Foundation
import TestSupport
import Testing

/// Model folders that are damaged, hostile or of a kind that is not supported: exit code 65 and a reason.
struct DamagedModelTests {
  private let vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  struct Damage: CustomTestStringConvertible, Sendable {
    var file: String
    /// The file's new bytes; nil removes it.
    var change: @Sendable ([UInt8]) -> [UInt8]?
    var words: [String]
    var status: Int32 = 65

    var testDescription: String { "\(file): \(words.joined(separator: ", "))" }
  }

  private static func replace(_ old: String, _ new: String) -> @Sendable ([UInt8]) -> [UInt8]? {
    { bytes in Array(String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8) }
  }

  /// Replaces the header's text by one of the same length.
  private static func replaceInHeader(_ old: String, _ new: String) -> @Sendable ([UInt8]) -> [UInt8]? {
    precondition(old.utf8.count == new.utf8.count, "'\(old)' and '\(new)' differ in length")
    return { bytes in
      let pattern = Array(old.utf8)
      var bytes = bytes
      guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: pattern) }) else {
        return bytes
      }
      bytes.replaceSubrange(start..<start + pattern.count, with: Array(new.utf8))
      return bytes
    }
  }

  static let damages: [Damage] = [
    Damage(file: "model.safetensors", change: { _ in [] }, words: ["model.safetensors"]),
    Damage(file: "model.safetensors", change: { Array($0.prefix(5)) }, words: ["model.safetensors"]),
    Damage(file: "model.safetensors", change: { Array($0.prefix(100)) }, words: ["model.safetensors"]),
    Damage(file: "model.safetensors", change: { $0.dropLast() }, words: ["model.safetensors"]),
    Damage(file: "model.safetensors", change: { $0 + [0] }, words: ["model.safetensors"]),
    Damage(
      file: "model.safetensors", change: { [UInt8](repeating: 0xFF, count: 8) + $0.dropFirst(8) },
      words: ["model.safetensors"]),
    Damage(
      file: "model.safetensors", change: replaceInHeader("\"F32\"", "\"I32\""), words: ["model.safetensors"]),
    Damage(
      file: "model.safetensors", change: replaceInHeader("{\"", "[\""), words: ["model.safetensors"]),
    Damage(
      file: "model.safetensors",
      change: { _ in SafetensorsBytes.file(header: String(repeating: "[", count: 100_000)) },
      words: ["model.safetensors"]),
    Damage(
      file: "model.safetensors",
      change: { bytes in
        bytes.dropLast(4) + SafetensorsBytes.littleEndian(Float.nan.bitPattern)
      }, words: ["model.safetensors", "nan"]),
    Damage(
      file: "model.safetensors",
      change: { _ in SafetensorsBytes.file([("embeddings.word_embeddings.weight", [2, 2], [1, 2, 3, 4])]) },
      words: ["embeddings.word_embeddings.weight", "[2, 2]", "[400, 32]"]),
    Damage(file: "config.json", change: replace("\"bert\"", "\"brand-new\""), words: ["brand-new"]),
    Damage(file: "config.json", change: replace("32", "33"), words: ["config.json"]),
    Damage(file: "config.json", change: replace(": 32", ": -32"), words: ["config.json"]),
    Damage(file: "config.json", change: { Array($0.dropLast(9)) }, words: ["config.json"]),
    Damage(file: "config.json", change: { _ in [0xFF, 0x00] }, words: ["config.json"]),
    Damage(file: "modules.json", change: { _ in Array("[{}]".utf8) }, words: ["modules.json"]),
    Damage(file: "1_Pooling/config.json", change: { _ in Array("{".utf8) }, words: ["1_Pooling/config.json"]),
    Damage(
      file: "1_Pooling/config.json", change: replace("true", "\"yes\""), words: ["1_Pooling/config.json"]),
    Damage(file: "tokenizer.json", change: { Array($0.prefix(500)) }, words: ["tokenizer.json"]),
    Damage(file: "tokenizer.json", change: replace("\"WordPiece\"", "\"Guess\""), words: ["tokenizer.json"]),
    Damage(
      file: "sentence_bert_config.json", change: { _ in Array(#"{"max_seq_length": "long"}"#.utf8) },
      words: ["sentence_bert_config.json", "max_seq_length"]),
  ]

  @Test(arguments: damages)
  func damageIsNamed(damage: Damage) async throws {
    let model = try vecscope.copy { folder in
      let path = "\(folder)/\(damage.file)"
      let bytes = try CommandRun.bytes(of: path)
      guard let changed = damage.change(bytes) else {
        try FileManager.default.removeItem(atPath: path)
        return
      }
      #expect(changed != bytes)
      try Data(changed).write(to: URL(fileURLWithPath: path))
    }
    let result = try await vecscope("encode", "--model", model, input: "one\n")
    #expect(result.status == damage.status, "\(result.errors)")
    #expect(result.bytes.isEmpty && result.errors.hasPrefix("vecscope: "))
    for word in damage.words { #expect(result.errors.contains(word), "\(result.errors)") }
  }

  @Test func picklesAreRefusedWithTheWayOut() async throws {
    let model = try vecscope.copy { folder in
      try FileManager.default.moveItem(
        atPath: folder + "/model.safetensors", toPath: folder + "/pytorch_model.bin")
    }
    let result = try await vecscope("encode", "--model", model, input: "one\n")
    #expect(result.status == 65)
    #expect(result.errors.contains("pytorch_model.bin") && result.errors.contains("safetensors"))
  }

  @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
  func aMissingFileIsNamed(file: String) async throws {
    let model = try vecscope.copy { try FileManager.default.removeItem(atPath: "\($0)/\(file)") }
    let result = try await vecscope("encode", "--model", model, input: "one\n")
    #expect([65, 66].contains(result.status), "\(result.errors)")
    #expect(result.errors.contains(file), "\(result.errors)")
  }

  @Test func shardsThatDoNotFitTheirIndexAreNamed() async throws {
    let model = try vecscope.copy(of: "bert-sharded") { folder in
      try FileManager.default.removeItem(atPath: folder + "/model-00002-of-00002.safetensors")
    }
    let result = try await vecscope("encode", "--model", model, input: "one\n")
    #expect([65, 66].contains(result.status))
    #expect(result.errors.contains("model-00002-of-00002.safetensors"), "\(result.errors)")
  }

  @Test func namesOfAModelCannotSteerTheTerminal() async throws {
    let model = try vecscope.copy { folder in
      let path = folder + "/config.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacingOccurrences(of: "BertModel", with: "\\u001b]0;x\\u0007").write(
        toFile: path, atomically: true, encoding: .utf8)
    }
    let result = try await vecscope("inspect", "--model", model)
    #expect(result.status == 0 && !result.bytes.contains(0x1B) && !result.bytes.contains(0x07))
    #expect(result.text.contains(#"\u{1b}]0;x\u{7}"#))
  }

  @Test func theExplorerShowsTheReason() async throws {
    let model = try vecscope.copy { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
    }
    let result = try await vecscope("render", "--model", model, "--size", "120x30")
    #expect(result.status == 0 && result.text.contains("no model"))
    #expect(result.text.contains("model.safetensors"))
  }
}
