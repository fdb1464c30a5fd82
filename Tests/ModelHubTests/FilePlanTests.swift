import Foundation
import TestSupport
import Testing

@testable import ModelHub

/// Which files of a repository are fetched.
struct FilePlanTests {
  /// Files of which only the given ones have a text.
  private func plan(_ files: [String], _ texts: [String: String] = [:]) async throws -> FilePlan {
    try await FilePlan.choose(from: files + texts.keys, id: "a/b") { name in texts[name].map { Data($0.utf8) }
    }
  }

  private let modules = """
    [{"path": "", "type": "sentence_transformers.models.Transformer"},
     {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
     {"path": "2_Dense", "type": "sentence_transformers.base.modules.dense.Dense"},
     {"path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}]
    """

  @Test func onlyWhatIsNeededIsChosen() async throws {
    let files = [
      "README.md", "config.json", "tokenizer.json", "vocab.txt", "spiece.model", "added_tokens.json",
      "merges.txt", "vocab.json", "sentence_roberta_config.json", "config_sentence_transformers.json",
      "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors",
      "2_Dense/pytorch_model.bin", "model.safetensors", "pytorch_model.bin", "pytorch_model.bin.index.json",
      "onnx/model.onnx", "onnx/config.json", "openvino/config.json", "openvino/openvino_model.bin",
      "flax_model.msgpack", "tf_model.h5", "model.gguf", "trainer_state.json", "eval_results.json",
      "training_args.bin", "model.safetensors.index.json", "requirements.txt", "rust_model.ot",
    ]
    let plan = try await plan(files, ["modules.json": modules])
    #expect(
      plan.files == [
        "1_Pooling/config.json", "2_Dense/config.json", "added_tokens.json", "config.json",
        "config_sentence_transformers.json", "merges.txt", "modules.json", "sentence_roberta_config.json",
        "spiece.model", "tokenizer.json", "vocab.json", "vocab.txt", "2_Dense/model.safetensors",
        "model.safetensors",
      ])
    #expect(plan.bases.isEmpty)
  }

  @Test func theShardsOfTheIndexAreChosen() async throws {
    let index =
      #"{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"#
    let shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    let files = ["config.json", "model-00001-of-00009.safetensors"]
    let plan = try await plan(files + shards, ["model.safetensors.index.json": index])
    #expect(plan.files == ["config.json", "model.safetensors.index.json"] + shards)
    await #expect(throws: HubError.fileNotFound(id: "a/b", file: shards[1])) {
      try await self.plan(files + shards.dropLast(), ["model.safetensors.index.json": index])
    }
  }

  @Test(
    "an index that leads elsewhere is refused",
    arguments: [
      "../model.safetensors", "/m.safetensors", "x/m.safetensors", "pytorch_model.bin", "a\\b.safetensors",
      "",
    ])
  func anIndexThatLeadsElsewhereIsRefused(shard: String) async throws {
    let escaped = shard.replacing("\\", with: "\\\\")
    let index = #"{"weight_map": {"a": "\#(escaped)"}}"#
    await #expect(throws: HubError.self) {
      try await plan(["config.json", shard], ["model.safetensors.index.json": index])
    }
  }

  @Test func everyRouteOfARouterIsChosen() async throws {
    let modules = """
      [{"path": "", "type": "sentence_transformers.base.modules.router.Router"},
       {"path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """
    let router = """
      {"types": {"query_0_StaticEmbedding": "sentence_transformers.models.StaticEmbedding",
        "document_0_Transformer": "sentence_transformers.models.Transformer",
        "document_1_Pooling": "sentence_transformers.models.Pooling"},
       "structure": {"query": ["query_0_StaticEmbedding"],
        "document": ["document_0_Transformer", "document_1_Pooling"]}}
      """
    let files = [
      "query_0_StaticEmbedding/tokenizer.json", "query_0_StaticEmbedding/model.safetensors",
      "document_0_Transformer/config.json", "document_0_Transformer/tokenizer.json",
      "document_0_Transformer/model.safetensors", "document_1_Pooling/config.json",
    ]
    let others = ["README.md", "document_0_Transformer/onnx/model.onnx", "elsewhere/config.json"]
    for name in ["router_config.json", "config.json"] {
      let plan = try await plan(files + others, ["modules.json": modules, name: router])
      #expect(Set(plan.files) == Set(files + ["modules.json", name]))
    }
    let inFolder = modules.replacing(#"{"path": """#, with: #"{"path": "0_Router""#)
    let plan = try await plan(
      files.map { "0_Router/" + $0 }, ["modules.json": inFolder, "0_Router/router_config.json": router])
    #expect(plan.files.contains("0_Router/document_0_Transformer/model.safetensors"))
    await #expect(
      throws: HubError.pickleOnly(
        id: "a/b", file: "document_0_Transformer/pytorch_model.bin", converted: nil)
    ) {
      try await self.plan(
        files.filter { $0 != "document_0_Transformer/model.safetensors" }
          + ["document_0_Transformer/pytorch_model.bin"],
        ["modules.json": modules, "router_config.json": router])
    }
  }

  @Test func anAdapterNamesItsBase() async throws {
    let config = #"{"base_model_name_or_path": "meta-llama/Llama-2-7b-hf", "revision": null, "r": 32}"#
    let plan = try await plan(
      ["adapter_model.safetensors", "README.md", "tokenizer.json"], ["adapter_config.json": config])
    #expect(plan.files == ["adapter_config.json", "tokenizer.json", "adapter_model.safetensors"])
    #expect(plan.bases.map(\.reference) == ["meta-llama/Llama-2-7b-hf"])
    await #expect(throws: HubError.pickleOnly(id: "a/b", file: "adapter_model.bin", converted: nil)) {
      try await self.plan(["adapter_model.bin"], ["adapter_config.json": config])
    }
    await #expect(throws: HubError.self) {
      try await self.plan(["adapter_model.safetensors"], ["adapter_config.json": "{}"])
    }
  }

  @Test(
    "weights that cannot be read are refused by what there is",
    arguments: [
      (["pytorch_model.bin"], HubError.pickleOnly(id: "a/b", file: "pytorch_model.bin", converted: nil)),
      (
        ["pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin"],
        .pickleOnly(id: "a/b", file: "pytorch_model-00001-of-00002.bin", converted: nil)
      ),
      (
        ["tf_model.h5", "training_args.bin"],
        .noWeights(id: "a/b", folder: "", others: ["tf_model.h5"])
      ),
      (["README.md"], .noWeights(id: "a/b", folder: "", others: [])),
    ])
  func weightsThatCannotBeReadAreRefused(files: [String], error: HubError) async throws {
    await #expect(throws: error) { try await plan(["config.json"] + files) }
    #expect(error.kind == .badData)
  }

  @Test func everyModuleFolderIsLookedAt() async throws {
    let files = ["config.json", "model.safetensors", "1_Pooling/config.json", "2_Dense/config.json"]
    await #expect(
      throws: HubError.pickleOnly(id: "a/b", file: "2_Dense/pytorch_model.bin", converted: nil)
    ) { try await plan(files + ["2_Dense/pytorch_model.bin"], ["modules.json": modules]) }
    await #expect(throws: HubError.noWeights(id: "a/b", folder: "2_Dense", others: [])) {
      try await plan(files, ["modules.json": modules])
    }
    await #expect(throws: HubError.fileNotFound(id: "a/b", file: "1_Pooling/config.json")) {
      try await plan(
        files.filter { $0 != "1_Pooling/config.json" } + ["2_Dense/model.safetensors"],
        ["modules.json": modules])
    }
  }

  @Test(
    "modules that cannot be run here are refused before they are fetched",
    arguments: [
      #"[{"path": "", "type": "custom_st.Transformer"}]"#,
      #"[{"path": "", "type": "sentence_transformers.models.CLIPModel"}]"#,
      #"[{"path": "../up", "type": "sentence_transformers.models.Transformer"}]"#,
      #"[{"path": "/up", "type": "sentence_transformers.models.Transformer"}]"#,
      "["
        + [String](repeating: #"{"path": "x", "type": "sentence_transformers.models.Dense"}"#, count: 65)
        .joined(separator: ",") + "]",
    ])
  func modulesThatCannotBeRunAreRefused(text: String) async throws {
    await #expect { try await plan(["config.json", "model.safetensors"], ["modules.json": text]) } throws: {
      ($0 as? HubError)?.kind == .badData
    }
  }

  @Test func aRouterInARouterEnds() async throws {
    let modules = #"[{"path": "r", "type": "sentence_transformers.models.Router"}]"#
    // Each answer names another router below it.
    await #expect(throws: HubError.self) {
      try await FilePlan.choose(from: ["modules.json"], id: "a/b") { name in
        Data((name == "modules.json" ? modules : #"{"types": {"r": "Router", "q": "Router"}}"#).utf8)
      }
    }
  }

  @Test(
    "names that differ in case alone are refused", arguments: ["Config.JSON", "tokenizer.json/x.model"])
  func namesThatDifferInCaseAreRefused(other: String) {
    let names = ["config.json", "tokenizer.json", other]
    #expect(RepositoryFile.collision(among: names) != nil)
    #expect(RepositoryFile.collision(among: ["a/config.json", "b/config.json", "config.json"]) == nil)
  }

  @Test(
    "a file's name stays below the model's folder",
    arguments: [
      "", "/a", "a//b", "../a", "a/..", "a/./b", "a\\b", "a\u{0}b", "a\nb", "a\u{1B}[2J", "a\u{7F}", "a/",
      String(repeating: "a", count: 231), String(repeating: "a/", count: 600) + "b",
    ])
  func aFilesNameStaysBelow(name: String) {
    #expect(RepositoryFile.refusal(of: name) != nil)
  }

  @Test(arguments: ["a", "1_Pooling/config.json", ".gitattributes", "..a", "模型.json", "a b.json"])
  func otherNamesAreFine(name: String) { #expect(RepositoryFile.isSafe(name)) }
}
