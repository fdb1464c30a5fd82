/// The pieces of a Unigram model with their scores, laid out for walking along a text.
///
/// The nodes stand in order of their depth, and the children of a node side by side in order of their scalars:
/// that takes far less memory than a table of edges, and most steps stay within a few cache lines.
struct PieceTrie: Sendable {
  struct Node: Sendable {
    /// Where the children begin; they end where those of the next node begin.
    var firstChild: UInt32
    /// The id of the piece that ends here, negative where none does.
    var id: Int32
    var score: Double
  }

  /// The node of the empty piece, which is no child of any node.
  static let root = 0
  /// From so many children on, they are searched by halving.
  private static let fewChildren = 8

  /// One more than there are nodes, so that each has one behind it.
  private(set) var nodes: [Node] = [Node(firstChild: 1, id: -1, score: 0)]
  /// The scalar that leads to each node.
  private(set) var labels: [UInt32] = [0]
  /// The root's children by scalar, as far as they are in the Basic Multilingual Plane; the root for none.
  private var firstSteps = [UInt32](repeating: 0, count: 0x1_0000)

  /// - Parameter pieces: The pieces by id; of those that come twice the last counts.
  init(_ pieces: [(token: String, score: Double)]) {
    let spelled = SpelledPieces(pieces.map(\.token))
    // The pieces of each node that has yet to get its children, as places in the sorted list.
    var waiting = [0..<spelled.count]
    var depth = 0
    while !waiting.isEmpty {
      var next: [Range<Int>] = []
      let firstNode = nodes.count - waiting.count
      for (offset, range) in waiting.enumerated() {
        nodes[firstNode + offset].firstChild = UInt32(nodes.count)
        var start = range.lowerBound
        while start < range.upperBound, spelled.length(start) == depth {
          nodes[firstNode + offset].id = spelled.id(start)
          nodes[firstNode + offset].score = pieces[Int(spelled.id(start))].score
          start += 1
        }
        while start < range.upperBound {
          let label = spelled.scalar(start, depth)
          var end = start + 1
          while end < range.upperBound, spelled.scalar(end, depth) == label { end += 1 }
          labels.append(label)
          nodes.append(Node(firstChild: 0, id: -1, score: 0))
          next.append(start..<end)
          start = end
        }
      }
      waiting = next
      depth += 1
    }
    nodes.append(Node(firstChild: UInt32(nodes.count), id: -1, score: 0))
    setFirstSteps()
  }

  /// A trie put together from its arrays; nil where they do not fit one another, or have an id that no piece has.
  init?(nodes: [Node], labels: [UInt32], idCount: Int) {
    guard labels.first == 0, nodes.count == labels.count + 1, nodes[0].firstChild == 1 else { return nil }
    for (node, next) in zip(nodes, nodes.dropFirst()) {
      guard node.firstChild <= next.firstChild, Int(next.firstChild) <= labels.count, Int(node.id) < idCount
      else { return nil }
    }
    self.nodes = nodes
    self.labels = labels
    setFirstSteps()
  }

  private mutating func setFirstSteps() {
    for child in Int(nodes[0].firstChild)..<Int(nodes[1].firstChild) where labels[child] < 0x1_0000 {
      firstSteps[Int(labels[child])] = UInt32(child)
    }
  }

  @inline(__always)
  func node(_ index: Int) -> Node { nodes[index] }

  /// The node one scalar further; the root where there is none.
  @inline(__always)
  func child(of index: Int, _ scalar: Unicode.Scalar) -> Int {
    if index == Self.root, scalar.value < 0x1_0000 { return Int(firstSteps[Int(scalar.value)]) }
    var low = Int(nodes[index].firstChild)
    var high = Int(nodes[index + 1].firstChild)
    while high - low > Self.fewChildren {
      let middle = (low + high) / 2
      if labels[middle] <= scalar.value { low = middle } else { high = middle }
    }
    while low < high {
      if labels[low] == scalar.value { return low }
      low += 1
    }
    return Self.root
  }

  /// The id of exactly this piece; negative where there is none.
  func id(of scalars: ArraySlice<Unicode.Scalar>) -> Int32 {
    var index = Self.root
    for scalar in scalars {
      index = child(of: index, scalar)
      if index == Self.root { return -1 }
    }
    return index == Self.root ? -1 : nodes[index].id
  }
}

/// Pieces as scalars, sorted by these and then by id.
private struct SpelledPieces {
  private struct Place {
    /// The first three scalars, which settle most comparisons.
    var key: UInt64
    var id: Int32
    var start: Int32
    var end: Int32
  }

  private var scalars: [UInt32] = []
  private var places: [Place] = []

  init(_ tokens: [String]) {
    scalars.reserveCapacity(tokens.reduce(0) { $0 + $1.utf8.count })
    places.reserveCapacity(tokens.count)
    for (id, token) in tokens.enumerated() {
      let start = scalars.count
      for scalar in token.unicodeScalars { scalars.append(scalar.value) }
      var key: UInt64 = 0
      for offset in 0..<3 {
        // One more than the scalar, so that the end of a piece comes before all of them.
        key = key << 21 | (start + offset < scalars.count ? UInt64(scalars[start + offset]) + 1 : 0)
      }
      places.append(Place(key: key, id: Int32(id), start: Int32(start), end: Int32(scalars.count)))
    }
    let scalars = scalars
    places.sort { left, right in
      if left.key != right.key { return left.key < right.key }
      let (a, b) = (scalars[Int(left.start)..<Int(left.end)], scalars[Int(right.start)..<Int(right.end)])
      if a.count > 3 || b.count > 3, !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
      return left.id < right.id
    }
  }

  var count: Int { places.count }

  func id(_ index: Int) -> Int32 { places[index].id }

  func length(_ index: Int) -> Int { Int(places[index].end - places[index].start) }

  func scalar(_ index: Int, _ depth: Int) -> UInt32 { scalars[Int(places[index].start) + depth] }
}
