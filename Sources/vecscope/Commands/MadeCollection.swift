import Corpora
import Embedding
import Engine
import Explorer
import Foundation
import Indexing
import Kernels
import Recipes

/// Texts made by counting, with vectors that no encoder has made: a large collection for measurements, in a folder of its
/// own that goes with the value.
///
/// Sentences that differ in their number alone are near one another: the vectors of one of each kind are encoded, and the
/// others lie around them.
final class MadeCollection {
  let corpus: String
  let storePath: String
  let keptCodes: KeptCodes
  private let folder: URL
  private static let storedTogether = 8192

  /// Makes a folder for so many texts, without vectors.
  ///
  /// - Throws: `CommandError.cannotWrite` where it has no room for them.
  init(_ count: Int, neededBytes: Int) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("vecscope-bench-\(getpid())")
    corpus = folder.appendingPathComponent("made.txt").path
    storePath = folder.appendingPathComponent("collections.sqlite").path
    keptCodes = KeptCodes(folder: folder.appendingPathComponent("codes").path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let space = try FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize]
    guard let free = space as? NSNumber, free.intValue > neededBytes else {
      throw CommandError.cannotWrite(
        path: folder.path, reason: "\(neededBytes >> 20) MB are needed; give fewer --texts, or set TMPDIR")
    }
    let texts = (0..<count).map { MadeText.text($0) }
    try Data(texts.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: corpus))
  }

  deinit {
    // The system clears its folder of temporary files where this fails.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Stores vectors for all texts under a recipe.
  func storeVectors(_ recipe: Recipe, _ embedder: TextEmbedder) async throws {
    let texts = try CorpusReader.read([corpus]).texts
    let collection = TextCollection(name: CollectionName.of([corpus]), texts: texts)
    let kinds = min(MadeText.kinds, texts.count)
    let layer = recipe.readout.layer
    let pooled = try await embedder.pooledVectors(
      texts.prefix(kinds).map { embedder.prepare($0.text, recipe.documents) }, recipe.documents, layer: layer)
    let store = try CollectionStore(path: storePath)
    let made = MadeVectors(centers: pooled.planes(rows: 0..<kinds), tokens: pooled.tokenCounts)
    let indexer = Indexer(embedder, store: store)
    let progress = ProgressLine("making vectors")
    for first in stride(from: 0, to: texts.count, by: Self.storedTogether) {
      let rows = first..<min(first + Self.storedTogether, texts.count)
      try indexer.store(
        made.planes(rows), tokens: made.tokens(rows), of: rows, in: collection, recipe.documents, layer: layer
      )
      progress.show(rows.upperBound, of: texts.count, unit: "texts")
    }
    progress.finish()
  }
}

/// Vectors around those of a few texts, the same at every run.
private struct MadeVectors {
  let centers: [Matrix]
  let tokens: [Int]
  /// How far a value is from its center's, as a share of the center's root mean square.
  private static let spread: Float = 0.5

  init(centers: [Matrix], tokens: [Int]) {
    self.centers = centers
    self.tokens = tokens
  }

  func tokens(_ rows: Range<Int>) -> [Int] { rows.map { tokens[$0 % tokens.count] } }

  /// By plane `[rows, hidden]`.
  func planes(_ rows: Range<Int>) -> [Matrix] {
    centers.enumerated().map { plane, centers in
      let width = centers.columns
      let matrix = Matrix(rows: rows.count, columns: width)
      let spreads = (0..<centers.rows).map { row in
        Self.spread * (centers.row(row).reduce(0) { $0 + $1 * $1 } / Float(width)).squareRoot()
      }
      matrix.withUnsafeMutableValues { values in
        centers.withUnsafeValues { centers in
          for (place, row) in rows.enumerated() {
            let center = row % tokens.count
            // A linear congruential sequence of its own for each row.
            var state = UInt64(row * 31 + plane) &* 0x9E37_79B9_7F4A_7C15
            for column in 0..<width {
              state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
              let random = Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31)
              values[place * width + column] = centers[center * width + column] + spreads[center] * random
            }
          }
        }
      }
      return matrix
    }
  }
}
