import Foundation

/// Damaged model folders that were found to do harm, kept so that they never do again.
public enum FoundCases {
  /// The folders of the cases for a reader, in `Fixtures/Found/<reader>`.
  public static func folders(_ reader: String) throws -> [String] {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/Found/\(reader)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appendingPathComponent($0).path }
  }
}
