import ArgumentParser
import JSONText
import ModelHub

/// `models`: the models on this machine.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the models on this machine, or find one.",
    discussion: "With a name, prints the folder of that model; exit code 66 when it is not here.")

  @Argument(help: "A folder, hub id or short name.")
  var name: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Print nothing: the exit code says whether the model is here.")
  var quiet = false

  @OptionGroup var model: ModelOptions

  func run() async throws {
    let hub = try Settings().hub(model)
    let output = try Output(path: nil)
    if let name {
      let found = try hub.find(name)
      if !quiet { try output.writeLine(json ? found.json(byteCount: nil).text : found.path) }
    } else if !quiet {
      try write(hub.list(), to: output)
    }
    try output.finish()
  }

  private func write(_ models: [ListedModel], to output: Output) throws {
    let width = models.map(\.model.name.count).max() ?? 0
    for listed in models {
      let model = listed.model
      if json {
        try output.writeLine(model.json(byteCount: listed.byteCount).text)
      } else {
        let name = model.name + String(repeating: " ", count: width - model.name.count)
        try output.writeLine("\(name)  \(listed.byteCount / 1_000_000) MB  \(model.path)")
      }
    }
  }
}

extension FoundModel {
  fileprivate func json(byteCount: Int?) -> JSONValue {
    let origin: String
    switch self.origin {
    case .folder: origin = "folder"
    case .hubCache(let commit): origin = "hub cache \(commit)"
    case .ownFolder: origin = "vecscope"
    }
    var members: JSONObject = ["name": .string(name), "path": .string(path), "origin": .string(origin)]
    if let byteCount { members.append("bytes", .integer(byteCount)) }
    return .object(members)
  }
}
