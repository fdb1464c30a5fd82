/// Points of the plane in nested squares, for sums over far points all at once (Barnes and Hut, 1986).
///
/// The nodes stand in depth-first order, each with the place of the node after its subtree. Squares are halved at most 16
/// times: points that are equal, or as good as equal, stay together in one leaf.
struct Quadtree {
  private struct Node {
    var centre: SIMD2<Float>
    var count: Float
    /// The square of the node's width.
    var squaredWidth: Float
    var next: Int32
    /// Places of the node's points in `points`.
    var first: Int32
    var end: Int32
    var isLeaf: Bool
  }

  private static let depth = 16
  /// Points up to which a leaf is not halved.
  private static let leafSize = 4

  /// Places of the points in the order of the tree.
  private(set) var order: [Int32] = []
  private var points: [SIMD2<Float>] = []
  private var codes: [UInt32] = []
  private var nodes: [Node] = []

  /// The tree of positions, which are finite.
  init(_ positions: [SIMD2<Float>]) {
    guard let first = positions.first else { return }
    var (lowest, highest) = (first, first)
    for position in positions {
      lowest = pointwiseMin(lowest, position)
      highest = pointwiseMax(highest, position)
    }
    let width = max((highest - lowest).max(), .leastNormalMagnitude)
    var keys = positions.enumerated().map { index, position in
      let place = (position - lowest) / width * 65535
      let code = Self.interleaved(UInt32(place.x)) | Self.interleaved(UInt32(place.y)) << 1
      return UInt64(code) << 32 | UInt64(index)
    }
    keys.sort()
    order = keys.map { Int32(truncatingIfNeeded: $0) }
    codes = keys.map { UInt32(truncatingIfNeeded: $0 >> 32) }
    points = order.map { positions[Int($0)] }
    nodes.reserveCapacity(positions.count)
    add(0..<points.count, level: 0, width: width)
  }

  /// The bits of a number of 16 bits, with a zero after each.
  private static func interleaved(_ value: UInt32) -> UInt32 {
    var bits = value & 0xffff
    bits = (bits | bits << 8) & 0x00ff_00ff
    bits = (bits | bits << 4) & 0x0f0f_0f0f
    bits = (bits | bits << 2) & 0x3333_3333
    return (bits | bits << 1) & 0x5555_5555
  }

  private mutating func add(_ range: Range<Int>, level: Int, width: Float) {
    let own = nodes.count
    let sum = points[range].reduce(SIMD2<Double>.zero) { $0 + SIMD2<Double>($1) }
    nodes.append(
      Node(
        centre: SIMD2<Float>(sum / Double(range.count)), count: Float(range.count),
        squaredWidth: level == Self.depth ? 0 : width * width, next: 0, first: Int32(range.lowerBound),
        end: Int32(range.upperBound), isLeaf: range.count <= Self.leafSize))
    if range.count > Self.leafSize, level < Self.depth {
      let shift = UInt32(2 * (Self.depth - 1 - level))
      var start = range.lowerBound
      while start < range.upperBound {
        let quarter = codes[start] >> shift
        var end = start + 1
        while end < range.upperBound, codes[end] >> shift == quarter { end += 1 }
        add(start..<end, level: level + 1, width: width / 2)
        start = end
      }
    }
    nodes[own].next = Int32(nodes.count)
  }

  /// The sums over all other points j of q² · (point − jᵗʰ) and of q = 1 / (1 + distance²).
  ///
  /// A square narrower than `angle` times its distance counts as that many points at their mean; `place` is the
  /// point's in `order`.
  func repulsion(on place: Int, angle: Float) -> (force: SIMD2<Float>, sum: Double) {
    nodes.withUnsafeBufferPointer { nodes in
      points.withUnsafeBufferPointer { points in
        let own = points[place]
        let squaredAngle = angle * angle
        var force = SIMD2<Float>.zero
        var total = 0.0
        var index = 0
        while index < nodes.count {
          let node = nodes[index]
          let difference = own - node.centre
          let squared = (difference * difference).sum()
          if node.isLeaf {
            for other in Int(node.first)..<Int(node.end) where other != place {
              let difference = own - points[other]
              let near = 1 / (1 + (difference * difference).sum())
              total += Double(near)
              force += near * near * difference
            }
            index = Int(node.next)
          } else if node.squaredWidth < squaredAngle * squared || node.squaredWidth == 0 {
            let holdsOwn = node.first <= place && place < node.end
            let near = 1 / (1 + squared)
            let count = holdsOwn ? node.count - 1 : node.count
            total += Double(count * near)
            force += count * near * near * difference
            index = Int(node.next)
          } else {
            index += 1
          }
        }
        return (force, total)
      }
    }
  }
}
