import Foundation
import TestSupport
import Testing

/// `inspect`, `models`, and how a model is named.
struct ModelCommandTests {
  private var vecscope: CommandRun

  init() throws { vecscope = try CommandRun() }

  private func install(_ model: String, as name: String) throws {
    let models = vecscope.folder.path + "/data/vecscope/models"
    try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: CommandRun.model(model), toPath: "\(models)/\(name)")
  }

  struct Inspected: Decodable {
    struct Fact: Decodable {
      var source: String
      var file: String?
      var key: String?
    }
    struct Text: Decodable { var value: String }
    struct Number: Decodable { var value: Int }

    var model_type: String
    var architecture: String
    var layers: Int
    var hidden: Int
    var heads: Int
    var parameters: Int
    var vocabulary: Int
    var dtype: String
    var files: [String]
    var tokenizer: Fact
    var max_length: Fact
    var pooling: Fact
    var include_prompt: Fact
    var head: Fact
    var normalize: Fact
    var similarity: Fact
    var prompts: Fact
    var default_prompt_name: Fact
    var strip: Fact
  }

  @Test func inspectSaysWhereEachFactComesFrom() async throws {
    let result = try await vecscope("inspect", "--model", CommandRun.model("bert-cased-f16"), "--json")
    let found = try #require(try result.rows(Inspected.self).first)
    #expect(found.model_type == "bert" && found.architecture == "BertModel" && found.dtype == "F16")
    #expect(found.layers == 2 && found.hidden == 32 && found.heads == 4 && found.vocabulary == 600)
    #expect(found.files.contains("model.safetensors"))
    #expect(found.pooling.source == "declared" && found.pooling.file == "1_Pooling/config.json")
    #expect(found.max_length.file == "sentence_bert_config.json" && found.max_length.key == "max_seq_length")
    #expect(found.similarity.source == "declared" && found.strip.source == "assumed")
    #expect(result.text.contains(#""pooling":{"value":"cls","source":"declared","#))
  }

  @Test func inspectMarksWhatIsOverridden() async throws {
    let model = try CommandRun.model()
    let result = try await vecscope(
      "inspect", "--model", model, "--json", "--pooling", "cls", "--max-length", "9", "--normalize", "no")
    let found = try #require(try result.rows(Inspected.self).first)
    #expect(found.pooling.source == "overridden" && found.max_length.source == "overridden")
    #expect(found.normalize.source == "overridden" && found.similarity.source == "declared")
    let plain = try await vecscope("inspect", "--model", model)
    #expect(plain.text.contains("pooling") && plain.text.contains("(declared: 1_Pooling/config.json"))
  }

  @Test func modelsAreListedAndFound() async throws {
    let nothing = try await vecscope("models")
    #expect(nothing.status == 0 && nothing.bytes.isEmpty)
    try install("bert-mean", as: "tiny-mean")
    try install("bert-e5", as: "tiny-e5")
    let list = try await vecscope("models")
    #expect(list.lines.map { $0.split(separator: " ")[0] } == ["tiny-e5", "tiny-mean"])
    let found = try await vecscope("models", "tiny-mean")
    #expect(found.text == vecscope.folder.path + "/data/vecscope/models/tiny-mean\n")
    let json = try await vecscope("models", "--json")
    #expect(json.lines[0].hasPrefix(#"{"name":"tiny-e5","path":"#))
    #expect(json.lines[0].contains(#""origin":"vecscope","bytes":"#))
    let quiet = try await vecscope("models", "--quiet", "tiny-mean")
    #expect(quiet.status == 0 && quiet.bytes.isEmpty)
    let missing = try await vecscope("models", "--quiet", "all-MiniLM-L6-v2")
    #expect(missing.status == 66 && missing.bytes.isEmpty)
    let vectors = try await vecscope("encode", "--model", "tiny-mean", input: "one\n")
    #expect(vectors.status == 0)
  }

  @Test func optionStandsAboveEnvironmentAndThatAboveTheConfiguration() async throws {
    var vecscope = vecscope
    func model(_ arguments: String...) async throws -> String {
      String(try await vecscope(["inspect"] + arguments).lines[0])
    }
    let (first, second, third) = (
      try CommandRun.model("bert-mean"), try CommandRun.model("bert-e5"), try CommandRun.model("bert-concat")
    )
    _ = try vecscope.folder.write("model = \"\(third)\"\n", to: "config/vecscope/config.toml")
    #expect(try await model() == third)
    vecscope.environment["VECSCOPE_MODEL"] = second
    #expect(try await model() == second)
    #expect(try await model("--model", first) == first)
  }

  @Test(arguments: [
    ("model = 7\n", "'model' must be a string"), ("modell = \"x\"\n", "unknown key 'modell'"),
    ("model = \n", "line 1"), ("[[[", "line 1: arrays of tables"), ("threads = [}\n", "line 1"),
    ("\nthreads = 1979-05-27true:\n", "line 2"), ("\n[=\n", "line 2"),
    ("threads = 0\n", "'threads' must be a number from 1 to 1024"),
  ])
  func aDamagedConfigurationIsNamed(text: String, message: String) async throws {
    _ = try vecscope.folder.write(text, to: "config/vecscope/config.toml")
    let result = try await vecscope("models")
    #expect(result.status == 65)
    #expect(result.errors.contains("config.toml") && result.errors.contains(message), "\(result.errors)")
  }

  @Test func anEnvironmentThatMakesNoSenseIsUsage() async throws {
    var vecscope = vecscope
    vecscope.environment["VECSCOPE_THREADS"] = "many"
    let result = try await vecscope("encode", "--model", CommandRun.model(), input: "one\n")
    #expect(result.status == 64)
    #expect(result.errors.contains("VECSCOPE_THREADS is 'many'"))
  }

  @Test func versionAndHelpAreResults() async throws {
    let version = try await vecscope("--version")
    #expect(version.status == 0 && version.errors.isEmpty)
    #expect(version.text.split(separator: ".").count == 3)
    let help = try await vecscope("--help")
    #expect(help.status == 0 && help.errors.isEmpty)
    for command in [
      "explore", "encode", "tokenize", "states", "search", "similarity", "explain", "compare", "inspect",
      "models",
      "pull", "render", "bench",
    ] {
      #expect(help.text.contains(command))
      let own = try await vecscope(command, "--help")
      #expect(own.status == 0 && own.text.contains("USAGE: vecscope \(command)"), "\(command)")
    }
  }
}
