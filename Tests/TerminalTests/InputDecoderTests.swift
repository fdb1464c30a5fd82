import Screen
import TestSupport
import Testing

@testable import Terminal

struct InputDecoderTests {
  /// The events of a text, in the notation of scripts, with a flush at the end.
  private static func decode(_ bytes: some Collection<UInt8>, described: [[UInt8]: KeyPress] = [:]) -> String
  {
    var decoder = InputDecoder(described: described)
    let events = decoder.feed(bytes) + decoder.flush()
    return KeyNotation.text(events.map { .input($0) })
  }

  static let sequences: [(String, String)] = [
    ("abc", "abc"), ("é字😀", "é字😀"), ("e\u{301}👩‍💻🇩🇪", "e\u{301}👩‍💻🇩🇪"), ("\r", "<Enter>"), ("\n", "<Enter>"),
    ("\t", "<Tab>"), ("\u{7F}", "<BS>"), ("\u{8}", "<BS>"), ("\u{0}", "<C-Space>"), ("\u{3}", "<C-c>"),
    ("\u{10}", "<C-p>"), ("\u{1A}\u{13}\u{11}", "<C-z><C-s><C-q>"), ("\u{1F}", "<C-_>"), ("\u{1C}", "<C-\\>"),
    ("\u{1B}", "<Esc>"), ("\u{1B}\u{1B}", "<Esc><Esc>"), ("\u{1B}x", "<A-x>"), ("\u{1B}X", "<A-X>"),
    ("\u{1B}é", "<A-é>"), ("\u{1B}[", "<A-[>"), ("\u{1B}O", "<A-O>"), ("\u{1B}]", "<A-]>"),
    ("\u{1B}\u{7F}", "<A-BS>"), ("\u{1B}\r", "<A-Enter>"), ("\u{1B}\u{2}", "<C-A-b>"),
    ("\u{1B}[A\u{1B}OB", "<Up><Down>"), ("\u{1B}[1;5C", "<C-Right>"), ("\u{1B}[1;2D", "<S-Left>"),
    ("\u{1B}[1;3A", "<A-Up>"), ("\u{1B}[1;8B", "<C-A-S-Down>"), ("\u{1B}[H\u{1B}OF", "<Home><End>"),
    ("\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~", "<Home><End><Home><End>"),
    ("\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~", "<Ins><Del><PgUp><PgDn>"), ("\u{1B}[3;5~", "<C-Del>"),
    ("\u{1B}OP\u{1B}OQ\u{1B}OR\u{1B}OS", "<F1><F2><F3><F4>"), ("\u{1B}[[A\u{1B}[[E", "<F1><F5>"),
    ("\u{1B}[11~\u{1B}[15~\u{1B}[17~\u{1B}[24~", "<F1><F5><F6><F12>"), ("\u{1B}[1;2P", "<S-F1>"),
    ("\u{1B}[Z", "<S-Tab>"), ("\u{1B}OM", "<Enter>"), ("\u{1B}O5A", "<C-Up>"),
    ("\u{1B}[a\u{1B}Oa", "<S-Up><C-Up>"), ("\u{1B}[7^\u{1B}[7$\u{1B}[7@", "<C-Home><S-Home><C-S-Home>"),
    ("\u{1B}\u{1B}[A", "<A-Up>"), ("\u{1B}\u{1B}x", "<Esc><A-x>"),
    ("\u{1B}[112;5u", "<C-p>"), ("\u{1B}[27;5;112~", "<C-p>"), ("\u{1B}[13;2u", "<S-Enter>"),
    ("\u{1B}[97;1:1u", "a"), ("\u{1B}[57399u", ""), ("\u{1B}[I\u{1B}[O", "<Focus><Blur>"),
    ("\u{1B}[<0;11;5M\u{1B}[<0;11;5m", "<Click:10,4><Release:10,4>"), ("\u{1B}[<2;1;1M", "<RightClick:0,0>"),
    ("\u{1B}[<32;2;3M", "<Drag:1,2>"), ("\u{1B}[<64;2;3M\u{1B}[<65;2;3M", "<ScrollUp:1,2><ScrollDown:1,2>"),
    ("\u{1B}[<16;2;3M", "<C-Click:1,2>"), ("\u{1B}[<35;2;3M", ""), ("\u{1B}[<0;0;5M", ""),
    ("\u{1B}[<0;5M", ""),
    ("\u{1B}[?62;4c", ""), ("\u{1B}[24;80R", ""), ("\u{1B}[?2026;2$y", ""),
    ("\u{1B}]11;rgb:0/0/0\u{7}a", "<Background:#000000>a"), ("\u{1B}]10;rgb:0/0/0\u{7}a", "a"),
    ("\u{1B}P1+r\u{1B}\\b", "b"), ("\u{1B}[999~c", "c"), ("\u{1B}[1\u{1B}[A", "<Up>"),
    ("\u{1B}[99999999999999999~x", "x"),
    ("\u{1B}[200~one\rtwo\u{1B}[201~z", "<Paste:one\\ntwo>z"),
    ("\u{1B}[200~a\r\nb\n\u{1B}[201~", "<Paste:a\\nb\\n>"),
    ("\u{1B}[200~\u{1B}[A字\u{1B}[20\u{1B}[201~", "<Paste:\u{1B}[A字\u{1B}[20>"),
    ("\u{1B}[200~\u{1B}[201~", ""),
    ("\u{1B}[200~never ended", "<Paste:never ended>"), ("\u{1B}[201~a", "a"),
    ("a\u{1B}[200~b\u{1B}[201~c\u{1B}[Ad", "a<Paste:b>c<Up>d"),
    ("\u{85}x", "x"),
  ]

  @Test(arguments: sequences)
  func bytesBecomeKeys(bytes: String, keys: String) {
    #expect(Self.decode(bytes.utf8) == keys)
  }

  @Test(arguments: sequences)
  func bytesThatComeOneByOneMeanTheSame(bytes: String, keys: String) {
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for byte in bytes.utf8 { events += decoder.feed([byte]) }
    events += decoder.flush()
    // Scalars of one cluster are keys of their own when they come apart; the text is the same.
    #expect(KeyNotation.text(events.map { .input($0) }) == keys)
    #expect(decoder.flushDelayMilliseconds == nil)
  }

  @Test func anyCutMeansTheSame() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let chosen = (0..<5).map { _ in Self.sequences[Int.random(in: 0..<Self.sequences.count, using: &random)]
      }
      // The end of a paste behind each, for one that never ends would take what follows as its own.
      let bytes = Array(chosen.map { $0.0 + "\u{1B}[201~\u{1}" }.joined().utf8)
      var decoder = InputDecoder()
      var events: [InputEvent] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...4, using: &random))
        events += decoder.feed(bytes[start..<end])
        start = end
      }
      events += decoder.flush()
      #expect(KeyNotation.text(events.map { .input($0) }) == Self.decode(bytes))
    }
  }

  @Test func noBytesCrashOrStay() {
    var random = SeededGenerator(seed: 5)
    let common: [UInt8] = [
      0x1B, 0x5B, 0x4F, 0x3B, 0x31, 0x32, 0x30, 0x7E, 0x4D, 0x3C, 0xE5, 0xAD, 0x97, 0xF0, 0x5D, 0x24,
    ]
    for _ in 0..<2000 {
      var decoder = InputDecoder(described: [[0x1B, 0x41]: KeyPress(.up)])
      for _ in 0..<6 {
        let bytes = (0..<9).map { _ in
          Bool.random(using: &random)
            ? common[Int.random(in: 0..<16, using: &random)] : UInt8.random(in: 0...255, using: &random)
        }
        _ = decoder.feed(bytes)
      }
      _ = decoder.flush()
      #expect(decoder.flushDelayMilliseconds == nil)
      #expect(decoder.feed([0x61]) == [.key(KeyPress("a"))])
    }
  }

  @Test func aLoneEscapeWaitsForMore() {
    var decoder = InputDecoder()
    #expect(decoder.feed([0x1B]).isEmpty)
    #expect(decoder.flushDelayMilliseconds == 25)
    #expect(decoder.feed([0x5B, 0x41]) == [.key(KeyPress(.up))])
    #expect(decoder.flushDelayMilliseconds == nil)
  }

  @Test(
    arguments: [
      ([0xFF], "\u{FFFD}"), ([0xC3, 0x28], "\u{FFFD}("), ([0xE5, 0xAD], "\u{FFFD}\u{FFFD}"),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
      ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"), ([0x80, 0x61], "\u{FFFD}a"),
    ] as [([UInt8], String)])
  func whatIsNoUTF8IsMarked(bytes: [UInt8], keys: String) {
    #expect(Self.decode(bytes) == keys)
  }

  @Test func theDescriptionOfTheTerminalComesFirst() {
    let described: [[UInt8]: KeyPress] = [
      Array("\u{1B}[25~".utf8): KeyPress(.function(1)), Array("\u{1B}A".utf8): KeyPress(.up),
      [0x7F]: KeyPress(.delete),
    ]
    #expect(Self.decode("\u{1B}[25~\u{1B}A\u{7F}".utf8, described: described) == "<F1><Up><BS>")
  }

  @Test func aLongPasteComesInPiecesWithoutLoss() {
    let text = String(repeating: "字é\r\n", count: 300_000)
    var decoder = InputDecoder()
    var events = decoder.feed(Array("\u{1B}[200~".utf8))
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 65_531) {
      events += decoder.feed(bytes[start..<min(bytes.count, start + 65_531)])
    }
    events += decoder.feed(Array("\u{1B}[201~".utf8))
    let pieces = events.map { event in
      if case .paste(let piece) = event { piece } else { "not a paste" }
    }
    #expect(pieces.count > 1)
    #expect(pieces.allSatisfy { $0.utf8.count <= PasteCollector.pieceLimit })
    #expect(pieces.joined() == String(repeating: "字é\n", count: 300_000))
    #expect(decoder.flushDelayMilliseconds == nil)
  }

  @Test func aStringThatNeverEndsIsGivenUp() {
    var decoder = InputDecoder()
    _ = decoder.feed([0x1B, 0x5D])
    for _ in 0..<100 { _ = decoder.feed(Array(repeating: 0x78, count: 100)) }
    #expect(decoder.feed([0x0D]) == [.key(KeyPress(.enter))])
  }
}
