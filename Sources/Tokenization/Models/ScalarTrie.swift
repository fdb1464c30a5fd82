/// A set of scalar sequences, each with a value, that finds the longest one at a place in one walk.
///
/// All edges live in one open-addressing table from (node, scalar) to node, at most half full.
struct ScalarTrie: Sendable {
  /// The node of the empty sequence.
  static let root: UInt32 = 0
  private static let free = UInt64.max

  private struct Edge {
    var key: UInt64
    var target: UInt32
  }

  private var edges: [Edge]
  private var edgeCount = 0
  private var values: [Int32] = [-1]

  /// An empty trie with room for about that many scalars in all.
  init(minimumCapacity: Int = 16) {
    var capacity = 32
    while capacity < minimumCapacity { capacity *= 2 }
    edges = [Edge](repeating: Edge(key: Self.free, target: 0), count: capacity)
  }

  /// The value of a node's sequence; negative where it was not inserted.
  @inline(__always)
  func value(at node: UInt32) -> Int32 { values[Int(node)] }

  /// The node one scalar further; the root where there is none.
  @inline(__always)
  func child(of node: UInt32, _ scalar: Unicode.Scalar) -> UInt32 {
    let key = Self.key(node, scalar)
    var slot = slot(for: key)
    while true {
      let edge = edges[slot]
      if edge.key == key { return edge.target }
      if edge.key == Self.free { return Self.root }
      slot = (slot + 1) & (edges.count - 1)
    }
  }

  /// The node at the end of a sequence; nil where no inserted sequence begins with it.
  func node<Scalars: Sequence<Unicode.Scalar>>(of scalars: Scalars) -> UInt32? {
    var node = Self.root
    for scalar in scalars {
      node = child(of: node, scalar)
      if node == Self.root { return nil }
    }
    return node
  }

  /// The value of exactly this sequence; negative where it was not inserted.
  func value<Scalars: Sequence<Unicode.Scalar>>(of scalars: Scalars) -> Int32 {
    node(of: scalars).map { value(at: $0) } ?? -1
  }

  /// The longest inserted sequence, not counting the empty one, along `scalars[range]` from a node on.
  ///
  /// - Returns: Its value and where it ends, or nil. The work is bounded by the longest sequence inserted.
  @inline(__always)
  func longestMatch(
    in scalars: [Unicode.Scalar], _ range: Range<Int>, from start: UInt32 = root
  ) -> (value: Int32, end: Int)? {
    longestMatch(range, from: start) { scalars[$0] }
  }

  /// The same along scalars that are asked for by their place.
  @inline(__always)
  func longestMatch(
    _ range: Range<Int>, from start: UInt32 = root, _ scalar: (Int) -> Unicode.Scalar
  ) -> (value: Int32, end: Int)? {
    var node = start
    var best: (value: Int32, end: Int)?
    for index in range {
      node = child(of: node, scalar(index))
      if node == Self.root { break }
      let value = values[Int(node)]
      if value >= 0 { best = (value, index + 1) }
    }
    return best
  }

  /// Adds a sequence with a value of 0 or more.
  ///
  /// - Returns: The value that the sequence had before, which is then kept, or nil.
  mutating func insert<Scalars: Sequence<Unicode.Scalar>>(_ scalars: Scalars, value: Int32) -> Int32? {
    let node = addNode(of: scalars)
    let previous = values[Int(node)]
    guard previous < 0 else { return previous }
    values[Int(node)] = value
    return nil
  }

  /// Adds a sequence with a value of 0 or more, which takes the place of the value that it had before.
  mutating func set<Scalars: Sequence<Unicode.Scalar>>(_ scalars: Scalars, value: Int32) {
    values[Int(addNode(of: scalars))] = value
  }

  private mutating func addNode<Scalars: Sequence<Unicode.Scalar>>(of scalars: Scalars) -> UInt32 {
    var node = Self.root
    for scalar in scalars {
      let next = child(of: node, scalar)
      node = next == Self.root ? addChild(of: node, scalar) : next
    }
    return node
  }

  private mutating func addChild(of node: UInt32, _ scalar: Unicode.Scalar) -> UInt32 {
    if (edgeCount + 1) * 2 > edges.count { grow() }
    let target = UInt32(values.count)
    values.append(-1)
    place(Edge(key: Self.key(node, scalar), target: target))
    edgeCount += 1
    return target
  }

  private mutating func grow() {
    let old = edges
    edges = [Edge](repeating: Edge(key: Self.free, target: 0), count: old.count * 2)
    for edge in old where edge.key != Self.free { place(edge) }
  }

  private mutating func place(_ edge: Edge) {
    var slot = slot(for: edge.key)
    while edges[slot].key != Self.free { slot = (slot + 1) & (edges.count - 1) }
    edges[slot] = edge
  }

  @inline(__always)
  private static func key(_ node: UInt32, _ scalar: Unicode.Scalar) -> UInt64 {
    UInt64(node) << 21 | UInt64(scalar.value)
  }

  /// Multiplicative hashing: the high bits, as many as the table has slots.
  @inline(__always)
  private func slot(for key: UInt64) -> Int {
    let mixed = key &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: (mixed ^ (mixed >> 32)) >> 8) & (edges.count - 1)
  }
}
