/// The best of the neighbours offered so far: a heap whose root is the worst of them.
struct BestNeighbours {
  let limit: Int
  /// In no order.
  private(set) var neighbours: [Neighbour] = []

  init(limit: Int) {
    self.limit = limit
  }

  var isFull: Bool { neighbours.count >= limit }

  /// The one that the next better neighbour replaces.
  var worst: Neighbour? { neighbours.first }

  mutating func offer(_ neighbour: Neighbour) {
    if neighbours.count < limit {
      neighbours.append(neighbour)
      rise()
    } else if let worst = neighbours.first, Neighbour.precedes(neighbour, worst) {
      neighbours[0] = neighbour
      sink()
    }
  }

  private mutating func rise() {
    var child = neighbours.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Neighbour.precedes(neighbours[parent], neighbours[child]) else { return }
      neighbours.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < neighbours.count && Neighbour.precedes(neighbours[worst], neighbours[child]) {
        worst = child
      }
      guard worst != parent else { return }
      neighbours.swapAt(parent, worst)
      parent = worst
    }
  }
}
