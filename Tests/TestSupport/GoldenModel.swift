import Foundation

/// A tiny model of `Fixtures/Models` and what the reference libraries compute with it.
public struct GoldenModel: Decodable, Sendable, CustomStringConvertible {
  public struct Row: Decodable, Sendable {
    public var text: String
    public var ids: [Int32]
    public var tokens: [String]
    public var offsets: [[Int]]
    public var special: [Bool]
    public var totalCount: Int
    /// Before head and normalisation, by pooling (with `decoder_first` where there is a decoder); nil for texts without.
    public var pooled: [String: [Float]]?
    /// Without prompt and role; zeros for a text of no tokens.
    public var embedding: [Float]
    public var embeddingWithPrompt: [String: [Float]]?
    /// With a prompt, both stripped and joined without a space.
    public var idsStripped: [String: [Int32]]?
    public var embeddingStripped: [String: [Float]]?
    /// In the role `query` or `document`, where the roles differ by more than a declared prompt.
    public var idsWithRole: [String: [Int32]]?
    public var embeddingWithRole: [String: [Float]]?
  }

  public var model: String
  /// Nil: texts are not cut.
  public var maxLength: Int?
  public var pooling: [String]
  public var metric: String
  /// The id under which the model must be opened, because the built-in table has what its files leave out.
  public var hubName: String?
  public var similarities: [[Float]]
  public var rows: [Row]

  public var description: String { model }

  /// The model's folder.
  public var path: String { Self.folder.appendingPathComponent(model).path }

  /// The safetensors file with the hidden states and attention maps of `stateTexts`.
  public var statesPath: String { path + "/golden_states.safetensors" }

  /// The models, by name.
  public static let all: [GoldenModel] = {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      return try names.map(read)
    } catch {
      preconditionFailure("the tiny models cannot be read: \(error)")
    }
  }()

  /// One model of each kind of file that a command meets: enough where every stage has its own tests.
  public static let samples: [GoldenModel] = all.filter { model in
    [
      "bert-mean", "bert-dense-bf16", "bert-sharded", "xlmr-e5", "sentence-t5", "roberta-cls",
      "mistral-window", "lora-adapter", "static-embedding",
    ].contains(model.model)
  }

  /// One model.
  public static func named(_ name: String) throws -> GoldenModel { try read(name) }

  /// The texts whose states are kept, in the order of their index.
  public func stateTexts() throws -> [String] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: statesPath))
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    struct Header: Decodable {
      var metadata: [String: String]
      enum CodingKeys: String, CodingKey { case metadata = "__metadata__" }
    }
    let header = try JSONDecoder().decode(Header.self, from: bytes.dropFirst(8).prefix(length))
    return try JSONDecoder().decode([String].self, from: Data((header.metadata["texts"] ?? "[]").utf8))
  }

  private static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/Models")

  private static func read(_ name: String) throws -> GoldenModel {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = folder.appendingPathComponent(name).appendingPathComponent("golden.json")
    return try decoder.decode(GoldenModel.self, from: Data(contentsOf: url))
  }
}
