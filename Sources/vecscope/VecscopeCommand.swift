import ArgumentParser

/// The program's root: without a subcommand it opens the explorer.
struct VecscopeCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "vecscope", abstract: "A microscope for text-embedding models, in the terminal.",
    discussion: "Results go to standard output, everything else to standard error.",
    version: version,
    subcommands: [
      ExploreCommand.self, EncodeCommand.self, TokenizeCommand.self, StatesCommand.self, SearchCommand.self,
      SimilarityCommand.self, ExplainCommand.self, CompareCommand.self, InspectCommand.self,
      ModelsCommand.self, PullCommand.self,
      ThemesCommand.self, RenderCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: ExploreCommand.self)
}
