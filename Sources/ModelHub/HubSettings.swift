public import Foundation

/// Where models are kept and fetched from, as the environment says.
///
/// The variables are those of the Hugging Face client, so that both share one cache.
public struct HubSettings: Sendable {
  /// The address that is asked where `HF_ENDPOINT` is not set.
  public static let publicEndpoint = "https://huggingface.co"

  /// Hub caches, in the order in which they are searched; pulled models go to `cacheFolder`.
  public var cacheFolders: [String]
  /// The hub cache that is written.
  public var cacheFolder: String
  /// Where models are kept that did not come from the hub: a folder for each, by name.
  public var modelsFolder: String
  public var endpoint: URL
  public var isOffline: Bool
  /// Whether snapshots link to blobs; else they are copies.
  public var usesSymbolicLinks: Bool
  /// How long to wait for an answer, in seconds.
  public var timeoutSeconds: Double
  /// Where programs such as Python are looked for.
  public var searchPath: [String]

  let token: HubToken

  /// Reads the environment.
  ///
  /// - Throws: `invalidSetting` for an endpoint or a time that makes no sense.
  public init(environment: [String: String], homeFolder: String) throws(HubError) {
    func folder(_ variable: String, absolute: Bool = false) -> String? {
      guard let value = environment[variable], !value.isEmpty else { return nil }
      if value == "~" { return homeFolder }
      if value.hasPrefix("~/") { return homeFolder + value.dropFirst() }
      return absolute && !value.hasPrefix("/") ? nil : value
    }
    let cacheHome = folder("XDG_CACHE_HOME", absolute: true) ?? homeFolder + "/.cache"
    let hubHome = folder("HF_HOME") ?? cacheHome + "/huggingface"
    cacheFolder = folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE") ?? hubHome + "/hub"
    cacheFolders = [cacheFolder]
    if let other = folder("SENTENCE_TRANSFORMERS_HOME"), other != cacheFolder { cacheFolders.append(other) }
    let dataHome = folder("XDG_DATA_HOME", absolute: true) ?? homeFolder + "/.local/share"
    modelsFolder = dataHome + "/vecscope/models"
    endpoint = try Self.endpoint(environment["HF_ENDPOINT"])
    isOffline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains { Self.isOn(environment[$0]) }
    usesSymbolicLinks = !Self.isOn(environment["HF_HUB_DISABLE_SYMLINKS"])
    timeoutSeconds = 10
    for variable in ["HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ETAG_TIMEOUT"] {
      guard let value = environment[variable], !value.isEmpty else { continue }
      guard let seconds = Double(value), (0.1...3600).contains(seconds) else {
        throw .invalidSetting(variable: variable, value: value, expected: "a number of seconds up to 3600")
      }
      timeoutSeconds = max(timeoutSeconds, seconds)
    }
    searchPath = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    token = HubToken(
      variables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].map { ($0, environment[$0] ?? "") },
      path: folder("HF_TOKEN_PATH") ?? hubHome + "/token",
      isOff: Self.isOn(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"]))
  }

  private static func endpoint(_ value: String?) throws(HubError) -> URL {
    var text = value.flatMap { $0.isEmpty ? nil : $0 } ?? publicEndpoint
    while text.hasSuffix("/") { text.removeLast() }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme ?? ""), url.host != nil,
      url.query == nil, url.user == nil
    else {
      throw .invalidSetting(
        variable: "HF_ENDPOINT", value: text, expected: "an address such as \(publicEndpoint)")
    }
    return url
  }

  private static func isOn(_ value: String?) -> Bool {
    ["1", "ON", "YES", "TRUE"].contains((value ?? "").uppercased())
  }
}

/// The user's access token, read when it is needed and never shown.
struct HubToken: Sendable, CustomStringConvertible, CustomReflectable {
  /// The variable or file that the token comes from, and its text; nil where there is none.
  private let given: (source: String, text: String)?
  private let path: String
  private let isOff: Bool

  init(variables: [(name: String, value: String)], path: String, isOff: Bool) {
    given = variables.lazy.map { ($0.name, Self.trimmed($0.value)) }.first { !$0.1.isEmpty }
    self.path = path
    self.isOff = isOff
  }

  var description: String { "(an access token)" }
  var customMirror: Mirror { Mirror(self, children: []) }

  /// The token; nil where there is none, or none that can be sent in a header.
  func read() -> String? {
    guard let text = current?.text, Self.isSendable(text) else { return nil }
    return text
  }

  /// Refuses a token that cannot be sent, rather than asking without it.
  ///
  /// - Throws: `invalidSetting`, which does not show the token.
  func check() throws(HubError) {
    guard let (source, text) = current, !Self.isSendable(text) else { return }
    throw .invalidSetting(
      variable: source, value: "(not shown)", expected: "a token of letters, digits and '_' without spaces")
  }

  private var current: (source: String, text: String)? {
    if isOff { return nil }
    if let given { return given }
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    do {
      let data = try file.read(upToCount: 4096) ?? Data()
      try file.close()
      let text = Self.trimmed(String(decoding: data, as: UTF8.self))
      return text.isEmpty ? nil : (path, text)
    } catch {
      return nil  // A file that cannot be read has no token for us.
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func isSendable(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
