/// Comparison of strings scalar by scalar.
///
/// `==` of two strings is canonical equivalence, under which `K` and the Kelvin sign are equal. In a
/// vocabulary they are two tokens, so nothing in this target compares strings with `==`.
extension String {
  /// Whether both strings are made of the same Unicode scalars.
  func hasSameScalars(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// A string as a dictionary key, equal only to a string of the same scalars.
struct ExactString: Hashable, Sendable {
  let string: String

  init(_ string: String) { self.string = string }

  static func == (left: ExactString, right: ExactString) -> Bool {
    left.string.hasSameScalars(as: right.string)
  }

  func hash(into hasher: inout Hasher) {
    for byte in string.utf8 { hasher.combine(byte) }
  }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
  /// The case of that very name, compared scalar by scalar.
  static func named(_ name: String) -> Self? { allCases.first { $0.rawValue.hasSameScalars(as: name) } }

  /// The names of all cases, for messages.
  static var names: [String] { allCases.map(\.rawValue) }
}
