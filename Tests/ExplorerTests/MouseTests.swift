import Recipes
import Screen
import Testing

@testable import Explorer

/// Clicks, drags and the wheel, by the notation of scripts.
struct MouseTests {
  /// The place of a text in a row of the frame.
  private func point(_ session: Session, _ text: String, row: Int) throws -> Point {
    let cells = session.frame.row(row).map(\.text)
    let first = try #require(cells.indices.first { cells[$0...].joined().hasPrefix(text) }, "\(text)")
    return Point(column: first - cells.startIndex, row: row)
  }

  private func click(_ session: Session, _ point: Point) throws {
    try session.keys("<Click:\(point)><Release:\(point)>")
  }

  static let headerItems: [(String, Action)] = [
    ("all-MiniLM", .chooseModel), ("384", .chooseDimensions), ("pooling", .choosePooling),
    ("declared", .choosePooling), ("prompt", .chooseInstruction), ("cosine", .chooseMetric),
  ]

  @Test(arguments: headerItems)
  func aClickOnAFactOfTheHeaderOpensItsPopup(item: (text: String, action: Action)) throws {
    let session = Session(World(prompts: World.prompts), size: Size(columns: 200, rows: 60))
    try click(session, point(session, item.text, row: 0))
    #expect(session.state.popup?.opener == item.action)
  }

  @Test func whatMeansNothingDoesNothing() throws {
    let session = Session(size: Size(columns: 200, rows: 60))
    for text in ["· f32", "256 max"] { try click(session, point(session, text, row: 0)) }
    try session.keys("<Click:199,0><Click:150,2><Click:199,58><RightClick:3,3><MiddleClick:3,3><Drag:5,5>")
    #expect(session.state.popup == nil)
    #expect(session.state.focus == .query)
  }

  @Test func aClickInTheQueryPutsTheCaretThere() throws {
    let session = Session(World(prompts: World.prompts))
    session.paste("汉字 and words")
    session.answerAll()
    try session.keys("<Tab>")
    try click(session, point(session, "and", row: 1))
    #expect(session.state.focus == .query)
    #expect(session.state.query.field.textBeforeCaret == "汉字 ")
    try session.keys("<Click:70,1>")
    #expect(session.state.query.field.textBehindCaret == "")
    try session.keys("<Click:0,1>")
    #expect(session.state.query.field.textBeforeCaret == "")
    try session.keys("<Drag:20,1>")
    #expect(session.state.query.field.textBeforeCaret != "")
  }

  @Test func aClickInALongQueryFindsItsCharacter() throws {
    let session = Session()
    session.paste((0..<60).map { "w\($0)" }.joined(separator: " "))
    session.answerAll()
    let place = try point(session, "w57", row: 1)
    try click(session, place)
    #expect(session.state.query.field.textBehindCaret == "w57 w58 w59")
  }

  @Test func aClickOnAPaneGivesItTheFocus() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><Click:60,10>")
    #expect(session.state.place == .view(.heatmap))
    try session.keys("<Click:5,10>")
    #expect(session.state.place == .view(.neighbours))
    #expect(session.state.undo.past.count == 1, "a focus is no change")
  }

  @Test func theWheelMovesWhatItIsOver() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><ScrollDown:5,10>")
    #expect(session.state.neighbours.rows.selection == 3)
    #expect(session.state.focus == .query, "the wheel leaves the focus")
    #expect(session.state.neighbours.rows.visible.lowerBound == 3)
    try session.keys("<ScrollUp:5,10>")
    #expect(session.state.neighbours.rows.visible.lowerBound == 0)
    #expect(session.state.neighbours.rows.selection == 3, "the selection stays where it can be seen")
    let row = session.state.heatmap.row
    try session.keys("<ScrollDown:80,10>")
    #expect(session.state.heatmap.row == row + 3)
    #expect(session.state.neighbours.rows.visible.lowerBound == 0)
  }

  @Test func theScrollBarScrolls() throws {
    let session = Session()
    try session.keys("abc<Wait>")
    let pane = try #require(session.state.layout.pane(of: .neighbours)).rect
    try session.keys("<Click:79,\(pane.bottom - 2)>")
    #expect(session.state.neighbours.rows.visible.upperBound == 60)
    try session.keys("<Drag:79,\(pane.top + 1)>")
    #expect(session.state.neighbours.rows.offset == 0)
    try session.keys("<Drag:40,\(pane.bottom + 5)>")
    #expect(session.state.neighbours.rows.offset == 0, "beside the screen there is nothing")
  }

  @Test func aHintIsClicked() throws {
    let session = Session()
    try click(session, point(session, "Metric", row: 23))
    #expect(session.state.popup?.opener == .chooseMetric)
    try click(session, point(session, "Esc", row: 23))
    #expect(session.state.popup == nil, "the hints of a popup are its own")
  }

  @Test func popupRowsAreSelectedAndTakenAndOutsideCloses() throws {
    let session = Session()
    try session.keys("abc<Wait><F3>")
    let row = try #require((0..<24).first { session.frame.rowText($0).contains(" cls ") })
    let place = try point(session, "cls", row: row)
    try click(session, place)
    #expect(session.state.overrides.pooling == [.cls])
    #expect(session.state.popup != nil)
    try click(session, place)
    #expect(session.state.popup == nil)
    #expect(session.state.overrides.pooling == [.cls])
    try session.keys("<F3><ScrollDown:\(place)><Click:1,1>")
    #expect(session.state.popup == nil)
    #expect(session.state.overrides.pooling == [.cls], "outside takes the preview back")
  }

  @Test func thePaletteIsUsedByTheMouse() throws {
    let session = Session()
    try session.keys("<C-p>choose the metric")
    let row = try #require(
      (2..<24).first { session.frame.rowText($0).contains("Choose the metric") && $0 > 4 })
    try session.keys("<Click:20,\(row)>")
    #expect(session.state.popup?.opener == .chooseMetric)
  }

  @Test func aTextScrollsByTheWheel() throws {
    var world = World()
    world.texts[0] = String(repeating: "long words ", count: 1000)
    let session = Session(world)
    try session.keys("abc<Wait><Enter><ScrollDown:20,10>")
    guard case .text(let popup) = session.state.popup else {
      Issue.record("no text")
      return
    }
    #expect(popup.scroll.offset == 3)
    try session.keys("<Click:20,10>")
    #expect(session.state.popup != nil)
    try session.keys("<Click:0,0>")
    #expect(session.state.popup == nil)
  }

  @Test func aScreenThatIsTooSmallIsNoTarget() throws {
    let session = Session(size: Size(columns: 20, rows: 3))
    try session.keys("<Click:0,0><Click:5,2><ScrollDown:1,1><Drag:1,1><Release:1,1>")
    #expect(session.state.popup == nil)
  }
}

/// Letters on the screen.
struct JumpTests {
  @Test func everyPlaceHasALetterOfItsOwn() throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
      let session = Session(size: size)
      try session.keys("abc<Wait><C-o>")
      let targets = session.state.jumpTargets
      #expect(Set(targets.map(\.letter)).count == targets.count)
      for target in targets {
        #expect(session.frame[target.point]?.text == String(target.letter), "\(target)")
      }
      let goals = targets.map(\.goal)
      #expect(goals.contains(.query) && goals.contains(.pane(.neighbours)))
      for action in [Action.choosePooling, .chooseModel, .chooseView, .palette, .help] {
        #expect(goals.contains(.action(action)), "\(action)")
      }
    }
  }

  @Test func aLetterGoesThereAndEscapeStays() throws {
    let session = Session(size: Size(columns: 100, rows: 30))
    try session.keys("abc<Wait><C-o>n")
    #expect(session.state.place == .view(.neighbours))
    #expect(session.state.query.field.text == "abc")
    try session.keys("<C-o>h<C-o>q")
    #expect(session.state.place == .query)
    try session.keys("<C-o>p")
    #expect(session.state.popup?.opener == .choosePooling)
    try session.keys("<Esc><C-o><Esc>")
    #expect(!session.state.isJumping)
    #expect(session.state.place == .query)
  }

  @Test func otherKeysDoWhatTheyAlwaysDo() throws {
    let session = Session()
    try session.keys("<C-o><F4>")
    #expect(session.state.popup?.opener == .chooseMetric)
    #expect(!session.state.isJumping)
    try session.keys("<Esc><C-o>")
    let free = try #require(
      "zyxw".first { letter in !session.state.jumpTargets.contains { $0.letter == letter } })
    try session.keys("\(free)")
    #expect(session.state.notice?.text == "no place has the letter \(free)")
    #expect(session.state.query.field.isEmpty)
  }
}
