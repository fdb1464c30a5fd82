/// The rules for names of files that a hub or a model's own files give.
enum RepositoryFile {
  /// Why a name cannot be that of a file below a model's folder; nil for one that can.
  static func refusal(of name: String) -> String? {
    guard !name.isEmpty else { return "is empty" }
    guard !name.hasPrefix("/") else { return "is not below the model's folder" }
    guard name.utf8.count <= 1000 else { return "is too long" }
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      scalar != "\\" && scalar.properties.generalCategory != .control
    }
    guard isPlain else { return "has characters that no file of a model needs" }
    for component in name.split(separator: "/", omittingEmptySubsequences: false) {
      guard !["", ".", ".."].contains(component) else { return "leaves the model's folder" }
      // 255 bytes less what a temporary name adds.
      guard component.utf8.count <= 230 else { return "is too long" }
    }
    return nil
  }

  static func isSafe(_ name: String) -> Bool { refusal(of: name) == nil }

  /// Two of the names that some disks take for one, or one of which is a folder of the other.
  static func collision(among names: [String]) -> String? {
    var files: Set<String> = []
    var folders: Set<String> = []
    for name in names {
      let folded = name.lowercased()
      guard files.insert(folded).inserted else { return name }
      var folder = folded[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        folders.insert(String(folder))
      }
    }
    return names.first { folders.contains($0.lowercased()) }
  }
}
