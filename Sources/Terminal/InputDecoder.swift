public import Screen

/// Turns the bytes that a terminal sends into events.
///
/// A pure state machine: bytes may come in any pieces. What cannot be decided yet, such as an escape that may be a
/// key or the beginning of one, waits for more bytes or for `flush`.
public struct InputDecoder: Sendable {
  /// Sequences that the terminal's description names, without the escape that all begin with.
  private let described: [[UInt8]: KeyPress]
  private var buffer: [UInt8] = []
  private var paste: PasteCollector?
  /// True after the question for the background, until the answer or the sign that none comes.
  public private(set) var awaitsBackground = false
  private var hasAsked = false

  /// A decoder that knows the sequences of xterm and its kin, and `described` ones before those.
  ///
  /// Described sequences that do not begin with an escape are left out: bytes below 32 and 127 are keys anyway.
  public init(described: [[UInt8]: KeyPress] = [:]) {
    var sequences: [[UInt8]: KeyPress] = [:]
    for (bytes, press) in described where bytes.count >= 2 && bytes[0] == 0x1B {
      sequences[Array(bytes.dropFirst())] = press
    }
    self.described = sequences
  }

  /// How long to wait for more bytes before `flush`; nil where nothing waits.
  public var flushDelayMilliseconds: Int? {
    if paste != nil { return 1000 }
    // The rest of an answer that is cut here would be typed into the query.
    if hasAsked, BackgroundReport.mayBegin(buffer) { return BackgroundReport.patienceMilliseconds }
    return buffer.isEmpty ? nil : 25
  }

  /// Tells that the terminal has been asked for its background.
  public mutating func expectBackground() {
    awaitsBackground = true
    hasAsked = true
  }

  /// Ends the wait for the background: the event that says so, where it was still awaited.
  public mutating func giveUpBackground() -> [InputEvent] {
    defer { awaitsBackground = false }
    return awaitsBackground ? [.background(nil)] : []
  }

  /// Takes bytes and gives the events that are complete.
  public mutating func feed(_ bytes: some Collection<UInt8>) -> [InputEvent] {
    buffer.append(contentsOf: bytes)
    return decode(isFinal: false)
  }

  /// Gives what is left, for no more bytes belong to it: an escape becomes the key, an unended paste ends.
  public mutating func flush() -> [InputEvent] {
    var events = decode(isFinal: true)
    if var open = paste {
      paste = nil
      events += open.finish().map { .paste($0) }
    }
    return events
  }

  private mutating func decode(isFinal: Bool) -> [InputEvent] {
    var events: [InputEvent] = []
    var text = TypedText()
    var index = 0
    while index < buffer.count {
      if paste != nil {
        events += text.take()
        index += collectPaste(from: index, into: &events)
        continue
      }
      let byte = buffer[index]
      if byte >= 0x20, byte != 0x7F {
        guard let used = text.add(buffer[index...], isFinal: isFinal) else { break }
        index += used
        continue
      }
      events += text.take()
      if byte == 0x1B {
        guard let used = escape(at: index, isFinal: isFinal, into: &events) else { break }
        index += used
      } else {
        events.append(.key(Self.control(byte)))
        index += 1
      }
    }
    events += text.take()
    buffer.removeFirst(index)
    return events
  }

  /// Reads a sequence and gives its length; nil where it is not complete.
  private mutating func escape(at index: Int, isFinal: Bool, into events: inout [InputEvent]) -> Int? {
    let rest = buffer[(index + 1)...]
    if let (press, length) = describedKey(rest) {
      events.append(.key(press))
      return 1 + length
    }
    switch EscapeSequence.parse(rest) {
    case .complete(let meaning, let length):
      switch meaning {
      case .event(let event):
        if case .background = event { awaitsBackground = false }
        events.append(event)
      case .deviceAttributes: events += giveUpBackground()
      case .pasteStart: paste = PasteCollector()
      case .none: break
      }
      return 1 + length
    case .alone: return lone(rest, into: &events)
    case .incomplete where !isFinal: return nil
    case .incomplete:
      // A sequence that was begun and never ended has no meaning.
      if rest.count > 1, rest.first.map(EscapeSequence.isIntroducer) == true { return 1 + rest.count }
      return lone(rest, into: &events)
    }
  }

  /// An escape that begins no sequence: the key, or Alt with what follows.
  private func lone(_ rest: ArraySlice<UInt8>, into events: inout [InputEvent]) -> Int {
    guard let next = rest.first, next != 0x1B else {
      events.append(.key(KeyPress(.escape)))
      return 1
    }
    if next < 0x20 || next == 0x7F {
      let press = Self.control(next)
      events.append(.key(KeyPress(press.key, press.modifiers.union(.alt))))
      return 2
    }
    var text = TypedText()
    guard let used = text.add(rest, isFinal: true) else { return 1 }
    for case .key(let press) in text.take() { events.append(.key(KeyPress(press.key, .alt))) }
    return 1 + used
  }

  private func describedKey(_ rest: ArraySlice<UInt8>) -> (KeyPress, Int)? {
    var best: (KeyPress, Int)?
    for (bytes, press) in described where rest.starts(with: bytes) && bytes.count > best?.1 ?? 0 {
      best = (press, bytes.count)
    }
    return best
  }

  /// Adds bytes to the paste and gives how many were used.
  private mutating func collectPaste(from index: Int, into events: inout [InputEvent]) -> Int {
    guard var open = paste else { return 0 }
    let (used, pieces, isEnded) = open.add(buffer[index...])
    events += pieces.map { .paste($0) }
    paste = isEnded ? nil : open
    return used
  }

  /// The key of a control byte.
  static func control(_ byte: UInt8) -> KeyPress {
    switch byte {
    case 0x00: return KeyPress(" ", .control)
    case 0x08, 0x7F: return KeyPress(.backspace)
    case 0x09: return KeyPress(.tab)
    case 0x0A, 0x0D: return KeyPress(.enter)
    case 0x1B: return KeyPress(.escape)
    case 0x01...0x1A: return KeyPress(Character(Unicode.Scalar(byte + 0x60)), .control)
    default: return KeyPress(Character(Unicode.Scalar(byte + 0x40)), .control)
    }
  }
}
