import Checkpoints
import Encoders
import Kernels
import Recipes
import Synchronization
import Tokenization

/// An encoder with its tokenizer and what follows pooling: a model has one, or one for each route.
final class Pipeline: Sendable {
  let description: ModelDescription
  let tokenizer: Tokenizer
  /// The encoder that the model was opened with; its facts are those of the others.
  let encoder: Encoder
  private let folder: ModelFolder
  private let kernels: KernelSet
  private let cacheFolder: String?
  private let encoders: Mutex<[Precision: Encoder]>
  private let declaredHead: Head
  private let pooler: Head?
  /// The special token that the tokenizer itself puts behind a text; nil where it puts none.
  private let ownEnd: String?

  init(_ folder: ModelFolder, kernels: KernelSet, precision: Precision, cacheFolder: String?) throws {
    description = folder.description
    (self.folder, self.kernels, self.cacheFolder) = (folder, kernels, cacheFolder)
    tokenizer = try Tokenizer(
      folder: folder.tokenizerPath, lowercasesFirst: folder.lowercasesFirst, cacheFolder: cacheFolder)
    encoder = try Encoder(folder, kernels: kernels, precision: precision, cacheFolder: cacheFolder)
    encoders = Mutex([precision: encoder])
    declaredHead = Head(folder.head, kernels: kernels)
    pooler = try folder.pooler().map { Head([.dense($0)], kernels: kernels) }
    guard tokenizer.vocabularySize <= description.vocabulary else {
      throw EmbeddingError.vocabularyMismatch(
        model: description.name, tokenizer: tokenizer.vocabularySize, weights: description.vocabulary)
    }
    ownEnd = description.addsSpecialTokens ? tokenizer.closingTokens.last : nil
    let markers = description.prompts.value.compactMap(\.markers).flatMap { [$0.opening, $0.closing] }
    for token in markers + [description.endToken].compactMap({ $0 }) where tokenizer.id(of: token) == nil {
      throw EmbeddingError.markerMissing(model: description.name, token: token)
    }
  }

  /// Whether a token that is no part of a text stands behind it, so that its state has seen the whole text.
  var closesTexts: Bool { ownEnd != nil || description.endToken != nil }

  /// The encoder of a precision, loaded at the first need.
  func encoder(_ precision: Precision) throws(EncoderError) -> Encoder {
    try encoders.withLock { encoders throws(EncoderError) in
      if let known = encoders[precision] { return known }
      let new = try Encoder(folder, kernels: kernels, precision: precision, cacheFolder: cacheFolder)
      encoders[precision] = new
      return new
    }
  }

  /// The tokens of a string, with special tokens and markers, cut to the encoding's length.
  func tokens(_ string: String, _ encoding: Encoding, truncates: Bool) -> TokenizedText {
    let opening = marker(encoding.markers?.opening)
    let end = encoding.markers?.closing ?? description.endToken
    let closing = end == ownEnd ? nil : marker(end)
    let limit = truncates && encoding.maximumLength != Encoding.unlimited ? encoding.maximumLength : nil
    let text = tokenizer.encode(
      string, addSpecialTokens: description.addsSpecialTokens,
      maximumLength: limit.map { $0 - (opening == nil ? 0 : 1) - (closing == nil ? 0 : 1) })
    return text.marked(opening: opening, closing: closing)
  }

  /// A marker with its id; nil for none.
  private func marker(_ token: String?) -> (id: Int32, token: String)? {
    guard let token, let id = tokenizer.id(of: token) else { return nil }
    return (id, token)
  }

  /// The tokens of the prompt alone, less a closing special token; 0 without a prompt.
  ///
  /// As sentence-transformers counts them.
  func promptLength(_ encoding: Encoding) -> Int {
    let text = encoding.promptText
    guard !text.isEmpty else { return 0 }
    var encoding = encoding
    encoding.markers = nil
    let prompt = tokens(text, encoding, truncates: true)
    return prompt.special.last == true ? prompt.ids.count - 1 : prompt.ids.count
  }

  /// The encoder's layer that a readout's means; `last` is the model's last one.
  func layer(_ layer: Int, last: Int) throws(EmbeddingError) -> Int {
    if layer == last { return encoder.layers }
    guard (0...encoder.layers).contains(layer), encoder.layers == last else {
      throw .layerUnavailable(layer, model: description.name, layers: encoder.layers)
    }
    return layer
  }

  /// What a choice of head means here; nil for nothing.
  func head(_ choice: HeadChoice) -> Head? {
    switch choice {
    case .declared: declaredHead
    case .none: nil
    case .pooler: pooler
    }
  }
}

extension TokenizedText {
  /// Puts a token before and one behind the text's own, within the special tokens at both ends.
  func marked(
    opening: (id: Int32, token: String)?, closing: (id: Int32, token: String)?
  ) -> TokenizedText {
    var result = self
    let start = special.firstIndex(of: false) ?? special.count
    let end = (special.lastIndex(of: false) ?? start - 1) + 1
    for (place, marker) in [(end, closing), (start, opening)] {
      guard let marker else { continue }
      result.ids.insert(marker.id, at: place)
      result.tokens.insert(marker.token, at: place)
      result.offsets.insert(0..<0, at: place)
      result.special.insert(true, at: place)
      result.totalCount += 1
    }
    return result
  }
}
