/// The arithmetic of an encoder's matrix products.
public enum Precision: String, CaseIterable, Codable, Hashable, Sendable {
  case f32
  case bf16
  case int8
}
