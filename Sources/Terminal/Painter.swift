import CTerminal
import Screen

/// Sends frames to curses, run by run of what has changed.
///
/// Main thread only.
struct Painter {
  /// The colours that the terminal really has.
  let colors: Int
  let isDirect: Bool
  /// True where the terminal draws a mark over a character for `strikethrough`.
  let hasStrikethrough: Bool

  private let characters = CellCharacters { Int(ct_width(wchar_t(bitPattern: $0.value))) }
  private var painted: Frame?
  private var paintedTheme: Theme?

  init(colors: Int, isDirect: Bool, hasStrikethrough: Bool) {
    self.colors = colors
    self.isDirect = isDirect
    self.hasStrikethrough = hasStrikethrough
  }

  /// Forgets what is on the screen: the next frame is painted whole.
  mutating func invalidate() { painted = nil }

  /// Paints what differs from the last frame, and puts the cursor in its place.
  mutating func paint(_ frame: Frame, theme: Theme, depth: ColorDepth) {
    let old = theme == paintedTheme ? painted : nil
    for run in frame.runs(changedFrom: old) { put(run, theme.resolve(run.style, depth: depth)) }
    if let cursor = frame.cursor {
      ct_cursor(CInt(clamping: cursor.column), CInt(clamping: cursor.row))
    } else {
      ct_cursor(-1, -1)
    }
    ct_flush()
    painted = frame
    paintedTheme = theme
  }

  private func put(_ run: Run, _ appearance: Appearance) {
    var text: [wchar_t] = []
    let isStruck = hasStrikethrough && appearance.attributes.contains(.strikethrough)
    for cell in run.cells where cell.width > 0 {
      let scalars = characters.scalars(for: cell)
      text += scalars.map { wchar_t(bitPattern: $0.value) }
      if isStruck, scalars.count < CellCharacters.mostInCell, cell.text != " " { text.append(0x336) }
    }
    var attributes = UInt32(appearance.attributes.rawValue & 31)
    let foreground = color(appearance.foreground)
    // Terminals of eight colours show the bright ones by bold.
    if foreground.isBright { attributes |= UInt32(CT_BOLD) }
    let pair = colors > 0 ? ct_pair(foreground.number, color(appearance.background).number) : 0
    unsafe text.withUnsafeBufferPointer { text in
      unsafe ct_put(
        CInt(run.origin.column), CInt(run.origin.row), text.baseAddress, CInt(text.count), attributes, pair)
    }
  }

  /// The number that curses has for a colour; -1 is the terminal's own.
  private func color(_ color: TerminalColor?) -> (number: CInt, isBright: Bool) {
    switch color {
    case nil: return (-1, false)
    case .indexed(let index) where isDirect && index >= 8:
      return (Self.number(TerminalPalette.color(index)), false)
    case .indexed(let index) where colors < 16 && index >= 8 && index < 16:
      return (CInt(index - 8), true)
    case .indexed(let index): return Int(index) < colors ? (CInt(index), false) : (-1, false)
    case .direct(let color): return (Self.number(color), false)
    }
  }

  /// The number of a direct colour; the lowest eight are the terminal's own colours, so the nearest other stands in.
  private static func number(_ color: RGB) -> CInt {
    let number = CInt(color.red) << 16 | CInt(color.green) << 8 | CInt(color.blue)
    return number > 0 && number < 8 ? 8 : number
  }
}
