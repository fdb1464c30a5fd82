import ArgumentParser
import Foundation
import JSONText

/// `bench`: this machine's figures.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure this machine.",
    subcommands: [
      BenchEncodeCommand.self, BenchSearchCommand.self, BenchKeysCommand.self, BenchViewsCommand.self,
    ],
    defaultSubcommand: BenchEncodeCommand.self)
}

/// Times of one thing, repeated.
struct Timings {
  private(set) var milliseconds: [Double] = []

  mutating func add(_ duration: Duration) { milliseconds.append(duration.milliseconds) }

  /// Measures a piece of work.
  mutating func measure<Result>(_ work: () async throws -> Result) async rethrows -> Result {
    let start = ContinuousClock.now
    let result = try await work()
    add(ContinuousClock.now - start)
    return result
  }

  /// Measures a piece of work that waits for nothing.
  mutating func measure<Result>(_ work: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try work()
    add(ContinuousClock.now - start)
    return result
  }

  /// The value below which a share of the times lies (nearest rank); 0 without times.
  func percentile(_ share: Double) -> Double {
    let sorted = milliseconds.sorted()
    guard !sorted.isEmpty else { return 0 }
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(rank, 0), sorted.count - 1)]
  }

  var median: Double { percentile(0.5) }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
  }
}

/// Figures for a person or a script, in order.
struct BenchReport {
  private var rows: [(name: String, value: JSONValue, unit: String)] = []

  mutating func add(_ name: String, _ value: Double, _ unit: String) {
    // Three digits behind the point, or six significant ones where that is more.
    let rounded = abs(value) < 10 ? (value * 1e6).rounded() / 1e6 : (value * 1000).rounded() / 1000
    rows.append((name, .float(Float(rounded)), unit))
  }

  mutating func add(_ name: String, _ value: Int, _ unit: String) {
    rows.append((name, .integer(value), unit))
  }

  mutating func add(_ name: String, _ value: String) { rows.append((name, .string(value), "")) }

  func print(json: Bool) throws {
    let output = try Output(path: nil)
    if json {
      let members = rows.map { row -> (String, JSONValue) in
        let name = row.name.replacingOccurrences(of: " ", with: "_")
        let unit = row.unit.replacingOccurrences(of: "/", with: "_per_").replacingOccurrences(
          of: "%", with: "percent")
        return (unit.isEmpty ? name : "\(name)_\(unit)", row.value)
      }
      try output.writeLine(JSONValue.object(JSONObject(members)).text)
    } else {
      let width = rows.map(\.name.count).max() ?? 0
      for row in rows {
        let value: String
        if case .string(let text) = row.value { value = text } else { value = row.value.text }
        let name = row.name + String(repeating: " ", count: width - row.name.count)
        try output.writeLine("\(name)  \(value) \(row.unit)")
      }
    }
    try output.finish()
  }
}
