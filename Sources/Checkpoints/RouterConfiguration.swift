import Foundation
import JSONText
import Recipes

/// What a Router module says: a pipeline for each route, such as `query` and `document`.
struct RouterConfiguration: Equatable, Sendable {
  struct Route: Equatable, Sendable {
    var name: String
    var modules: [Module]
  }

  static let routeLimit = 16

  /// The file, relative to the model's folder.
  var name: String
  /// The default route first, the others in the file's order.
  var routes: [Route]

  /// Reads `router_config.json`, or the `config.json` of the older Asym.
  ///
  /// - Throws: `invalidValue` for routes that are empty, unknown or lead to another Router.
  static func read(model: String, folder: String) throws(CheckpointError) -> RouterConfiguration {
    let exists = { (name: String) in
      FileManager.default.fileExists(atPath: joined(model, joined(folder, name)))
    }
    let name = joined(
      folder, exists("router_config.json") || !exists("config.json") ? "router_config.json" : "config.json")
    let file = try ConfigurationFile(
      path: joined(model, name), name: name, purpose: "modules.json lists a Router module there")
    let modules = try modules(file, folder: folder)
    guard let structure = try file.object("structure"), !structure.members.isEmpty else {
      throw file.invalid("structure", "missing or empty", "an object from routes to lists of modules")
    }
    guard structure.members.count <= routeLimit else {
      throw file.invalid("structure", "\(structure.members.count) routes", "at most \(routeLimit)")
    }
    var routes: [Route] = []
    for member in structure.members {
      routes.append(try route(member.key, member.value, of: modules, file))
    }
    let parameters = ConfigurationFile(
      path: file.path, name: name, root: .object(try file.object("parameters") ?? JSONObject()))
    if let standard = try parameters.string("default_route") {
      guard let index = routes.firstIndex(where: { $0.name == standard }) else {
        throw file.invalid(
          "default_route", quoted(standard),
          "one of " + routes.map { quoted($0.name) }.joined(separator: ", "))
      }
      routes.insert(routes.remove(at: index), at: 0)
    } else {
      try checkSides(routes.map(\.name), file)
    }
    try checkMappings(parameters, routes: routes.map(\.name))
    return RouterConfiguration(name: name, routes: routes)
  }

  private static func modules(_ file: ConfigurationFile, folder: String) throws(CheckpointError) -> [String:
    Module]
  {
    guard let types = try file.object("types"), types.members.count <= routeLimit * ModuleList.limit else {
      throw file.invalid("types", "missing or too long", "an object from modules to class names")
    }
    var modules: [String: Module] = [:]
    for member in types.members {
      guard case .string(let type) = member.value else {
        throw file.invalid("types", member.value.summary, "a class name for module \(quoted(member.key))")
      }
      let kind = try Module.kind(of: type, file: file.path)
      guard kind != .router else {
        throw file.invalid("types", quoted(member.key), "no Router inside a Router")
      }
      guard isBelowFolder(member.key), !member.key.isEmpty else {
        throw .unsafePath(file: file.path, path: member.key)
      }
      modules[member.key] = Module(kind: kind, folder: joined(folder, member.key))
    }
    return modules
  }

  private static func route(
    _ name: String, _ value: JSONValue, of modules: [String: Module], _ file: ConfigurationFile
  ) throws(CheckpointError) -> Route {
    guard case .array(let list) = value, list.count <= ModuleList.limit else {
      throw file.invalid("structure", value.summary, "a list of modules for route \(quoted(name))")
    }
    var found: [Module] = []
    for element in list {
      guard case .string(let id) = element, let module = modules[id] else {
        throw file.invalid("structure", element.summary, "a module of 'types' for route \(quoted(name))")
      }
      found.append(module)
    }
    return Route(name: name, modules: found)
  }

  /// Checks that there is a route for each side, where none is the default for what has no route.
  private static func checkSides(_ routes: [String], _ file: ConfigurationFile) throws(CheckpointError) {
    for (side, names) in [("query", ["query"]), ("document", ["document", "passage", "corpus"])]
    where !names.contains(where: routes.contains) {
      throw file.invalid(
        "structure", "only the routes " + routes.map(quoted).joined(separator: ", "),
        "a route '\(side)' too, or 'default_route' among the parameters")
    }
  }

  /// Checks that the mappings of tasks send queries and documents where their routes' names do.
  ///
  /// Keys are Python tuples of task and modality, such as `('query', 'text')`; only texts come here.
  private static func checkMappings(
    _ parameters: ConfigurationFile, routes: [String]
  ) throws(CheckpointError) {
    let key = "route_mappings"
    guard let mappings = try parameters.object(key) else { return }
    for member in mappings.members {
      let parts = member.key.split(whereSeparator: { "(), '\"".contains($0) })
      guard case .string(let route) = member.value, routes.contains(route) else {
        throw parameters.invalid(
          key, member.value.summary, "one of " + routes.map(quoted).joined(separator: ", "))
      }
      guard parts.count >= 2 else {
        throw parameters.invalid(key, quoted(member.key), "a task and a modality")
      }
      // Texts together with something else are of another modality.
      guard parts.count == 2, ["text", "None"].contains(parts[1]) else { continue }
      let expected = ModelDescription.route(for: Role(rawValue: String(parts[0])) ?? .none, among: routes)
      guard route == expected else {
        throw parameters.invalid(
          key, "\(quoted(route)) for \(quoted(member.key))",
          "\(quoted(expected ?? "none")): routes are chosen by their names here")
      }
    }
  }
}
