import Foundation

/// Tells a whole model folder from a part of one, without opening the model.
enum FolderCheck {
  /// What a folder lacks to be a model; nil for a whole one.
  ///
  /// A damaged file is not missing: opening the model says what is wrong with it.
  static func missing(in folder: String) -> String? {
    for module in modules(of: folder) {
      let isAdapter = module.kind == "Transformer" && exists(folder, module.file(BaseModel.file))
      if module.needsConfiguration, !isAdapter, !exists(folder, module.file("config.json")) {
        return module.file("config.json")
      }
      guard module.needsWeights else { continue }
      let weights = module.file(isAdapter ? FilePlan.adapter : FilePlan.weights)
      if exists(folder, weights) { continue }
      guard !isAdapter, let shards = Shards.names(contents(of: folder, module.file(FilePlan.index))) else {
        // Where another program has fetched a pickle, the hub may have other weights too.
        return weights
      }
      if let shard = shards.first(where: { !exists(folder, module.file($0)) }) { return module.file(shard) }
    }
    return nil
  }

  /// A pickle that stands in a folder where weights are missing; nil where there is none.
  static func pickle(in folder: String) -> String? {
    for module in modules(of: folder) where module.needsWeights {
      for name in ["pytorch_model.bin", "pytorch_model.bin.index.json", "adapter_model.bin"]
      where exists(folder, module.file(name)) && !exists(folder, module.file(FilePlan.weights)) {
        return module.file(name)
      }
    }
    return nil
  }

  /// The models that a folder has adapters of.
  static func bases(of folder: String) -> [BaseModel] {
    modules(of: folder).filter { $0.kind == "Transformer" }
      .compactMap { BaseModel(contents(of: folder, $0.file(BaseModel.file))) }
  }

  private static func modules(of folder: String) -> [ModuleFolder] {
    do throws(HubError) {
      var modules = try ModuleFolder.modules(contents(of: folder, ModuleFolder.list), id: folder)
      for router in modules where router.isRouter {
        for name in router.routerConfigurations where exists(folder, name) {
          modules += try router.routes(contents(of: folder, name), id: folder)
          break
        }
      }
      return modules
    } catch {
      return []  // Opening the model says what is wrong with it.
    }
  }

  private static func contents(of folder: String, _ name: String) -> Data? {
    FileManager.default.contents(atPath: folder + "/" + name)
  }

  private static func exists(_ folder: String, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/" + name)
  }
}
