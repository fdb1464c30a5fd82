/// What a store keeps of each passage at one layer: a row of each plane.
///
/// A plane is `[passages, width]` in a file of its own, so that reading one touches no other.
public struct VectorPlanes: Sendable, Hashable {
  /// The floats of a row.
  public let width: Int
  /// In order; what they mean is the caller's.
  public let names: [String]

  /// Names are lower-case letters, digits, `_` and `-`, at most 24: they are parts of file names.
  public init(width: Int, names: [String]) {
    precondition(width > 0 && !names.isEmpty, "\(names.count) planes of \(width) floats")
    for name in names { precondition(Self.isName(name), "'\(name)' is no name of a plane") }
    self.width = width
    self.names = names
  }

  private static func isName(_ name: String) -> Bool {
    (1...24).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
      }
  }

  /// The bytes of a row of one plane.
  var rowBytes: Int { width * MemoryLayout<Float>.size }

  /// As the store's table has them, and a message.
  var joinedNames: String { names.joined(separator: " ") }
}

extension VectorPlanes: CustomStringConvertible {
  public var description: String { "\(names.count) × \(width) values (\(joinedNames))" }
}
