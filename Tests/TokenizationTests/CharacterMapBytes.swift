/// The bytes of a character map with these rules, in the layout of the Darts library.
///
/// Every node has 256 units of its own, so that no two can be in each other's way.
func characterMapBytes(_ rules: [(key: String, text: String)]) -> [UInt8] {
  var children: [[UInt8: Int]] = [[:]]
  var values: [Int: UInt32] = [:]
  var texts: [UInt8] = []
  for rule in rules {
    var node = 0
    for byte in rule.key.utf8 {
      if let next = children[node][byte] {
        node = next
      } else {
        children.append([:])
        children[node][byte] = children.count - 1
        node = children.count - 1
      }
    }
    values[node] = UInt32(texts.count)
    texts += Array(rule.text.utf8) + [0]
  }
  var units = [UInt32](repeating: 0, count: 256 * (children.count + 1))
  var places = [Int](repeating: 0, count: children.count)
  for node in children.indices {
    let base = 256 * (node + 1)
    units[places[node]] |= UInt32(places[node] ^ base) << 10
    if let value = values[node] {
      units[places[node]] |= 0x100
      units[base] = value | 1 << 31
    }
    for (byte, child) in children[node] {
      places[child] = base ^ Int(byte)
      units[places[child]] = UInt32(byte)
    }
  }
  func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
  }
  return bytes(UInt32(4 * units.count)) + units.flatMap(bytes) + texts
}
