import Foundation

/// A folder of a model, as `modules.json` and its routers name it.
struct ModuleFolder: Equatable, Sendable {
  /// Relative to the model's folder; empty for the folder itself.
  var path: String
  /// The last component of the module's class; nil for the model's own folder where that is no module.
  var kind: String?

  static let list = "modules.json"
  private static let limit = 64

  func file(_ name: String) -> String { path.isEmpty ? name : path + "/" + name }

  var needsWeights: Bool { ["Transformer", "Dense", "StaticEmbedding", "LayerNorm"].contains(kind) }
  /// An adapter has another configuration instead, which stands for this one.
  var needsConfiguration: Bool { ["Transformer", "Pooling", "Dense", "LayerNorm"].contains(kind) }
  var isRouter: Bool { ["Router", "Asym"].contains(kind) }

  /// The modules of `modules.json`; a transformer alone where there is none.
  ///
  /// - Throws: `unsafeFileName`, `unsupported` where a module is code of the model's own.
  static func modules(_ data: Data?, id: String) throws(HubError) -> [ModuleFolder] {
    struct Module: Decodable {
      var path: String?
      var type: String?
    }
    guard let modules = decode([Module].self, data), !modules.isEmpty else {
      return [ModuleFolder(path: "", kind: "Transformer")]
    }
    guard modules.count <= limit else {
      throw .unsupported(id: id, file: list, reason: "has more than \(limit) modules")
    }
    var folders: [ModuleFolder] = []
    for module in modules {
      let parts = (module.type ?? "").split(separator: ".")
      guard parts.isEmpty || parts[0] == "sentence_transformers" else {
        throw .unsupported(
          id: id, file: list,
          reason: "names '\(module.type ?? "")', code of the model's own, which is not executed")
      }
      var path = module.path ?? ""
      while path.hasSuffix("/") { path.removeLast() }
      if path == "." { path = "" }
      if let reason = RepositoryFile.refusal(of: path), !path.isEmpty {
        throw .unsafeFileName(id: id, name: path, reason: reason)
      }
      folders.append(ModuleFolder(path: path, kind: parts.last.map(String.init)))
    }
    return folders
  }

  /// The configuration of a router: the new name, then the old one.
  var routerConfigurations: [String] { [file("router_config.json"), file("config.json")] }

  /// The folders of a router's routes, by class.
  func routes(_ data: Data?, id: String) throws(HubError) -> [ModuleFolder] {
    struct Router: Decodable {
      var types: [String: String]
    }
    guard let router = Self.decode(Router.self, data) else { return [] }
    guard router.types.count <= Self.limit else {
      throw .unsupported(
        id: id, file: file("router_config.json"), reason: "has more than \(Self.limit) modules")
    }
    var folders: [ModuleFolder] = []
    for (name, type) in router.types.sorted(by: { $0.key < $1.key }) {
      if let reason = RepositoryFile.refusal(of: name) {
        throw .unsafeFileName(id: id, name: name, reason: reason)
      }
      let parts = type.split(separator: ".")
      guard parts.count < 2 || parts[0] == "sentence_transformers" else {
        throw .unsupported(
          id: id, file: file("router_config.json"),
          reason: "names '\(type)', code of the model's own, which is not executed")
      }
      folders.append(ModuleFolder(path: file(name), kind: parts.last.map(String.init)))
    }
    return folders
  }

  /// All folders of a model, the model's own always among them; `read` gives a file, nil where there is none.
  static func all(id: String, read: (String) async throws -> Data?) async throws -> [ModuleFolder] {
    var folders: [ModuleFolder] = []
    var open = try modules(try await read(list), id: id)
    while let folder = open.first {
      open.removeFirst()
      if !folders.contains(where: { $0.path == folder.path && $0.kind == folder.kind }) {
        folders.append(folder)
      }
      guard folder.isRouter, folders.count <= limit else { continue }
      for name in folder.routerConfigurations {
        guard let data = try await read(name) else { continue }
        open += try folder.routes(data, id: id)
        break
      }
    }
    guard folders.count <= limit else {
      throw HubError.unsupported(id: id, file: list, reason: "has more than \(limit) modules")
    }
    if !folders.contains(where: { $0.path.isEmpty }) { folders.append(ModuleFolder(path: "")) }
    return folders
  }

  /// A damaged file is none: opening the model says what is wrong with it.
  static func decode<Value: Decodable>(_ type: Value.Type, _ data: Data?) -> Value? {
    guard let data else { return nil }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      return nil
    }
  }
}

/// The model that an adapter changes, as `adapter_config.json` names it.
struct BaseModel: Equatable, Sendable {
  static let file = "adapter_config.json"

  /// A hub id, or a path on the machine of who made the adapter.
  var name: String
  var revision: String?

  /// The name with its revision, as `find` and `pull` take it.
  var reference: String { revision.map { name + "@" + $0 } ?? name }

  /// Nil where the file does not name a base.
  init?(_ data: Data?) {
    struct Adapter: Decodable {
      var base_model_name_or_path: String?
      var revision: String?
    }
    guard let adapter = ModuleFolder.decode(Adapter.self, data), let name = adapter.base_model_name_or_path,
      !name.isEmpty
    else { return nil }
    self.name = name
    revision = adapter.revision.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// The shards of an index, sorted.
enum Shards {
  static func names(_ data: Data?) -> [String]? {
    struct Index: Decodable {
      var weight_map: [String: String]
    }
    return ModuleFolder.decode(Index.self, data).map { Set($0.weight_map.values).sorted() }
  }
}
