public import Checkpoints
import Foundation

extension ModelHub {
  /// Finds a model on this machine and opens its folder.
  ///
  /// - Throws: `HubError` where it is not found, `CheckpointError` where it cannot be used.
  public func open(_ name: String, identities: IdentityCache = .none) throws -> ModelFolder {
    let found = try find(name)
    return try ModelFolder(path: found.path, name: found.name, identities: identities) { base in
      baseFolder(base, of: found)
    }
  }

  /// The folder of a base that an adapter names; nil where it is not on this machine.
  ///
  /// An adapter in a hub cache names a hub id, never a path of this machine; one in another folder may name either.
  func baseFolder(_ name: String, of model: FoundModel) -> String? {
    guard let base = FolderCheck.bases(of: model.path).first(where: { $0.name == name }) else { return nil }
    var isFromHub = false
    if case .hubCache = model.origin { isFromHub = true }
    return ModelFinder(settings: settings).basePath(base, isFromHub: isFromHub)
  }

  /// Whether `pull` knows where a name is to be fetched: a hub id or a known short name, and no folder.
  public static func canPull(_ name: String) -> Bool {
    do throws(HubError) {
      let reference = try ModelReference(name)
      guard KnownRefusals.refusal(for: reference.id) == nil else { return false }
      return reference.id.contains("/") || ModelReference.knownID(shortName: reference.id) != nil
    } catch {
      return false
    }
  }

  /// The name by which a model is found from every folder: a folder's full path, any other name as it is.
  public func lastingName(_ name: String) -> String {
    do throws(HubError) {
      let found = try find(name)
      return found.origin == .folder ? URL(fileURLWithPath: found.path).standardizedFileURL.path : name
    } catch {
      return name
    }
  }
}
