import CTerminal
import Screen

/// What terminfo says about the terminal, with the depth of colour that follows from it.
struct TerminalDescription {
  let name: String
  let capabilities: ColorCapabilities
  let depth: ColorDepth
  let keys: [[UInt8]: KeyPress]
  let hasStrikethrough: Bool

  /// Reads the description of the environment's `TERM`, or of a richer relative where the colours ask for one.
  init(_ options: TerminalOptions) throws(TerminalError) {
    guard ct_use_utf8() else { throw .noUTF8 }
    guard let term = options.environment["TERM"], !term.isEmpty else { throw .unnamed }
    guard !["dumb", "unknown"].contains(term) else { throw .unsuitable(name: term) }
    switch Self.load(term) {
    case 1: break
    case 0: throw .unknown(name: term)
    default: throw .noDatabase(name: term)
    }
    guard Self.string("cup") != nil else { throw .unsuitable(name: term) }
    let own = Self.colorCapabilities
    let wanted = ColorDetection.wantedDepth(
      options.color, environment: options.environment, capabilities: own)
    (name, capabilities) = Self.richest(term, own, wanted)
    depth = wanted.limited(to: capabilities.depth)
    keys = Self.keys
    hasStrikethrough = Self.string("smxx") != nil
  }

  /// The terminal's own description, or a relative's that has the wanted colours; the one that is loaded.
  private static func richest(
    _ term: String, _ own: ColorCapabilities, _ wanted: ColorDepth
  ) -> (String, ColorCapabilities) {
    guard own.depth.limited(to: wanted) != wanted else { return (term, own) }
    for name in ColorDetection.richerNames(than: term, for: wanted) where load(name) == 1 {
      let capabilities = colorCapabilities
      if string("cup") != nil, own.depth.limited(to: capabilities.depth) == own.depth, own != capabilities {
        return (name, capabilities)
      }
    }
    _ = load(term)
    return (term, own)
  }

  private static func load(_ name: String) -> CInt {
    unsafe name.withCString { unsafe ct_setup($0) }
  }

  private static func number(_ name: String) -> Int {
    Int(unsafe name.withCString { unsafe ct_number($0) })
  }

  private static func string(_ name: String) -> [UInt8]? {
    unsafe name.withCString { name in
      guard let value = unsafe ct_string(name) else { return nil }
      return Array(unsafe String(cString: value).utf8)
    }
  }

  private static var colorCapabilities: ColorCapabilities {
    let isFlag = unsafe "RGB".withCString { unsafe ct_flag($0) }
    return ColorCapabilities(
      colors: max(0, number("colors")), isDirect: isFlag || number("RGB") > 0 || string("RGB") != nil)
  }

  /// The keys whose sequences the description names.
  private static var keys: [[UInt8]: KeyPress] {
    let named: [(String, KeyPress)] =
      [
        ("kcuu1", KeyPress(.up)), ("kcud1", KeyPress(.down)), ("kcub1", KeyPress(.left)),
        ("kcuf1", KeyPress(.right)), ("khome", KeyPress(.home)), ("kend", KeyPress(.end)),
        ("kpp", KeyPress(.pageUp)), ("knp", KeyPress(.pageDown)), ("kdch1", KeyPress(.delete)),
        ("kich1", KeyPress(.insert)), ("kcbt", KeyPress(.tab, .shift)), ("kent", KeyPress(.enter)),
      ] + (1...12).map { ("kf\($0)", KeyPress(.function($0))) }
    return named.reduce(into: [:]) { keys, entry in
      if let bytes = string(entry.0) { keys[bytes] = entry.1 }
    }
  }
}
