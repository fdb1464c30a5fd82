import Checkpoints

/// A hub id, with a revision where one is given: `org/name@revision`.
struct ModelReference: Equatable, Sendable {
  var id: String
  var revision: String?

  /// The id's last component.
  var shortName: String { id.split(separator: "/").last.map(String.init) ?? id }

  /// The name as `find` and `pull` take it.
  var text: String { revision.map { id + "@" + $0 } ?? id }

  /// Reads `name`, `org/name` or either with `@revision`.
  ///
  /// - Throws: `invalidName` for what the hub would not accept as a name, and for a path.
  init(_ text: String) throws(HubError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    id = String(parts[0])
    revision = parts.count > 1 ? String(parts[1]) : nil
    let components = id.split(separator: "/", omittingEmptySubsequences: false)
    let nextStep = "; give ORGANISATION/NAME, or the path of a folder that exists"
    guard components.count <= 2 else {
      throw .invalidName(text, reason: "it has more than one '/'" + nextStep)
    }
    guard id.utf8.count <= 96, components.allSatisfy(Self.isComponent), !id.contains("--"),
      !id.hasSuffix(".git")
    else {
      throw .invalidName(
        text, reason: "a hub id is made of letters, digits, '-', '_' and '.'" + nextStep)
    }
    if let revision, !Self.isRevision(revision) {
      throw .invalidName(text, reason: "'\(revision)' is not a revision (a branch, a tag or a commit)")
    }
  }

  private static func isComponent(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, isLetterOrDigit(first) || first == 0x5F else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
      && !text.contains("..")
  }

  /// What git takes as the name of a branch or tag, and a cache as the path of a file.
  private static func isRevision(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 200, !text.contains("@{"), !text.contains("..") else {
      return false
    }
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      ![.control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator].contains(
        scalar.properties.generalCategory) && !"~^:?*[\\\"'".unicodeScalars.contains(scalar)
    }
    return isPlain
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
        !component.isEmpty && !component.hasPrefix(".") && !component.hasPrefix("-")
          && !component.hasSuffix(".") && !component.hasSuffix(".lock")
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The hub id that a short name stands for, where the table of known models has exactly one.
  static func knownID(shortName: String) -> String? {
    let matches = knownModelIDs.filter { $0.hasSuffix("/" + shortName) }
    return matches.count == 1 ? matches[0] : nil
  }

  /// Whether a revision is a commit and not a branch or tag.
  static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
