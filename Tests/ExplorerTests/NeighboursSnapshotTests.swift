import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Frames of Neighbours and Heatmap with everything that they can show.
struct NeighboursSnapshotTests {
  private func session(_ script: World.Script, _ size: Size, _ depth: ColorDepth = .direct) throws -> Session
  {
    var world = World(script)
    world.isDetailed = true
    world.texts[4] = String(repeating: world.texts[4] + " ", count: 4) + world.texts[1]
    let session = Session(world, size: size, depth: depth, texts: Array(world.texts.prefix(5)))
    session.state.columns = ["topic", "tokens"]
    session.paste(world.query)
    session.answerAll()
    return session
  }

  private func expect(_ session: Session, _ name: String) throws {
    try expectSnapshot(session.frame.text, named: name)
  }

  private func expectStyles(_ session: Session, _ depth: ColorDepth, _ name: String) throws {
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(text.replacing("\u{1B}", with: "␛"), named: name)
  }

  @Test(arguments: SnapshotTests.sizes, World.Script.allCases)
  func neighbours(size: Size, script: World.Script) throws {
    let session = try session(script, size)
    try session.keys("<F9><Wait><Tab><Down> ")
    try expect(session, "neighbours-\(script.rawValue)-\(size)")
  }

  @Test(arguments: SnapshotTests.sizes, World.Script.allCases)
  func heatmapOfTheList(size: Size, script: World.Script) throws {
    let session = try session(script, size)
    session.send(.action(.showHeatmap))
    try session.keys("m<Wait>oc<Down><Right><Right>")
    try expect(session, "heatmap-list-\(script.rawValue)-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theirStyles(depth: ColorDepth) throws {
    let session = try session(.ascii, Size(columns: 100, rows: 30), depth)
    try session.keys("<F9><Wait><Tab> ")
    try expectStyles(session, depth, "neighbours-ansi-\(depth.rawValue)-100x30")
    session.send(.action(.showHeatmap))
    try session.keys("mc<Wait><Down>")
    try expectStyles(session, depth, "heatmap-diverging-ansi-\(depth.rawValue)-100x30")
  }

  @Test(arguments: [World.Script.ascii, .cjk])
  func theirPopups(script: World.Script) throws {
    let session = try session(script, Size(columns: 80, rows: 24))
    try session.keys("<Tab>c<Down>")
    try expect(session, "neighbours-columns-\(script.rawValue)-80x24")
    try session.keys("<Esc><Down><Down><Down><Down><Enter>")
    try expect(session, "neighbours-text-\(script.rawValue)-80x24")
    try session.keys("<Esc>")
    session.send(.action(.showHeatmap))
    try session.keys("m<Wait><Enter>")
    try expect(session, "heatmap-edit-\(script.rawValue)-80x24")
    try session.keys("<Esc>lno such file<Enter><Wait>")
    try expect(session, "heatmap-load-\(script.rawValue)-80x24")
  }
}
