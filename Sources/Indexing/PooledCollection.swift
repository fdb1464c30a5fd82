import Corpora
public import Embedding
import Kernels
public import Recipes
import Synchronization

/// The pooled vectors of a collection's passages at one layer, as far as they are there.
///
/// One writer fills it, row by row in any order; readers see the rows that have arrived. A row is written before its
/// arrival is announced and never changes after. Rows that are stored are read from the mapped files when somebody needs
/// them; the others are in memory.
public final class PooledCollection: Sendable {
  /// The number of passages, arrived or not.
  public let count: Int
  private let layout: PooledLayout
  private let contents: Mutex<Contents>

  private struct Contents {
    /// Rows in the order of their arrival.
    var arrivals: [Int32] = []
    var places: [PooledVectors.Place]
    var tokenCounts: [Int32]
    var truncatedCount = 0
    var parts = Parts()

    mutating func announce(
      _ rows: [[Int]], at newPlaces: [PooledVectors.Place], _ counts: [Int], _ truncated: [Bool]
    ) {
      for (index, same) in rows.enumerated() {
        for row in same {
          places[row] = newPlaces[index]
          tokenCounts[row] = Int32(counts[index])
          arrivals.append(Int32(row))
        }
        if truncated[index] { truncatedCount += same.count }
      }
    }
  }

  /// Where rows are: mapped files, and groups in memory.
  private struct Parts {
    /// By part, its planes.
    private(set) var planes: [[Matrix]] = []
    /// By part, the files that it maps; nil for one in memory.
    private var files: [(identity: String, folder: String)?] = []
    /// The floats of the parts in memory.
    private(set) var ownedFloats = 0

    /// Maps files anew, which have grown, or others.
    mutating func add(_ mapped: MappedPlanes) -> Int32 {
      if let known = files.firstIndex(where: { $0?.identity == mapped.identity }) {
        if mapped.matrices.first?.rows ?? 0 > planes[known].first?.rows ?? 0 {
          planes[known] = mapped.matrices
        }
        return Int32(known)
      }
      return add(mapped.matrices, (mapped.identity, mapped.folder))
    }

    mutating func add(owned matrices: [Matrix]) -> Int32 {
      ownedFloats += matrices.reduce(0) { $0 + $1.rows * $1.columns }
      return add(matrices, nil)
    }

    /// The files of a part; nil for one in memory or none.
    func identity(_ part: Int32) -> String? { part < 0 ? nil : files[Int(part)]?.identity }

    func folder(_ part: Int32) -> String? { part < 0 ? nil : files[Int(part)]?.folder }

    /// A folder whose files no longer have the rows that are mapped; nil where none was cut.
    var cutFolder: String? {
      zip(planes, files).first { planes, _ in !planes.allSatisfy(\.isWhole) }?.1?.folder
    }

    private mutating func add(
      _ matrices: [Matrix], _ file: (identity: String, folder: String)?
    ) -> Int32 {
      planes.append(matrices)
      files.append(file)
      return Int32(planes.count - 1)
    }
  }

  /// A collection of which some rows were stored earlier.
  init(_ stored: StoredVectors, layout: PooledLayout) {
    count = stored.slots.count
    self.layout = layout
    var contents = Contents(
      places: Array(repeating: .none, count: stored.slots.count), tokenCounts: stored.tokens)
    if let planes = stored.planes {
      let part = contents.parts.add(planes)
      contents.arrivals.reserveCapacity(stored.slots.count)
      for (row, slot) in stored.slots.enumerated() where slot >= 0 {
        contents.places[row] = PooledVectors.Place(part: part, row: slot)
        contents.arrivals.append(Int32(row))
        if stored.isTruncated[row] { contents.truncatedCount += 1 }
      }
    }
    self.contents = Mutex(contents)
  }

  /// A collection without rows.
  public init(count: Int, layout: PooledLayout) {
    self.count = count
    self.layout = layout
    contents = Mutex(
      Contents(
        places: Array(repeating: .none, count: count), tokenCounts: Array(repeating: 0, count: count)))
  }

  /// How many rows have arrived.
  public var arrivedCount: Int { contents.withLock { $0.arrivals.count } }

  /// How many of them are longer than the encoding allows: only their beginnings were encoded.
  public var truncatedCount: Int { contents.withLock(\.truncatedCount) }

  public var isComplete: Bool { arrivedCount == count }

  /// The memory that the vectors take; those in files take none but what the system lends them.
  public var byteCount: Int { contents.withLock { $0.parts.ownedFloats * MemoryLayout<Float>.size } }

  /// The bytes of one passage.
  public var bytesPerRow: Int { layout.width * MemoryLayout<Float>.size }

  /// How many tokens the model saw of a passage; 0 before it has arrived.
  public func tokenCount(of row: Int) -> Int { contents.withLock { Int($0.tokenCounts[row]) } }

  /// How many tokens the model saw of each passage; 0 for one that has not arrived.
  public var tokenCounts: [Int] { contents.withLock { $0.tokenCounts.map { Int($0) } } }

  /// The rows that arrived after the first `known`, in the order of arrival.
  public func arrivals(after known: Int) -> [Int] {
    contents.withLock { $0.arrivals.dropFirst(known).map { Int($0) } }
  }

  /// At most so many of the rows that arrived after the first `known`, and whether these are all.
  func arrivals(after known: Int, limit: Int) -> (rows: [Int], isLast: Bool) {
    contents.withLock { contents in
      let rows = contents.arrivals.dropFirst(known)
      return (rows.prefix(limit).map { Int($0) }, rows.count <= limit)
    }
  }

  /// The rows that have not arrived, in order.
  var missing: [Int] {
    contents.withLock { contents in contents.places.indices.filter { contents.places[$0].part < 0 } }
  }

  /// Puts vectors in memory as those of rows, each of one or more, and announces them.
  func store(_ pooled: PooledVectors, at rows: [[Int]], truncated: [Bool]) {
    let planes = pooled.planes(rows: 0..<pooled.count)
    contents.withLock { contents in
      let part = contents.parts.add(owned: planes)
      let places = rows.indices.map { PooledVectors.Place(part: part, row: Int32($0)) }
      contents.announce(rows, at: places, pooled.tokenCounts, truncated)
    }
  }

  /// Announces vectors that are stored now: their rows are read from the files.
  func store(_ stored: StoredVectors, at rows: [[Int]]) {
    guard let planes = stored.planes else { return }
    contents.withLock { contents in
      let part = contents.parts.add(planes)
      let places = stored.slots.map { PooledVectors.Place(part: part, row: $0) }
      contents.announce(rows, at: places, stored.tokens.map { Int($0) }, stored.isTruncated)
    }
  }

  /// Gives the memory back that reading many rows of mapped files took; they are read again where they are needed.
  func releasePages() {
    let parts = contents.withLock(\.parts.planes)
    for planes in parts { for plane in planes { plane.releasePages() } }
  }

  /// What names the vectors of rows for good, in their order: their files and the places there.
  ///
  /// - Returns: nil where some are not stored.
  func storedName(of rows: [Int]) -> String? {
    contents.withLock { contents in
      var runs: [(row: Int, place: PooledVectors.Place, count: Int)] = []
      for row in rows {
        let place = contents.places[row]
        if let last = runs.last, last.row + last.count == row, last.place.part == place.part,
          Int(last.place.row) + last.count == Int(place.row)
        {
          runs[runs.count - 1].count += 1
        } else {
          runs.append((row, place, 1))
        }
      }
      var name = ""
      for run in runs {
        guard let identity = contents.parts.identity(run.place.part) else { return nil }
        name += "\(identity) \(run.row) \(run.place.row) \(run.count)\n"
      }
      return name
    }
  }

  /// The folder of the files that rows are read from; nil where some are in memory.
  func folder(of rows: [Int]) -> String? {
    contents.withLock { contents in
      let folders = rows.map { contents.parts.folder(contents.places[$0].part) }
      return folders.contains(nil) ? nil : folders.first ?? nil
    }
  }

  /// Checks that nobody has cut the files of stored vectors: reading on would end the program.
  ///
  /// - Throws: `StoreError.cut`.
  func checkFiles() throws(StoreError) {
    if let folder = contents.withLock({ $0.parts.cutFolder }) { throw .cut(path: folder) }
  }

  /// Says how many texts are longer than an encoding allows; nil where none is.
  public func truncation(_ encoding: Encoding) -> String? {
    let truncated = truncatedCount
    guard truncated > 0 else { return nil }
    return "\(truncated) of \(count) texts are longer than \(encoding.maximumLength) tokens: "
      + "only their beginnings are compared"
  }

  /// The pooled vectors as they are now: what has not arrived is zero.
  ///
  /// The numbers are shared, not copied.
  public var pooledVectors: PooledVectors {
    contents.withLock { contents in
      PooledVectors(
        parts: contents.parts.planes, places: contents.places, tokenCounts: contents.tokenCounts,
        layout: layout)
    }
  }
}
