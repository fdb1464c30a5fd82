import Checkpoints

/// Models that cannot be run here whatever is fetched: refused by name, before anything is asked for.
enum ModelRefusal {
  /// Refuses such a name: a hub id or a service's own name for its model, with or without a revision.
  ///
  /// - Throws: `cannotRun` with the reason and the nearest model that works.
  static func check(_ name: String) throws(HubError) {
    let id = name.split(separator: "@", maxSplits: 1).first.map(String.init) ?? name
    guard let refusal = KnownRefusals.refusal(for: id) else { return }
    throw .cannotRun(id: id, reason: refusal.reason, instead: refusal.alternative)
  }
}
