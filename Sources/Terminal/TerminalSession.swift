import CTerminal
public import Screen

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a terminal is taken over.
public struct TerminalOptions: Sendable {
  public var color: ColorPolicy
  /// True where clicks and the wheel are reported, at the price of the terminal's own selection of text.
  public var mouse: Bool
  /// The environment, whose `TERM`, `NO_COLOR` and `COLORTERM` count.
  public var environment: [String: String]

  public init(color: ColorPolicy = .automatic, mouse: Bool = false, environment: [String: String]) {
    self.color = color
    self.mouse = mouse
    self.environment = environment
  }
}

/// Why a wait ended.
public struct Wakeup: Hashable, Sendable {
  /// `read` has something.
  public var input = false
  /// Somebody called `WakePipe.wake`.
  public var woken = false
  /// The size changed; `read` gives it as an event.
  public var resized = false
  /// The process was stopped and goes on: the screen is to be painted anew.
  public var continued = false
  /// Somebody asks the program to stop for a while (`kill -TSTP`).
  public var suspension = false
  /// Somebody asks the program to end, or the terminal is gone.
  public var termination: Termination?
}

/// Why the program is to end.
public enum Termination: Hashable, Sendable {
  case interrupt, terminate, hangup
}

/// The terminal as a full screen: it paints frames and reads input.
///
/// Main thread only. While it is open, every way out of the process restores the terminal: `close`, `exit`, and crashes.
/// Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-Q arrive as keys.
public final class TerminalSession {
  /// The colours that are used.
  public let depth: ColorDepth
  /// The name of the terminal's description.
  public let terminalName: String
  public private(set) var size: Size
  /// Ends `wait` from any thread.
  public let wakePipe: WakePipe

  private let mouse: Bool
  private let signalPipe: Int32
  private var painter: Painter
  private var decoder: InputDecoder
  private var lastInput = ContinuousClock.now
  private var pendingEvents: [InputEvent] = []
  private var pendingWakeup = Wakeup()
  private var backgroundDeadline: ContinuousClock.Instant?
  private var isHungUp = false
  private var isOpen = true
  /// True where the program ends while it is stopped behind a shell, which has the terminal.
  private var isBehind = false

  /// Takes over the terminal on standard input and output.
  ///
  /// - Throws: a `TerminalError`, with the terminal as it was, where it cannot be drawn on.
  public init(_ options: TerminalOptions) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(stream: "standard output") }
    let description = try TerminalDescription(options)
    wakePipe = try WakePipe()
    signalPipe = ct_catch_signals()
    guard signalPipe >= 0 else { throw .noPipe(code: errno) }
    guard unsafe description.name.withCString({ unsafe ct_open($0) }) else {
      ct_release_signals()
      throw .cannotOpen(name: description.name)
    }
    terminalName = description.name
    depth = description.depth
    mouse = options.mouse
    decoder = InputDecoder(described: description.keys)
    painter = Painter(
      colors: description.depth == .none ? 0 : Int(ct_colors()),
      isDirect: description.capabilities.depth == .direct, hasStrikethrough: description.hasStrikethrough)
    size = Self.currentSize
    ct_resize(CInt(size.columns), CInt(size.rows))
    send(Self.enabling(mouse: mouse))
  }

  deinit { close() }

  /// Gives the terminal back as it was; harmless when repeated.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    if !isBehind {
      send(Self.disabling)
      discardAnswer()
    }
    ct_close()
    ct_release_signals()
  }

  /// Paints a frame: what has changed since the last one, at once.
  ///
  /// A frame of another size than the terminal's is left out: an event of the new size is on its way.
  public func paint(_ frame: Frame, theme: Theme) {
    guard isOpen, !isBehind, frame.size == size else { return }
    painter.paint(frame, theme: theme, depth: depth)
  }

  /// Makes the next `paint` draw every cell, for a screen that another program has written on.
  public func redraw() {
    ct_redraw()
    painter.invalidate()
  }

  /// Puts a text into the terminal's clipboard; false where it is longer than `ClipboardSequence.byteLimit`.
  @discardableResult
  public func copy(_ text: String) -> Bool {
    guard isOpen, let bytes = ClipboardSequence.bytes(for: text) else { return false }
    send(bytes)
    return true
  }

  /// Gives the terminal to another program for as long as `body` runs, and takes it back; then everything is to be
  /// painted.
  ///
  /// An interrupt in between is the other program's. A change of the size comes as an event of `read`, an end that the
  /// system asks for by the next `wait`.
  public func yield<Result>(to body: () throws -> Result) rethrows -> Result {
    guard isOpen else { return try body() }
    send(Self.disabling)
    discardAnswer()
    ct_leave()
    ct_stop_freely(true)
    defer {
      ct_stop_freely(false)
      resume()
      let theirs = CT_SIGNAL_INTERRUPT | CT_SIGNAL_SUSPEND | CT_SIGNAL_CONTINUE
      note(ct_take_signals() & ~UInt32(theirs))
      checkSize()
    }
    return try body()
  }

  /// Asks the terminal for its background and returns: the answer comes as an event of `read`.
  ///
  /// `.background(nil)` comes from terminals that do not tell, after a second at the latest; an answer that comes
  /// later still is an event.
  public func askBackground() {
    guard isOpen, !decoder.awaitsBackground else { return }
    guard BackgroundReport.isUnderstood(by: terminalName) else {
      pendingEvents.append(.background(nil))
      return
    }
    decoder.expectBackground()
    backgroundDeadline = .now + .milliseconds(BackgroundReport.patienceMilliseconds)
    send(BackgroundReport.question)
  }

  /// Takes an answer that is still on its way, which would else be typed into the shell.
  private func discardAnswer() {
    let end = ContinuousClock.now + .milliseconds(100)
    var bytes = [UInt8](repeating: 0, count: 4096)
    while decoder.awaitsBackground, ContinuousClock.now < end, !isHungUp {
      guard Self.poll([STDIN_FILENO], timeoutMilliseconds: 100)[0] else { return }
      let count = unsafe Self.readInput(&bytes, bytes.count)
      guard count > 0 else { return }
      _ = decoder.feed(bytes[..<count])
    }
  }

  /// Stops the process as Ctrl-Z does elsewhere, and returns when it goes on; then everything is to be painted.
  public func suspend() {
    guard isOpen else { return }
    send(Self.disabling)
    ct_leave()
    ct_stop()
    pendingWakeup = Wakeup()
    let signals = ct_take_signals()
    if !Self.isInForeground,
      Int(signals) & (CT_SIGNAL_TERMINATE | CT_SIGNAL_HANGUP | CT_SIGNAL_INTERRUPT) != 0
    {
      // The terminal is the shell's: touching it would stop this process instead of ending it.
      isBehind = true
      note(signals & ~UInt32(CT_SIGNAL_CONTINUE))
      return
    }
    resume()
    note(signals)
    pendingWakeup.continued = false
    checkSize()
  }

  private static var isInForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

  /// Waits for input, a signal, `wake`, or the end of a time; nil waits for ever.
  ///
  /// Never longer than until a lone escape is known to be the key.
  public func wait(timeoutMilliseconds: Int?) -> Wakeup {
    guard isOpen else { return Wakeup(termination: .hangup) }
    var wakeup = pendingWakeup
    pendingWakeup = Wakeup()
    let isDue = wakeup != Wakeup() || !pendingEvents.isEmpty
    let timeout = [isDue ? 0 : timeoutMilliseconds, flushDelay, backgroundDelay].compactMap { $0 }.min()
    let ready = Self.poll(
      [isHungUp ? -1 : STDIN_FILENO, signalPipe, wakePipe.readEnd], timeoutMilliseconds: timeout)
    if ready[2] { wakeup.woken = wakePipe.drain() || wakeup.woken }
    note(ct_take_signals())
    if pendingWakeup.resized { checkSize() }
    wakeup.input = ready[0] || flushDelay == 0 || !pendingEvents.isEmpty
    wakeup.merge(pendingWakeup)
    if isHungUp { wakeup.termination = .hangup }
    pendingWakeup = Wakeup()
    return wakeup
  }

  /// The events that have arrived; never waits.
  public func read() -> [InputEvent] {
    guard isOpen else { return [] }
    var events = pendingEvents
    pendingEvents = []
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    // Bounded, so that an endless stream of input leaves time to paint.
    for _ in 0..<16 where !isHungUp && Self.poll([STDIN_FILENO], timeoutMilliseconds: 0)[0] {
      let count = unsafe Self.readInput(&bytes, bytes.count)
      if count > 0 {
        lastInput = .now
        events += decoder.feed(bytes[..<count])
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        isHungUp = true
        pendingWakeup.termination = .hangup
      }
    }
    if flushDelay == 0 { events += decoder.flush() }
    if backgroundDelay == 0 {
      backgroundDeadline = nil
      events += decoder.giveUpBackground()
    }
    return events
  }

  private static func readInput(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.read(STDIN_FILENO, bytes, count)
    #else
      unsafe Darwin.read(STDIN_FILENO, bytes, count)
    #endif
  }

  /// Milliseconds until the background is given up; nil where it is not waited for.
  private var backgroundDelay: Int? {
    guard let backgroundDeadline, decoder.awaitsBackground else { return nil }
    let (seconds, attoseconds) = (backgroundDeadline - .now).components
    return max(0, Int(seconds) * 1000 + Int((Double(attoseconds) / 1e15).rounded(.up)))
  }

  /// Milliseconds until the decoder's rest is to be flushed; nil where there is none.
  private var flushDelay: Int? {
    guard let delay = decoder.flushDelayMilliseconds else { return nil }
    let (seconds, attoseconds) = (ContinuousClock.now - lastInput).components
    let elapsed = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    return max(0, delay - elapsed)
  }

  private func note(_ signals: UInt32) {
    func has(_ bit: Int) -> Bool { Int(signals) & bit != 0 }
    if has(CT_SIGNAL_RESIZE) { pendingWakeup.resized = true }
    if has(CT_SIGNAL_SUSPEND) { pendingWakeup.suspension = true }
    if has(CT_SIGNAL_INTERRUPT) { pendingWakeup.termination = .interrupt }
    if has(CT_SIGNAL_TERMINATE) { pendingWakeup.termination = .terminate }
    if has(CT_SIGNAL_HANGUP) { pendingWakeup.termination = .hangup }
    // A terminal that is gone sends this signal too.
    guard has(CT_SIGNAL_CONTINUE), pendingWakeup.termination != .hangup else { return }
    // Whoever stopped the process may have changed the modes of the terminal.
    ct_leave()
    resume()
    pendingWakeup.continued = true
    pendingWakeup.resized = true
  }

  private func resume() {
    ct_enter()
    send(Self.enabling(mouse: mouse))
    redraw()
  }

  private func checkSize() {
    let current = Self.currentSize
    guard current != size else { return }
    size = current
    ct_resize(CInt(size.columns), CInt(size.rows))
    painter.invalidate()
    pendingEvents.removeAll { if case .resize = $0 { true } else { false } }
    pendingEvents.append(.resize(size))
  }

  private static var currentSize: Size {
    var (columns, rows) = (CInt(0), CInt(0))
    unsafe ct_size(&columns, &rows)
    return Size(columns: max(1, Int(columns)), rows: max(1, Int(rows)))
  }

  private static func enabling(mouse: Bool) -> String {
    "\u{1B}[?2004h" + (mouse ? "\u{1B}[?1002h\u{1B}[?1006h" : "")
  }

  private static let disabling = "\u{1B}[?2004l\u{1B}[?1006l\u{1B}[?1002l"

  private func send(_ text: String) { send(Array(text.utf8)) }

  private func send(_ bytes: [UInt8]) {
    let bytes = bytes.map { CChar(bitPattern: $0) }
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe ct_send(bytes.baseAddress, bytes.count)
    }
  }

  /// Says which of some files can be read; interrupted waits and lapses of time read as none.
  private static func poll(_ files: [Int32], timeoutMilliseconds: Int?) -> [Bool] {
    var entries = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let timeout = timeoutMilliseconds.map { Int32(clamping: $0) } ?? -1
    #if canImport(Glibc)
      _ = unsafe Glibc.poll(&entries, UInt(entries.count), timeout)
    #else
      _ = unsafe Darwin.poll(&entries, UInt32(entries.count), timeout)
    #endif
    return entries.map { $0.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 }
  }
}

extension Wakeup {
  mutating func merge(_ other: Wakeup) {
    input = input || other.input
    woken = woken || other.woken
    resized = resized || other.resized
    continued = continued || other.continued
    suspension = suspension || other.suspension
    termination = other.termination ?? termination
  }
}
