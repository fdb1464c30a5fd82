/// The symbols of one word while byte-pair encoding joins them: a doubly linked list in an array.
struct SymbolChain {
  struct Symbol {
    var id: Int32
    /// How many bytes of the word it stands for.
    var byteCount: Int32
    var previous: Int32
    /// The symbol behind it, or -1.
    var next: Int32 = -1
    /// What it and the next would become.
    var rule = MergeTable.Rule(rank: .max, joined: -1)
  }

  private(set) var symbols: [Symbol] = []

  /// Up to so many symbols, looking through all of them is quicker than keeping a heap.
  private static let fewSymbols = 24

  init(capacity: Int) { symbols.reserveCapacity(capacity) }

  mutating func append(_ id: Int32, byteCount: Int) {
    let index = Int32(symbols.count)
    if index > 0 { symbols[Int(index) - 1].next = index }
    symbols.append(Symbol(id: id, byteCount: Int32(byteCount), previous: index - 1))
  }

  /// Joins neighbours as long as there is a merge for any: the lowest rank first, of equals the leftmost.
  mutating func join(_ merges: MergeTable) {
    guard symbols.count > 1 else { return }
    for index in symbols.indices { setRule(at: index, merges) }
    if symbols.count <= Self.fewSymbols { joinFew(merges) } else { joinMany(merges) }
  }

  /// Calls `body` with what is left, in order.
  @inline(__always)
  func forEach(_ body: (_ id: Int32, _ byteCount: Int) -> Void) {
    var index = symbols.isEmpty ? -1 : 0
    while index >= 0 {
      body(symbols[index].id, Int(symbols[index].byteCount))
      index = Int(symbols[index].next)
    }
  }

  private mutating func joinFew(_ merges: MergeTable) {
    while true {
      var best = 0
      var index = Int(symbols[0].next)
      while index >= 0 {
        if symbols[index].rule.rank < symbols[best].rule.rank { best = index }
        index = Int(symbols[index].next)
      }
      guard symbols[best].rule.rank != .max else { return }
      join(at: best, merges)
    }
  }

  /// Every pair that has a merge is in the heap; an entry whose pair has changed since is passed over.
  private mutating func joinMany(_ merges: MergeTable) {
    var heap = MergeHeap()
    for index in symbols.indices { offer(index, to: &heap) }
    while let (rank, index) = heap.popFirst() {
      guard symbols[index].rule.rank == rank else { continue }
      join(at: index, merges)
      offer(index, to: &heap)
      if symbols[index].previous >= 0 { offer(Int(symbols[index].previous), to: &heap) }
    }
  }

  private func offer(_ index: Int, to heap: inout MergeHeap) {
    let rank = symbols[index].rule.rank
    if rank != .max { heap.insert(rank, index) }
  }

  /// Joins a symbol with the next, which stays in the array but not in the list.
  @inline(__always)
  private mutating func join(at index: Int, _ merges: MergeTable) {
    let right = Int(symbols[index].next)
    symbols[index].id = symbols[index].rule.joined
    symbols[index].byteCount += symbols[right].byteCount
    let next = symbols[right].next
    symbols[index].next = next
    symbols[right].rule.rank = .max
    if next >= 0 { symbols[Int(next)].previous = Int32(index) }
    setRule(at: index, merges)
    if symbols[index].previous >= 0 { setRule(at: Int(symbols[index].previous), merges) }
  }

  @inline(__always)
  private mutating func setRule(at index: Int, _ merges: MergeTable) {
    let next = Int(symbols[index].next)
    symbols[index].rule =
      (next < 0 ? nil : merges.rule(for: symbols[index].id, symbols[next].id))
      ?? MergeTable.Rule(rank: .max, joined: -1)
  }
}

/// The places where symbols can be joined, the lowest rank first, of equals the leftmost: a binary heap.
private struct MergeHeap {
  /// The rank in the high half, the place in the low half.
  private var keys: [UInt64] = []

  mutating func insert(_ rank: UInt32, _ place: Int) {
    let key = UInt64(rank) << 32 | UInt64(place)
    var index = keys.count
    keys.append(key)
    while index > 0 {
      let parent = (index - 1) / 2
      guard keys[parent] > key else { break }
      keys[index] = keys[parent]
      index = parent
    }
    keys[index] = key
  }

  mutating func popFirst() -> (rank: UInt32, place: Int)? {
    guard let first = keys.first, let last = keys.popLast() else { return nil }
    if !keys.isEmpty { sink(last) }
    return (UInt32(first >> 32), Int(first & 0xffff_ffff))
  }

  /// Puts a key in the place of the first and lets it down to where it belongs.
  private mutating func sink(_ key: UInt64) {
    var index = 0
    while true {
      var child = index * 2 + 1
      guard child < keys.count else { break }
      if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
      guard keys[child] < key else { break }
      keys[index] = keys[child]
      index = child
    }
    keys[index] = key
  }
}
