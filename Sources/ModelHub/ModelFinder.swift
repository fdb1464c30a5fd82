import Foundation

/// Finds models on this machine.
struct ModelFinder: Sendable {
  let settings: HubSettings

  /// The model that a name means: a folder, a hub id in a cache, or a short name.
  func find(_ name: String) throws(HubError) -> FoundModel {
    do throws(HubError) {
      return try search(name)
    } catch .notFound {
      try ModelRefusal.check(name)
      throw .notFound(name: name)
    }
  }

  private func search(_ name: String) throws(HubError) -> FoundModel {
    if let folder = try folder(name) { return folder }
    let reference = try ModelReference(name)
    var lacking: HubError?
    if reference.id.contains("/") {
      if let cached = try cached(reference, &lacking) { return cached }
      let isKnownHere = ModelReference.knownID(shortName: reference.shortName) == reference.id
      if isKnownHere, reference.revision == nil, let own = own(reference.shortName) { return own }
      throw lacking ?? .notFound(name: name)
    }
    if let known = ModelReference.knownID(shortName: reference.id) {
      var whole = reference
      whole.id = known
      if let cached = try cached(whole, &lacking) { return cached }
    }
    if reference.revision == nil, let own = own(reference.id) { return own }
    let candidates = repositories().filter { $0 == reference.id || $0.hasSuffix("/" + reference.id) }
    var found: [FoundModel] = []
    for candidate in candidates {
      var whole = reference
      whole.id = candidate
      if let cached = try cached(whole, &lacking) { found.append(cached) }
    }
    guard found.count <= 1 else { throw .ambiguous(name: name, candidates: found.map(\.name)) }
    guard let only = found.first else { throw lacking ?? .notFound(name: name) }
    return only
  }

  /// All whole models of the caches and of the program's own folder, by name.
  func list() -> [ListedModel] {
    var models: [FoundModel] = []
    for root in settings.cacheFolders {
      for id in HubCache.repositories(in: root) {
        let cache = HubCache(root: root, id: id)
        guard let commit = cache.commit("main") ?? newestCommit(cache) else { continue }
        let path = cache.snapshot(commit)
        guard missing(in: path) == nil, !models.contains(where: { $0.name == id }) else {
          continue
        }
        models.append(FoundModel(name: id, path: path, origin: .hubCache(commit: commit)))
      }
    }
    models += contents(of: settings.modelsFolder).compactMap(own)
    return models.sorted { $0.name < $1.name }.map { model in
      ListedModel(model: model, byteCount: byteCount(of: model.path))
    }
  }

  /// A name that is written as a path always means a folder; another one only where such a model is there.
  private func folder(_ name: String) throws(HubError) -> FoundModel? {
    let isPath =
      name.hasPrefix("/") || name.hasPrefix("./") || name.hasPrefix("../") || [".", ".."].contains(name)
    let holdsModel = ["config.json", "modules.json", "adapter_config.json"].contains { file in
      FileManager.default.fileExists(atPath: name + "/" + file)
    }
    guard isPath || holdsModel else { return nil }
    return FoundModel(name: name, path: name, origin: .folder)
  }

  private func own(_ name: String) -> FoundModel? {
    let path = settings.modelsFolder + "/" + name
    guard !name.hasPrefix("."), FolderCheck.missing(in: path) == nil else { return nil }
    return FoundModel(name: name, path: path, origin: .ownFolder)
  }

  private func cached(_ reference: ModelReference, _ lacking: inout HubError?) throws(HubError) -> FoundModel?
  {
    for root in settings.cacheFolders {
      let cache = HubCache(root: root, id: reference.id)
      guard let commit = cache.commit(reference.revision ?? "main") else { continue }
      let path = cache.snapshot(commit)
      let name = reference.text
      guard let missing = missing(in: path) else {
        return FoundModel(name: name, path: path, origin: .hubCache(commit: commit))
      }
      lacking = .incomplete(name: name, path: path, missing: missing)
      if let pickle = FolderCheck.pickle(in: path), isAbsent(missing, cache, commit) {
        lacking = .pickleOnly(id: name, file: pickle, converted: nil)
      }
    }
    return nil
  }

  /// What a snapshot lacks; the base of an adapter belongs to it.
  private func missing(in path: String) -> String? {
    if let missing = FolderCheck.missing(in: path) { return missing }
    let base = FolderCheck.bases(of: path).first { basePath($0, isFromHub: true) == nil }
    return base.map { "base model '\($0.reference)'" }
  }

  /// Whether another program has learnt that the hub does not have a file.
  private func isAbsent(_ file: String, _ cache: HubCache, _ commit: String) -> Bool {
    FileManager.default.fileExists(atPath: cache.absence(of: file, commit))
  }

  /// The folder of an adapter's base; nil where it is not here.
  ///
  /// A base that a hub names is never a path of this machine.
  func basePath(_ base: BaseModel, isFromHub: Bool) -> String? {
    do throws(HubError) {
      // A relative path is meant from the adapter's folder, which the reader of the folder knows.
      let isRelative = base.name.hasPrefix("./") || base.name.hasPrefix("../")
      if isRelative { return nil }
      if !isFromHub, let folder = try folder(base.name) { return folder.path }
      let reference = try ModelReference(base.reference)
      // A base that is an adapter itself is none: they would go in circles.
      for root in settings.cacheFolders {
        let cache = HubCache(root: root, id: reference.id)
        guard let commit = cache.commit(reference.revision ?? "main") else { continue }
        let path = cache.snapshot(commit)
        if FolderCheck.missing(in: path) == nil, FolderCheck.bases(of: path).isEmpty { return path }
      }
      if let known = ModelReference.knownID(shortName: reference.shortName), known == reference.id,
        reference.revision == nil
      {
        return own(reference.shortName)?.path
      }
      return nil
    } catch {
      return nil
    }
  }

  private func repositories() -> [String] {
    Set(settings.cacheFolders.flatMap(HubCache.repositories)).sorted()
  }

  private func newestCommit(_ cache: HubCache) -> String? {
    let commits = contents(of: cache.folder + "/snapshots").filter(ModelReference.isCommit)
    return commits.max { changed(cache.snapshot($0)) < changed(cache.snapshot($1)) }
  }

  private func changed(_ path: String) -> Date {
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return attributes[.modificationDate] as? Date ?? .distantPast
    } catch {
      return .distantPast  // A snapshot that cannot be looked at is the last choice.
    }
  }

  private func byteCount(of folder: String) -> Int {
    guard let files = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var count = 0
    for case let name as String in files {
      var status = stat()
      guard stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      count += Int(status.st_size)
    }
    return count
  }
}
