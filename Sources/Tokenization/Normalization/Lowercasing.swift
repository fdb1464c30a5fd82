extension NormalizedText {
  /// Lower-cases scalar by scalar: a final sigma is not special, and İ becomes two scalars.
  mutating func lowercase() {
    var expands = false
    for index in scalars.indices {
      let value = scalars[index].value
      if value < 0x80 {
        if value &- 0x41 < 26 { setScalar(Unicode.Scalar(UInt8(value + 32)), at: index) }
      } else if ScalarClass.of(scalars[index]).contains(.lowercasable) {
        let mapping = scalars[index].properties.lowercaseMapping.unicodeScalars
        if mapping.count == 1, let lower = mapping.first {
          setScalar(lower, at: index)
        } else {
          expands = true
        }
      }
    }
    guard expands else { return }
    expand(where: { $0.value >= 0x80 && ScalarClass.of($0).contains(.lowercasable) }) { scalar, append in
      for lower in scalar.properties.lowercaseMapping.unicodeScalars { append(lower) }
    }
  }
}
