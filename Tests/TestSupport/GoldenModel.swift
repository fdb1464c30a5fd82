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
    /// Before head and normalisation, by pooling; nil for texts without.
    public var pooled: [String: [Float]]?
    public var embedding: [Float]
    public var embeddingWithPrompt: [String: [Float]]?
  }

  public var model: String
  public var maxLength: Int
  public var pooling: [String]
  public var metric: String
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
