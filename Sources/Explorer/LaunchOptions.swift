public import Recipes
public import Screen

/// What the explorer starts with.
public struct LaunchOptions: Equatable, Sendable {
  /// A folder, a hub id or a short name; empty for none.
  public var model: String
  /// Files and folders of the corpus; empty for none.
  public var corpora: [String]
  public var size: Size
  public var depth: ColorDepth
  /// The recipe options of the command line.
  public var overrides: RecipeOverrides
  /// The user's own list.
  public var texts: [String]
  /// Earlier queries, the latest last.
  public var history: [String]
  public var view: View
  public var theme: ThemeEntry
  /// True where changes of theme files are to be followed.
  public var followsThemes: Bool
  /// True where nothing may move that does not have to.
  public var reducesMotion: Bool
  /// The keys of actions, where the user chose others.
  public var bindings: KeyBindings
  /// The columns of Neighbours besides its own: names of fields, or `id`, `length`, `tokens`, `norm`.
  public var columns: [String]
  /// Notes on what the screen shows, for teaching.
  public var annotations: [Annotation]

  public init(
    model: String, corpora: [String], size: Size, depth: ColorDepth = .direct,
    overrides: RecipeOverrides = RecipeOverrides(), texts: [String] = [], history: [String] = [],
    view: View = .neighbours, theme: ThemeEntry = .terminal, followsThemes: Bool = false,
    reducesMotion: Bool = false, bindings: KeyBindings = KeyBindings(), columns: [String] = [],
    annotations: [Annotation] = []
  ) {
    self.model = model
    self.corpora = corpora
    self.size = size
    self.depth = depth
    self.overrides = overrides
    self.texts = texts
    self.history = history
    self.view = view
    self.theme = theme
    self.followsThemes = followsThemes
    self.reducesMotion = reducesMotion
    self.bindings = bindings
    self.columns = columns
    self.annotations = annotations
  }
}
