import Kernels
import Embedding
import Recipes

/// Traces of recent texts, so that another pooling, layer or metric calls no encoder.
struct QueryTraces {
  private struct Key: Hashable {
    let encoding: Encoding
    /// As bytes: two spellings of one character are two texts to a tokenizer.
    let text: [UInt8]
  }

  let limitBytes: Int
  private var traces: [Key: Trace] = [:]
  /// Least recently used first.
  private var order: [Key] = []
  private var bytes = 0

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  mutating func find(_ text: String, _ encoding: Encoding) -> Trace? {
    let key = Key(encoding: encoding, text: Array(text.utf8))
    guard let trace = traces[key] else { return nil }
    order.removeAll { $0 == key }
    order.append(key)
    return trace
  }

  mutating func add(_ trace: Trace, of text: String, _ encoding: Encoding) {
    let key = Key(encoding: encoding, text: Array(text.utf8))
    if let former = traces.updateValue(trace, forKey: key) {
      bytes -= former.byteCount
      order.removeAll { $0 == key }
    }
    order.append(key)
    bytes += trace.byteCount
    while bytes > limitBytes, order.count > 1 {
      bytes -= traces.removeValue(forKey: order.removeFirst())?.byteCount ?? 0
    }
  }
}

extension Trace {
  fileprivate var byteCount: Int {
    let numbers = hiddenStates.values.reduce(0) { $0 + $1.rows * $1.columns }
    return (attentions.reduce(numbers) { $0 + $1.rows * $1.columns }) * MemoryLayout<Float>.size
  }
}
