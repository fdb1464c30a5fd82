/// Which side of a search a text stands on: it decides which prompt the text gets.
public enum Role: String, CaseIterable, Codable, Hashable, Sendable {
  case query
  case document
  case none
}
