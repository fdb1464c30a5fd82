import Foundation

/// Which of a repository's files are needed: those that decide a vector, in the form that is read here.
struct FilePlan: Equatable, Sendable {
  /// Sorted, the weights last.
  var files: [String]
  /// The bases of adapters, each once.
  var bases: [BaseModel] = []

  /// Configurations and tokenizers, by name in any of a model's folders.
  static let small: Set<String> = [
    "modules.json", "config_sentence_transformers.json", "config.json", "router_config.json",
    "adapter_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
  ]
  static let weights = "model.safetensors"
  static let index = "model.safetensors.index.json"
  static let adapter = "adapter_model.safetensors"

  static func isSmall(_ name: Substring) -> Bool {
    small.contains(String(name)) || name.hasSuffix(".model")
      || (name.hasPrefix("sentence_") && name.hasSuffix("_config.json"))
  }

  /// Chooses from the list of files; `read` gives a file of the list, nil for others.
  ///
  /// - Throws: `pickleOnly`, `noWeights`, `fileNotFound`, `unsupported`, `unsafeFileName`: all before anything
  ///   large is fetched.
  static func choose(
    from files: [String], id: String, read: (String) async throws -> Data?
  ) async throws -> FilePlan {
    let folders = try await ModuleFolder.all(id: id, read: read)
    guard folders.contains(where: \.needsWeights) else {
      let kinds = folders.compactMap(\.kind).joined(separator: ", ")
      throw HubError.unsupported(
        id: id, file: ModuleFolder.list, reason: "has no module that can be run here (\(kinds))")
    }
    if let error = missingWeights(folders, files, id: id) { throw error }
    var plan = FilePlan(files: [])
    var wanted: Set<String> = []
    let listed = Set(files)
    for folder in folders {
      wanted.formUnion(small(in: folder, files))
      let configuration = folder.file("config.json")
      let isAdapter = folder.kind == "Transformer" && listed.contains(folder.file(BaseModel.file))
      if folder.needsConfiguration, !isAdapter, !listed.contains(configuration) {
        throw HubError.fileNotFound(id: id, file: configuration)
      }
      if isAdapter {
        guard let base = BaseModel(try await read(folder.file(BaseModel.file))) else {
          throw HubError.unsupported(
            id: id, file: folder.file(BaseModel.file), reason: "does not say of which model it is an adapter")
        }
        if !plan.bases.contains(base) { plan.bases.append(base) }
        wanted.insert(folder.file(adapter))
      } else if folder.needsWeights {
        wanted.formUnion(try await weights(in: folder, listed, id: id, read: read))
      }
    }
    plan.files = wanted.sorted { a, b in
      (a.hasSuffix(".safetensors") ? 1 : 0, a) < (b.hasSuffix(".safetensors") ? 1 : 0, b)
    }
    if let name = RepositoryFile.collision(among: plan.files) {
      throw HubError.unsafeFileName(
        id: id, name: name, reason: "has the same name as another but for upper and lower case")
    }
    return plan
  }

  private static func small(in folder: ModuleFolder, _ files: [String]) -> [String] {
    let prefix = folder.file("")
    return files.filter { name in
      name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains("/")
        && isSmall(name.dropFirst(prefix.count))
    }
  }

  private static func weights(
    in folder: ModuleFolder, _ listed: Set<String>, id: String, read: (String) async throws -> Data?
  ) async throws -> [String] {
    if listed.contains(folder.file(weights)) { return [folder.file(weights)] }
    let index = folder.file(index)
    guard let shards = Shards.names(try await read(index)), !shards.isEmpty else {
      throw HubError.unsupported(id: id, file: index, reason: "is not an index of shards")
    }
    for shard in shards {
      if let reason = RepositoryFile.refusal(of: shard) {
        throw HubError.unsafeFileName(id: id, name: shard, reason: reason)
      }
      guard shard.hasSuffix(".safetensors"), !shard.contains("/") else {
        throw HubError.unsupported(
          id: id, file: index, reason: "names '\(shard)', which is no shard beside it")
      }
      guard listed.contains(folder.file(shard)) else {
        throw HubError.fileNotFound(id: id, file: folder.file(shard))
      }
    }
    return [index] + shards.map(folder.file)
  }

  /// Why a list of files does not have the weights of all folders; nil where it has.
  ///
  /// Every folder is looked at: a dense layer's weights are often still a pickle where the encoder's are not.
  static func missingWeights(_ folders: [ModuleFolder], _ files: [String], id: String) -> HubError? {
    let listed = Set(files)
    for folder in folders where folder.needsWeights {
      let isAdapter = folder.kind == "Transformer" && listed.contains(folder.file(BaseModel.file))
      let accepted = isAdapter ? [adapter] : [weights, index]
      if accepted.contains(where: { listed.contains(folder.file($0)) }) { continue }
      let prefix = folder.file("")
      let inside = files.filter { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }
      let pickle = inside.sorted().first { name in
        let last = name.dropFirst(prefix.count)
        return last.hasSuffix(".bin")
          && (last.hasPrefix("pytorch_model") || last.hasPrefix("adapter_model") || last == "model.bin")
      }
      if let pickle { return .pickleOnly(id: id, file: pickle, converted: nil) }
      let others = inside.filter { name in otherFormats.contains { name.hasSuffix($0) } }
      return .noWeights(id: id, folder: folder.path, others: Array(others.sorted().prefix(3)))
    }
    return nil
  }

  /// What weights are called that are not read here.
  private static let otherFormats = [
    ".h5", ".msgpack", ".onnx", ".gguf", ".pdparams", ".pt", ".pth", ".ckpt", ".tflite", ".ot", ".npz",
    ".safetensors",
  ]
}
