import Foundation

/// Cuts a file in place, as another program might while it is mapped.
func truncateFile(_ path: String, to count: Int) throws {
  let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  try handle.truncate(atOffset: UInt64(count))
  try handle.close()
}
