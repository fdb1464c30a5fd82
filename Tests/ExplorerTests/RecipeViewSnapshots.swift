import Recipes
import Screen
import TestSupport
import Testing

@testable import Explorer

/// Frames of Pooling × instruction, Compare and Vectors.
struct RecipeViewSnapshots {
  private static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 100, rows: 30), Size(columns: 200, rows: 60),
  ]

  private func session(_ script: World.Script, _ size: Size, _ depth: ColorDepth = .direct) -> Session {
    let world = World(script, prompts: World.prompts)
    let session = Session(world, size: size, depth: depth)
    session.paste(world.query)
    session.answerAll()
    return session
  }

  private func expect(_ session: Session, _ name: String) throws {
    let frame = session.frame
    let cursor = frame.cursor.map(\.description) ?? "hidden"
    try expectSnapshot("\(frame.text)\ncursor \(cursor)", named: name)
  }

  private func expectStyles(_ session: Session, _ depth: ColorDepth, _ name: String) throws {
    let text = FrameRenderer.ansi(session.frame, theme: .terminal, depth: depth)
    try expectSnapshot(
      text.replacing("\u{1B}", with: "␛"), named: "\(name)-ansi-\(depth.rawValue)-\(session.state.size)")
  }

  @Test(arguments: sizes, World.Script.allCases)
  func theGrid(size: Size, script: World.Script) throws {
    let session = session(script, size)
    try session.keys("<A-6><Wait>nfind: <Enter><Wait><Up><Up><Right><Wait>")
    try expect(session, "grid-\(script.rawValue)-\(size)")
  }

  @Test(arguments: sizes)
  func editingAnInstruction(size: Size) throws {
    let session = session(.ascii, size)
    try session.keys("<A-6><Wait><Down><Down>i<BS><Wait>")
    try expect(session, "grid-edit-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theGridAtEveryColourDepth(depth: ColorDepth) throws {
    let session = session(.ascii, Size(columns: 100, rows: 30), depth)
    try session.keys("<A-6><Wait><Down><Right><Wait>")
    try expectStyles(session, depth, "grid")
  }

  @Test(arguments: sizes, World.Script.allCases)
  func theComparison(size: Size, script: World.Script) throws {
    let session = session(script, size)
    try session.keys("<F9><F3><Down><Enter><F2><Down><Down><Enter><Wait><A-7><Wait><Down><Down>")
    try expect(session, "compare-\(script.rawValue)-\(size)")
  }

  @Test(arguments: sizes)
  func theComparisonOnAFile(size: Size) throws {
    let session = session(.ascii, size)
    try session.keys("<F9><F5><Wait>bge<Enter><Wait><A-7><Wait>fqueries.jsonl<Enter><Wait><Down>")
    try expect(session, "compare-queries-\(size)")
  }

  @Test(arguments: ColorDepth.allCases)
  func theComparisonAtEveryColourDepth(depth: ColorDepth) throws {
    let session = session(.ascii, Size(columns: 100, rows: 30), depth)
    try session.keys("<F9><F3><Down><Enter><Wait><A-7><Wait><Down>")
    try expectStyles(session, depth, "compare")
  }

  @Test(arguments: sizes)
  func theWayToFreeze(size: Size) throws {
    let session = session(.ascii, size)
    try session.keys("<A-7><Wait>")
    try expect(session, "compare-nothing-\(size)")
  }

  private static let expressions: [World.Script: (sum: String, axis: String)] = [
    .ascii: ("king -man +1.5 a woman of means", "shoes +cheap -> very expensive"),
    .cjk: ("国王 -男人 +1.5 女人", "鞋子 +便宜 -> 昂贵"),
    .emoji: ("👑 -👨 +1.5 👩‍🦰", "👟 +🪙 -> 💎💎"),
  ]

  @Test(arguments: sizes, World.Script.allCases)
  func theVectors(size: Size, script: World.Script) throws {
    let expressions = try #require(Self.expressions[script])
    for (name, text) in [("sum", expressions.sum), ("axis", expressions.axis)] {
      let session = session(script, size)
      session.state.query.field.replace(with: text)
      try session.keys("<A-8><Wait><Right><Down>")
      try expect(session, "vectors-\(name)-\(script.rawValue)-\(size)")
    }
  }

  @Test(arguments: ColorDepth.allCases)
  func theVectorsAtEveryColourDepth(depth: ColorDepth) throws {
    let session = session(.ascii, Size(columns: 100, rows: 30), depth)
    session.state.query.field.replace(with: "king -man +cheap -> dear")
    try session.keys("<A-8><Wait><Down>")
    try expectStyles(session, depth, "vectors")
  }
}
