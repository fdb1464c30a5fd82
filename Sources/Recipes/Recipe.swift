/// What decides the forward pass of one side.
public struct Encoding: Codable, Hashable, Sendable {
  /// The model's content hash.
  public var model: String
  /// The literal prompt text; empty for none.
  public var prompt: String
  /// Whether white space round prompt + text is removed before tokenization.
  public var strip: Bool
  /// The most tokens of a text that are encoded, special tokens included.
  public var maximumLength: Int
  public var precision: Precision
  /// How prompt and text are joined.
  public var joining: Joining
  /// Tokens put round the text's own; they count for the length.
  public var markers: Markers?
  /// Which of the model's encoders is used, where it has one for each side.
  public var route: String?

  /// The maximum length of models that never cut a text.
  public static let unlimited = Int.max

  public init(
    model: String, prompt: String, strip: Bool, maximumLength: Int, precision: Precision,
    joining: Joining = .asWritten, markers: Markers? = nil, route: String? = nil
  ) {
    self.model = model
    self.prompt = prompt
    self.strip = strip
    self.maximumLength = maximumLength
    self.precision = precision
    self.joining = joining
    self.markers = markers
    self.route = route
  }
}

/// What decides the vector once the token states exist.
public struct Readout: Codable, Hashable, Sendable {
  /// In reference order; several concatenate.
  public var pooling: [Pooling]
  /// Whether the tokens of the prompt take part in pooling.
  public var poolsPrompt: Bool
  /// 0 is the embedding output, the model's number of layers its last hidden state.
  public var layer: Int
  /// What follows pooling; `none` where the model declares nothing.
  public var head: HeadChoice
  /// The vector is cut to so many values before it is normalised; nil keeps all.
  public var dimensions: Int?
  public var normalizes: Bool

  public init(
    pooling: [Pooling],
    poolsPrompt: Bool,
    layer: Int,
    head: HeadChoice,
    dimensions: Int?,
    normalizes: Bool
  ) {
    self.pooling = pooling
    self.poolsPrompt = poolsPrompt
    self.layer = layer
    self.head = head
    self.dimensions = dimensions
    self.normalizes = normalizes
  }
}

extension Readout {
  /// Twelve hexadecimal digits that differ when any part of the readout differs.
  public var fingerprint: String { Fingerprint.of(canonicalText) }

  var canonicalText: String {
    [
      Pooling.describe(pooling), "\(poolsPrompt)", "\(layer)", head.rawValue,
      dimensions.map { "\($0)" } ?? "all", "\(normalizes)",
    ].joined(separator: "\u{1F}")
  }
}

/// Everything that two vectors must share to be comparable.
public struct Recipe: Codable, Hashable, Sendable {
  public var queries: Encoding
  public var documents: Encoding
  public var readout: Readout
  public var metric: Metric

  public init(queries: Encoding, documents: Encoding, readout: Readout, metric: Metric) {
    self.queries = queries
    self.documents = documents
    self.readout = readout
    self.metric = metric
  }

  /// Twelve hexadecimal digits that differ when any part of the recipe differs.
  public var fingerprint: String { Fingerprint.of(canonicalText) }

  var canonicalText: String {
    [queries.canonicalText, documents.canonicalText, readout.canonicalText, metric.rawValue]
      .joined(separator: "\u{1F}")
  }
}

extension Encoding {
  /// Twelve hexadecimal digits: the key under which pooled vectors are stored.
  public var fingerprint: String { Fingerprint.of(canonicalText) }

  var canonicalText: String {
    let quoted = [prompt, markers?.opening ?? "", markers?.closing ?? "", route ?? ""]
    let parts = [model] + quoted.flatMap { ["\($0.utf8.count)", $0] }
    return (parts + ["\(strip)", joining.rawValue, "\(maximumLength)", precision.rawValue])
      .joined(separator: "\u{1F}")
  }
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo), cut to 48: a name for equality within one user's files, not
/// a defence against forgery.
enum Fingerprint {
  static func of(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String((hash ^ (hash >> 48)) & 0xffff_ffff_ffff, radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }
}
