/// The 256 colours of xterm.
///
/// The first sixteen are what xterm ships with; users change them, so they are never a target of quantisation to 256 colours.
public enum TerminalPalette {
  /// The colour of an index.
  public static func color(_ index: UInt8) -> RGB {
    switch index {
    case 0..<16: return basic[Int(index)]
    case 16..<232:
      let cube = index - 16
      return RGB(red: levels[Int(cube / 36)], green: levels[Int(cube / 6 % 6)], blue: levels[Int(cube % 6)])
    default:
      let grey = 8 + 10 * (index - 232)
      return RGB(red: grey, green: grey, blue: grey)
    }
  }

  /// The index in 16…255 whose colour looks most like another one.
  public static func nearest(to color: RGB) -> UInt8 {
    let wanted = OKLab(color)
    var best = (index: UInt8(16), distance: Float.infinity)
    for (offset, candidate) in candidates.enumerated() {
      let distance = candidate.distance(to: wanted)
      if distance < best.distance { best = (UInt8(16 + offset), distance) }
    }
    return best.index
  }

  /// The index in 0…15 whose colour, as xterm ships it, looks most like another one.
  public static func nearestBasic(to color: RGB) -> UInt8 {
    let wanted = OKLab(color)
    let distances = basic.map { OKLab($0).distance(to: wanted) }
    return UInt8(distances.indices.min { distances[$0] < distances[$1] } ?? 0)
  }

  private static let candidates = (UInt8(16)...255).map { OKLab(color($0)) }
  private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
  private static let basic: [RGB] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
    (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255),
    (0, 255, 255), (255, 255, 255),
  ].map { RGB(red: $0.0, green: $0.1, blue: $0.2) }
}
