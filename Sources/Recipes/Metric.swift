/// How near two vectors are.
///
/// A score is higher-is-nearer: distances are negated, and shown as distances.
public enum Metric: String, CaseIterable, Codable, Hashable, Sendable {
  case cosine
  case dot
  case euclidean
  case manhattan

  /// True when the score is a negated distance.
  public var isDistance: Bool { self == .euclidean || self == .manhattan }
}
