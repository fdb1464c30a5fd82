/// The literal string that is put before a text, or the tokens put round it, and where it comes from.
public struct Prompt: Codable, Hashable, Sendable {
  /// The name under which a model or the built-in table lists it; nil for typed text.
  public var name: String?
  public var text: String
  public var source: Source
  /// Tokens put round the text's own.
  public var markers: Markers?

  public init(name: String?, text: String, source: Source, markers: Markers? = nil) {
    self.name = name
    self.text = text
    self.source = source
    self.markers = markers
  }

  public static let empty = Prompt(name: nil, text: "", source: .declared)
}

/// What the user asks for as a prompt.
public enum PromptChoice: Codable, Hashable, Sendable {
  /// The role's declared prompt, else the model's default prompt, else nothing.
  case declared
  case noPrompt
  case named(String)
  case literal(String)
}
