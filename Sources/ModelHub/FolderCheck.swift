import Foundation

/// Tells a whole model folder from a part of one, without opening the model.
enum FolderCheck {
  private struct Module: Decodable {
    var path: String?
    var type: String?
  }

  private struct Index: Decodable {
    var shards: [String: String]

    enum CodingKeys: String, CodingKey { case shards = "weight_map" }
  }

  /// What a folder lacks to be a model; nil for a whole one.
  ///
  /// A damaged file is not missing: opening the model says what is wrong with it.
  static func missing(in folder: String) -> String? {
    var transformer = ""
    if let modules = decode([Module].self, folder + "/modules.json") {
      transformer = modules.first?.path.map { $0 == "." ? "" : $0 } ?? ""
      for module in modules {
        let kind = module.type?.split(separator: ".").last ?? ""
        guard let path = module.path, !path.isEmpty, ["Pooling", "Dense"].contains(kind) else { continue }
        if !exists(folder + "/" + path + "/config.json") { return path + "/config.json" }
        if kind == "Dense", let lacking = missingWeights(in: folder + "/" + path) {
          return path + "/" + lacking
        }
      }
    }
    let prefix = transformer.isEmpty ? "" : transformer + "/"
    guard exists(folder + "/" + prefix + "config.json") else { return prefix + "config.json" }
    return missingWeights(in: folder + "/" + prefix).map { prefix + $0 }
  }

  private static func missingWeights(in folder: String) -> String? {
    // Pickles count as weights here: opening such a model says why it cannot be used.
    for name in ["model.safetensors", "pytorch_model.bin", "pytorch_model.bin.index.json"]
    where exists(folder + "/" + name) {
      return nil
    }
    guard let index = decode(Index.self, folder + "/model.safetensors.index.json") else {
      return "model.safetensors"
    }
    return Set(index.shards.values).sorted().first { !exists(folder + "/" + $0) }
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) -> Value? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      return nil  // Opening the model says what is wrong with the file.
    }
  }
}
