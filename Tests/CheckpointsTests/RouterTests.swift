import Checkpoints
import Recipes
import TestSupport
import Testing

/// Models with an encoder for each kind of text.
struct RouterTests {
  private static let old = "sentence_transformers.models."

  /// A static table for queries, a BERT for documents, normalised behind the Router.
  private static func model(_ router: String = twoRoutes, file: String = "router_config.json") -> TinyModel {
    var model = TinyModel()
    for name in ["config.json", "vocab.txt", "model.safetensors", "sentence_bert_config.json"] {
      model.files["document_0_Transformer/" + name] = model.files.removeValue(forKey: name)
    }
    model.files["document_1_Pooling/config.json"] = model.files.removeValue(forKey: "1_Pooling/config.json")
    model["query_0_StaticEmbedding/tokenizer.json"] = "{}"
    model.files["query_0_StaticEmbedding/model.safetensors"] = SafetensorsBytes.file([
      ("embedding.weight", [5, 8], [Float](repeating: 1, count: 40))
    ])
    model["modules.json"] = """
      [{"idx": 0, "path": "", "type": "sentence_transformers.base.modules.router.Router"},
       {"idx": 1, "path": "1_Normalize", "type": "\(old)Normalize"}]
      """
    model[file] = router
    return model
  }

  private static let twoRoutes = router()

  private static func router(
    structure: String = """
    {"query": ["query_0_StaticEmbedding"],
     "document": ["document_0_Transformer", "document_1_Pooling"]}
    """,
    parameters: String = #"{"default_route": "document", "allow_empty_key": true, "route_mappings": {}}"#,
    types: String = """
    {"query_0_StaticEmbedding": "sentence_transformers.models.StaticEmbedding",
     "document_0_Transformer": "sentence_transformers.base.modules.transformer.Transformer",
     "document_1_Pooling": "sentence_transformers.models.Pooling"}
    """
  ) -> String {
    #"{"types": \#(types), "structure": \#(structure), "parameters": \#(parameters)}"#
  }

  private func open(_ model: TinyModel) throws -> ModelFolder {
    let folder = try TemporaryFolder()
    return try ModelFolder(path: model.write(to: folder))
  }

  @Test(
    "each route is a model with its own facts",
    arguments: [("router_config.json", ""), ("config.json", ""), ("router_config.json", "0_Router")])
  func eachRouteIsAModel(file: String, place: String) throws {
    var model = Self.model(file: file)
    if !place.isEmpty {
      for name in model.files.keys.filter({ $0.contains("_0_") || $0.contains("_1_") || $0 == file }) {
        model.files["\(place)/\(name)"] = model.files.removeValue(forKey: name)
      }
      model["modules.json"] = model["modules.json"]?.replacing(
        "\"path\": \"\"", with: "\"path\": \"\(place)\"")
    }
    let opened = try open(model)
    #expect(opened.routes.map(\.name) == ["document", "query"])
    let (document, query) = (opened.routes[0].folder, opened.routes[1].folder)
    #expect(opened.description.routes == ["document", "query"])
    #expect(opened.description.route(for: .none) == "document")
    #expect(opened.description.route(for: .query) == "query")
    #expect(document.description.modelType == "bert" && document.description.positions == 32)
    #expect(document.description.maximumLength.value == 16 && document.description.normalizes.value)
    #expect(query.description.modelType == "static" && query.description.layers == 0)
    #expect(
      query.description.vocabulary == 5 && query.description.hidden == 8 && query.description.heads == 0)
    #expect(query.description.maximumLength == Sourced(Encoding.unlimited, .assumed))
    #expect(query.description.pooling.value == [.mean] && query.description.normalizes.value)
    #expect(opened.description.routeLengths == ["query": Encoding.unlimited])
    let recipe = try opened.description.recipe().recipe
    #expect(recipe.queries.maximumLength == Encoding.unlimited && recipe.documents.maximumLength == 16)
    #expect(query.tokenizerPath.hasSuffix("query_0_StaticEmbedding"))
    #expect(opened.description.parameters == 48 + 40 && opened.description.modelType == "bert")
    #expect(opened.description.files.filter { $0.hasSuffix("model.safetensors") }.count == 2)
  }

  @Test func theIdentityCoversEveryRoute() throws {
    let one = try open(Self.model()).description.identity
    var changed = Self.model()
    changed.files["query_0_StaticEmbedding/model.safetensors"] = SafetensorsBytes.file([
      ("embedding.weight", [5, 8], [Float](repeating: 2, count: 40))
    ])
    #expect(try open(changed).description.identity != one)
    #expect(try open(Self.model()).description.identity == one)
  }

  @Test func withoutADefaultTheFirstRouteIsIt() throws {
    let opened = try open(Self.model(Self.router(parameters: #"{"default_route": null}"#)))
    #expect(opened.routes.map(\.name) == ["query", "document"])
    #expect(opened.description.modelType == "static" && opened.description.route(for: .none) == "query")
  }

  @Test(
    "mappings that say what the names say are accepted",
    arguments: [
      #"{"('query', 'text')": "query", "('document', None)": "document", "(None, None)": "document"}"#,
      #"{"(None, ('image', 'text'))": "query"}"#,
    ])
  func mappingsThatSayWhatTheNamesSay(mappings: String) throws {
    #expect(throws: Never.self) {
      try open(
        Self.model(
          Self.router(parameters: #"{"default_route": "document", "route_mappings": \#(mappings)}"#)))
    }
  }

  @Test(
    "a router that cannot be followed is an error that names the key",
    arguments: [
      (router(parameters: #"{"default_route": "image"}"#), "'default_route' is 'image'"),
      (
        router(parameters: #"{"route_mappings": {"('query', 'text')": "document"}}"#),
        "'route_mappings' is 'document'"
      ),
      (
        router(parameters: #"{"route_mappings": {"('query', 'text')": "none"}}"#),
        "'route_mappings' is 'none'"
      ),
      (router(structure: "{}"), "'structure' is missing or empty"),
      (router(structure: #"{"query": ["other"]}"#), "'structure' is 'other'"),
      (
        router(structure: #"{"query": "query_0_StaticEmbedding"}"#),
        "'structure' is 'query_0_StaticEmbedding'"
      ),
      (
        router(structure: #"{"query": [], "document": []}"#, parameters: "{}"),
        "the first module is not a Transformer"
      ),
      (router(structure: #"{"query": []}"#, parameters: "{}"), "a route 'document' too, or 'default_route'"),
      (router(structure: #"{"document": []}"#, parameters: "{}"), "a route 'query' too, or 'default_route'"),
      (
        router(
          structure: #"{"query": ["document_1_Pooling"], "document": ["document_1_Pooling"]}"#,
          parameters: "{}"),
        "the first module is not a Transformer"
      ),
      (router(types: #"{"a": "sentence_transformers.models.Asym"}"#), "no Router inside a Router"),
      (router(types: #"{"../a": "sentence_transformers.models.Dense"}"#), "leaves the model's folder"),
      (router(types: #"{"a": "custom.Dense"}"#), "needs code that comes with the model"),
      (router(types: #"{"a": 1}"#), "'types' is 1"), (router(types: "[]"), "'types' is a list"),
      ("{}", "'types' is missing"), ("[]", "expected an object"),
    ])
  func aRouterThatCannotBeFollowed(router: String, message: String) {
    #expect { try open(Self.model(router)) } throws: { error in
      "\(error)".contains(message) && "\(error)".contains("router_config.json")
    }
  }

  @Test(
    "a route without its folder is an error",
    arguments: ["query_0_StaticEmbedding", "document_0_Transformer", "document_1_Pooling"])
  func aRouteWithoutItsFolder(folder: String) {
    var model = Self.model()
    for name in model.files.keys where name.hasPrefix(folder) { model.files[name] = nil }
    #expect { try open(model) } throws: { error in
      "\(error)".contains(folder) && (error as? CheckpointError)?.isMissingInput == true
    }
  }

  @Test func routesMustGiveVectorsOfOneLength() {
    var model = Self.model()
    model.files["query_0_StaticEmbedding/model.safetensors"] = SafetensorsBytes.file([
      ("embedding.weight", [5, 4], [Float](repeating: 1, count: 20))
    ])
    #expect { try open(model) } throws: { error in
      "\(error)".contains("'document' and 'query' give vectors of different lengths, 8 and 4")
    }
  }

  @Test func aMissingRouterFileIsAnError() {
    var model = Self.model()
    model["router_config.json"] = nil
    #expect { try open(model) } throws: { error in
      "\(error)".contains("router_config.json: no such file")
    }
  }
}
