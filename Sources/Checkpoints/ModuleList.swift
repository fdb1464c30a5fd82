import Foundation
import JSONText

/// What `modules.json` says: which steps follow one another.
struct ModuleList: Equatable, Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case transformer = "Transformer"
    case pooling = "Pooling"
    case dense = "Dense"
    case normalize = "Normalize"
    /// Does nothing at inference.
    case dropout = "Dropout"
  }

  struct Module: Equatable, Sendable {
    var kind: Kind
    /// Relative to the model's folder; empty for the folder itself.
    var folder: String
  }

  static let name = "modules.json"

  /// False where the file is absent and the reference library's default stands for it.
  var isDeclared: Bool
  var modules: [Module]

  /// A transformer, then pooling: what sentence-transformers makes of a folder without `modules.json`.
  static let assumed = ModuleList(
    isDeclared: false, modules: [Module(kind: .transformer, folder: ""), Module(kind: .pooling, folder: "")])

  var transformerFolder: String { modules.first?.folder ?? "" }
  var poolingFolder: String? { modules.first { $0.kind == .pooling }?.folder }
  var denseFolders: [String] { modules.filter { $0.kind == .dense }.map(\.folder) }
  var normalizes: Bool { modules.contains { $0.kind == .normalize } }

  static func read(folder: String) throws(CheckpointError) -> ModuleList {
    let path = joined(folder, name)
    guard FileManager.default.fileExists(atPath: path) else { return .assumed }
    let root = try ConfigurationFile.read(path, purpose: "it lists the model's modules")
    guard case .array(let elements) = root, !elements.isEmpty, elements.count <= 64 else {
      throw .invalidValue(
        file: path, key: "(the whole file)", found: root.summary, expected: "a list of 1 to 64 modules")
    }
    var entries: [(index: Int, module: Module)] = []
    for (position, element) in elements.enumerated() {
      let file = ConfigurationFile(path: path, name: name, root: element)
      let index = try file.integer("idx", in: 0...1023) ?? position
      guard !entries.contains(where: { $0.index == index }) else {
        throw file.invalid("idx", "\(index) twice", "another number for each module")
      }
      entries.append((index, try module(file)))
    }
    let modules = entries.sorted { $0.index < $1.index }.map(\.module)
    try checkOrder(modules, path: path)
    return ModuleList(isDeclared: true, modules: modules)
  }

  private static func module(_ file: ConfigurationFile) throws(CheckpointError) -> Module {
    guard let type = try file.string("type") else { throw file.invalid("type", "missing", "a class name") }
    let parts = type.split(separator: ".")
    guard parts.first == "sentence_transformers", let last = parts.last else {
      throw .remoteCode(file: file.path, what: type)
    }
    guard let kind = Kind(rawValue: String(last)) else {
      throw .unsupportedModule(file: file.path, type: type, supported: Kind.allCases.map(\.rawValue))
    }
    let folder = try file.string("path") ?? ""
    guard isBelowFolder(folder) else { throw .unsafePath(file: file.path, path: folder) }
    return Module(kind: kind, folder: folder == "." ? "" : folder)
  }

  /// A transformer, one pooling, dense layers, and normalisation only at the end.
  private static func checkOrder(_ modules: [Module], path: String) throws(CheckpointError) {
    let kinds = modules.map(\.kind).filter { $0 != .dropout }
    func refuse(_ reason: String) -> CheckpointError { .unsupportedPipeline(file: path, reason: reason) }
    guard modules.first?.kind == .transformer else { throw refuse("the first module is not a Transformer") }
    guard kinds.count(where: { $0 == .transformer }) == 1 else {
      throw refuse("there is more than one Transformer")
    }
    guard kinds.contains(.pooling) else {
      throw refuse("there is no Pooling module, so the model gives no vector for a text")
    }
    guard kinds.count(where: { $0 == .pooling }) == 1 else {
      throw refuse("there is more than one Pooling module")
    }
    guard kinds.count > 1, kinds[1] == .pooling else {
      throw refuse("Pooling does not follow the Transformer")
    }
    if let normalize = kinds.firstIndex(of: .normalize), let dense = kinds.lastIndex(of: .dense),
      normalize < dense
    {
      throw refuse("a Dense module follows Normalize, which is not supported")
    }
  }
}

/// Whether a path of a model's file stays below the model's folder.
func isBelowFolder(_ path: String) -> Bool {
  guard !path.hasPrefix("/"), !path.contains(where: { $0 == "\\" || $0 == "\0" }) else { return false }
  return !path.split(separator: "/").contains("..")
}
