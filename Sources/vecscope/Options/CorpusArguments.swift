public import ArgumentParser
public import Corpora

extension TextSplit: ExpressibleByArgument {}

/// Which texts are searched, and how their files are read.
struct CorpusArguments: ParsableArguments {
  @Option(help: "A corpus: .txt, .md, .jsonl, .csv, .tsv or a folder of those; may be repeated.")
  var corpus: [String] = []

  @Option(help: "The column or key that holds the text.")
  var textColumn: String?

  @Option(help: "Where a text of a plain file ends.")
  var split: TextSplit?

  @Flag(help: "Leave out invalid rows, counted, instead of stopping at the first.")
  var skipInvalid = false

  var options: CorpusOptions {
    CorpusOptions(textColumn: textColumn, split: split, skipsInvalid: skipInvalid)
  }
}
