import Screen
import Testing

@testable import Terminal

struct CellCharactersTests {
  /// Widths as an older system has them: no character newer than Unicode 14.
  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x1FAE8: -1
    case 0x200D, 0xFE0F, 0x300...0x36F: 0
    case 0x1F1E6...0x1F1FF, 0x2764, 0x20...0x7E, 0xE9: 1
    default: 2
    }
  }

  @Test(arguments: [
    ("a", "a"), ("é", "é"), ("e\u{301}", "e\u{301}"), ("字", "字"), ("👩‍💻", "👩"), ("🇩🇪", "🇩🇪"), ("❤️", "❤ "),
    ("👍🏽", "👍"), ("🫨", "? "), ("a\u{301}\u{302}\u{303}\u{304}\u{305}", "a"),
  ])
  func whatCursesCountsIsWhatTheFrameCounts(text: String, expected: String) throws {
    var frame = Frame(size: Size(columns: 2, rows: 1))
    frame.put(text, at: .zero)
    let cell = frame.cells[0]
    let scalars = CellCharacters(columns: Self.columns).scalars(for: cell)
    var found = String.UnicodeScalarView()
    found.append(contentsOf: scalars)
    #expect(String(found) == expected)
    let total = scalars.reduce(0) { $0 + max(0, Self.columns($1)) }
    #expect(total == cell.width)
  }
}
