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
      value: environment["HF_TOKEN"] ?? environment["HUGGING_FACE_HUB_TOKEN"],
      path: folder("HF_TOKEN_PATH") ?? hubHome + "/token")
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
  private let value: String?
  private let path: String

  init(value: String?, path: String) {
    self.value = value
    self.path = path
  }

  var description: String { "(an access token)" }
  var customMirror: Mirror { Mirror(self, children: []) }

  /// The token; nil where there is none, or none that can be sent in a header.
  func read() -> String? {
    var text = value ?? ""
    if text.isEmpty, let data = FileManager.default.contents(atPath: path) {
      text = String(decoding: data.prefix(4096), as: UTF8.self)
    }
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let isSendable = !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isSendable ? text : nil
  }
}
