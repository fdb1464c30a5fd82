import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Seeded random keys in the panes of Pooling × instruction, Compare and Vectors.
struct RecipeViewFuzzTests {
  @Test(arguments: [View.grid, .compare, .vectors], [1, 2])
  func noKeyBreaksTheView(view shown: View, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let script: World.Script = seed.isMultiple(of: 2) ? .emoji : .cjk
    let session = Session(
      World(script, prompts: World.prompts), size: Size(columns: 120, rows: 40), view: shown)
    try session.keys("a -b +2 c -> d<Wait><F9><F3><Down><Enter><Wait>")
    let keys =
      Action.allCases.filter { $0.view == shown }.flatMap(\.defaultKeys)
      + [
        KeyPress(.up), KeyPress(.down), KeyPress(.left), KeyPress(.right), KeyPress(.enter),
        KeyPress(.escape), KeyPress(.pageDown), KeyPress(.end), KeyPress(.home), KeyPress(.tab),
        KeyPress("z"),
        KeyPress("x"), KeyPress("汉"), KeyPress("\""), KeyPress(" "), KeyPress(.backspace),
        KeyPress(.function(3)),
        KeyPress(.function(9)),
      ]
    let sizes = [(80, 24), (120, 40), (100, 24), (60, 10), (200, 60)]
    for step in 0..<300 {
      if step.isMultiple(of: 25) {
        let size = sizes.randomElement(using: &random) ?? (80, 24)
        session.resize(size.0, size.1)
        session.state.popup = nil
        session.state.view = shown
        session.state.focus = .pane(shown)
      }
      session.send(.input(.key(keys.randomElement(using: &random) ?? KeyPress(.enter))))
      if !step.isMultiple(of: 3) { session.answerAll() }
      #expect(session.frame.size == session.state.size, "\(shown), seed \(seed), step \(step)")
      if let table = shown.content.table(session.state) {
        #expect(table.rows.allSatisfy { $0.count == table.columns.count })
      }
      if let inner = session.state.layout.pane(of: shown)?.rect.inset() {
        let point = Point(
          column: Int.random(in: -2...210, using: &random), row: Int.random(in: -2...62, using: &random))
        _ = shown.content.press(&session.state, point, in: inner)
        shown.content.turn(&session.state, by: Int.random(in: -3...3, using: &random), at: point, in: inner)
        for element in ["row 1", "row", "cell 2", "cell 1 1", "", "row -1", "row 99999999999999999999"] {
          if let rect = shown.content.place(of: element, session.state, in: inner) {
            #expect(rect.intersection(inner) == rect, "\(element)")
          }
        }
      }
    }
  }
}
