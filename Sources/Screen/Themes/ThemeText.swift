extension Theme {
  /// The theme as a file, to be read again or to be changed by hand.
  public var toml: String {
    var lines = ["about = \(Self.quoted(about))", "", "[palette]"]
    for (name, color) in palette.sorted(by: { $0.key < $1.key }) {
      lines.append("\(Self.key(name)) = \(color.toml)")
    }
    lines += ["", "[ramps]"]
    for ramp in Ramp.allCases { lines.append("\(ramp.rawValue) = \(Self.quoted(curve(of: ramp).rawValue))") }
    lines += ["", "[styles]"]
    for name in StyleName.allCases {
      if let style = styles[name] { lines.append("\(Self.key(name.rawValue)) = \(style.toml)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func key(_ name: String) -> String {
    let isBare =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
    return isBare ? name : quoted(name)
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension ThemeStyle {
  fileprivate var toml: String {
    var members: [String] = []
    if let foreground { members.append("fg = \(Theme.quoted(foreground))") }
    if let background { members.append("bg = \(Theme.quoted(background))") }
    if !attributes.isEmpty { members.append("attributes = \(attributes.toml)") }
    if let plainAttributes { members.append("plain = \(plainAttributes.toml)") }
    return members.isEmpty ? "{}" : "{ " + members.joined(separator: ", ") + " }"
  }
}

extension TextAttributes {
  fileprivate var toml: String {
    "[" + Self.named.filter { contains($0.attribute) }.map { "\"\($0.name)\"" }.joined(separator: ", ") + "]"
  }
}

extension ThemeColor {
  fileprivate var toml: String {
    switch self {
    case .terminal(nil): return "\"\(Self.defaultName)\""
    case .terminal(let index?): return "\(index)"
    case .fixed(let color, let twoFiftySix, let sixteen):
      var members = ["rgb = \"\(color)\""]
      if let twoFiftySix { members.append("256 = \(twoFiftySix)") }
      members.append("16 = " + (sixteen.map { "\($0)" } ?? "\"\(Self.defaultName)\""))
      return "{ " + members.joined(separator: ", ") + " }"
    }
  }
}
