public import Kernels
import Recipes

/// For each row the first earlier row whose cosine with it is at least `threshold`; nil where there is none.
///
/// By cosine whatever the metric, since a distance has no scale that holds for all models. A vector of zeros, or
/// with a value that is not a number, is nobody's duplicate. Meant for the texts that are shown:
/// - Complexity: O(rows² · dimensions).
public func nearDuplicates(
  among rows: Matrix, threshold: Float = 0.98, kernels: KernelSet = .best, work: Work? = nil
) -> [Int?] {
  let norms = kernels.norms(rows)
  var earlier = [Int?](repeating: nil, count: rows.rows)
  earlier.withUnsafeMutableBufferPointer { earlier in
    // Each block writes its own element.
    (work ?? .inline).forEachBlock(rows.rows) { row in
      guard norms[row] > 0 else { return }
      let scorer = Scorer(rows.row(row), metric: .cosine, kernels: kernels)
      let scores = scorer.scores(rows, 0..<row, norms: norms)
      earlier[row] = scores.indices.first { scores[$0] >= threshold && norms[$0] > 0 }
    }
  }
  return earlier
}
