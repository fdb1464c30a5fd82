public import Recipes
public import Screen

/// One thing that happened in a session, whatever the keys of its actions are.
public enum SessionStep: Equatable, Sendable {
  /// Characters that were typed one after the other.
  case type(String)
  /// A key that is no action and writes nothing, such as one that moves the caret.
  case key(KeyPress)
  case action(Action)
  /// An action and what it is done with, such as the pooling `cls`.
  case choose(Action, with: String)
  case paste(String)
  case resize(Size)
  case mouse(MouseEvent)
  /// Nothing was under way any more when the next step came.
  case wait
  /// What must be so once nothing is under way.
  case assert(Assertion)
  /// Words for whoever reads the file.
  case note(String)

  /// The events that do it again; none for what is waited for and checked.
  public var events: [Event] {
    switch self {
    case .type(let text): text.map { .input(.key(KeyPress($0))) }
    case .key(let press): [.input(.key(press))]
    case .action(let action): [.action(action)]
    case .choose(let action, let argument): [.choose(action, argument)]
    case .paste(let text): [.input(.paste(text))]
    case .resize(let size): [.input(.resize(size))]
    case .mouse(let event): [.input(.mouse(event))]
    case .wait, .assert, .note: []
    }
  }

  /// How many bytes of text it holds: what sessions are limited by.
  var weight: Int {
    switch self {
    case .type(let text), .paste(let text), .choose(_, let text): text.utf8.count
    default: 0
    }
  }
}

/// A line of a session.
public struct SessionLine: Equatable, Sendable {
  public var step: SessionStep
  /// The recipe's fingerprint after the step, where it is another one than before.
  public var recipe: String?

  public init(_ step: SessionStep, recipe: String? = nil) {
    self.step = step
    self.recipe = recipe
  }
}

/// What a session started with.
public struct SessionHeader: Equatable, Sendable {
  /// The version of the program that recorded it.
  public var version: String
  /// What `loadModel` took.
  public var model: String
  /// The model's content hash; nil where it was never loaded.
  public var identity: String?
  /// Files and folders.
  public var corpora: [String]
  /// How many texts they gave; nil where they were never opened.
  public var count: Int?
  public var size: Size
  public var view: View
  public var overrides: RecipeOverrides
  /// The user's own list.
  public var texts: [String]
  /// The fingerprint of the first recipe; nil where there was none.
  public var recipe: String?

  public init(
    version: String, model: String, identity: String? = nil, corpora: [String], count: Int? = nil, size: Size,
    view: View = .neighbours, overrides: RecipeOverrides = RecipeOverrides(), texts: [String] = [],
    recipe: String? = nil
  ) {
    self.version = version
    self.model = model
    self.identity = identity
    self.corpora = corpora
    self.count = count
    self.size = size
    self.view = view
    self.overrides = overrides
    self.texts = texts
    self.recipe = recipe
  }

  /// The header of a session that starts so.
  public init(version: String, _ options: LaunchOptions) {
    self.init(
      version: version, model: options.model, corpora: options.corpora, size: options.size,
      view: options.view, overrides: options.overrides, texts: options.texts)
  }
}

/// A session: what it started with, and what happened.
public struct SessionRecording: Equatable, Sendable {
  public var header: SessionHeader
  public var lines: [SessionLine]

  public init(_ header: SessionHeader, _ lines: [SessionLine] = []) {
    self.header = header
    self.lines = lines
  }

  /// The most lines of a session.
  public static let lineLimit = 100_000
  /// The most bytes of what was typed and pasted in a session.
  public static let byteLimit = 8 << 20
}
