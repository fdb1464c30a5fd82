import Foundation
public import Testing

/// A model folder of which some files are damaged.
public struct FuzzCase: Sendable, CustomTestStringConvertible {
  /// Decides, with the run's name, everything about the case.
  public let number: Int
  public let model: String
  public let folder: String
  public let damaged: [String]

  public var testDescription: String { "case \(number), \(model): \(damaged.joined(separator: ", "))" }
}

/// What became of a damaged model.
public enum FuzzOutcome: Sendable {
  /// It was refused with a reason.
  case refused
  /// It works, be it as another model.
  case works
}

/// Seeded damage to the tiny models, case by case, for a reader that must refuse it or work.
///
/// A run has as many cases as the test says. With `VECSCOPE_FUZZ_SECONDS` in the environment it goes on for that long,
/// prints how far it is, and begins at case `VECSCOPE_FUZZ_FROM`. The number of the case at hand stands in
/// `vecscope-fuzz-<name>` in the folder of temporary files, for a case that ends the process: with
/// `VECSCOPE_FUZZ_FROM` the same case comes first, and `VECSCOPE_FUZZ_KEEP` names a folder that keeps the model.
public struct FuzzRun {
  private static let secondsAtMost = 20.0
  private static let bytesAtMost = 1 << 30
  /// A case that takes so long ends the process.
  private static let deadlineSeconds: UInt32 = 120

  private let name: String
  private let count: Int
  private let models: [Model]
  private let donors: [String: [[UInt8]]]
  private let root: TemporaryFolder

  private struct Model {
    var name: String
    /// The files that may be damaged, by path inside the folder, in order.
    var files: [(name: String, bytes: [UInt8])]
  }

  /// - Parameters:
  ///   - name: tells runs apart, and decides their damage.
  ///   - count: how many cases there are.
  ///   - prepares: adds files to a copy of a model's folder.
  ///   - damages: whether a file may be damaged, by path inside the model's folder.
  /// - Throws: what `prepares` throws, and the reason why the models cannot be copied.
  public init(
    _ name: String, count: Int, prepares: (_ folder: String) throws -> Void = { _ in },
    damages: (String) -> Bool
  ) throws {
    self.name = name
    self.count = count
    root = try TemporaryFolder()
    var models: [Model] = []
    var donors: [String: [[UInt8]]] = [:]
    for golden in GoldenModel.all {
      let folder = root.path + "/" + golden.model
      try FileManager.default.copyItem(atPath: golden.path, toPath: folder)
      for file in ["golden.json", "golden_states.safetensors"] {
        try FileManager.default.removeItem(atPath: folder + "/" + file)  // No part of the model.
      }
      try prepares(folder)
      var files: [(String, [UInt8])] = []
      for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() where damages(file) {
        guard let bytes = try Self.contents(folder + "/" + file) else { continue }
        files.append((file, bytes))
        donors[Self.kind(file), default: []].append(bytes)
      }
      if !files.isEmpty { models.append(Model(name: golden.model, files: files)) }
    }
    self.models = models
    self.donors = donors
  }

  /// Nil for a folder.
  private static func contents(_ path: String) throws -> [UInt8]? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      return nil
    }
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Files of one kind give each other parts.
  private static func kind(_ file: String) -> String {
    file.split(separator: "/").last.map(String.init) ?? file
  }

  /// Runs `body` for each case; a run of its own, by `VECSCOPE_FUZZ_SECONDS`, also watches clock and memory.
  public func forEachCase(
    isolation: isolated (any Actor)? = #isolation, _ body: (FuzzCase) async throws -> FuzzOutcome
  ) async throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["VECSCOPE_FUZZ_SECONDS"].flatMap(Double.init)
    let first = environment["VECSCOPE_FUZZ_FROM"].flatMap(Int.init) ?? 0
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("vecscope-fuzz-\(name)")
    let start = ContinuousClock.now
    var (number, working, slowest) = (first, 0, 0.0)
    while seconds.map({ start.elapsedSeconds < $0 }) ?? (number < first + count) {
      try Data("\(number)\n".utf8).write(to: place)
      let (outcome, time) = try await run(
        number, isAlone: seconds != nil, keptIn: environment["VECSCOPE_FUZZ_KEEP"], body)
      if outcome == .works { working += 1 }
      slowest = max(slowest, time)
      number += 1
      await Task.yield()  // Cases that never wait would keep other tests waiting.
      if seconds != nil, number % 2000 == 0 {
        print(
          "\(name): \(number) cases, \(working) work, slowest \(slowest) s, peak \(Self.peakBytes >> 20) MiB")
      }
    }
    #expect(working > 0 && working < number - first, "damage must neither always nor never matter")
    if seconds != nil {
      print(
        "\(name): \(number - first) cases, \(working) work, slowest \(slowest) s, peak \(Self.peakBytes >> 20) MiB"
      )
    }
    try FileManager.default.removeItem(at: place)
  }

  private func run(
    isolation: isolated (any Actor)? = #isolation, _ number: Int, isAlone: Bool, keptIn kept: String?,
    _ body: (FuzzCase) async throws -> FuzzOutcome
  ) async throws -> (FuzzOutcome, seconds: Double) {
    var seed = SeededGenerator(
      seed: name.utf8.reduce(UInt64(number)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    var mutator = Mutator(SeededGenerator(seed: seed.next()))
    let model = models[mutator.number(below: models.count)]
    let damaged = damage(model, &mutator)
    for (file, bytes) in damaged { _ = try root.write(bytes, to: model.name + "/" + file) }
    defer { restore(model, damaged) }
    let folder = root.path + "/" + model.name
    let fuzzCase = FuzzCase(
      number: number, model: model.name, folder: folder, damaged: damaged.keys.sorted())
    if let kept { try FileManager.default.copyItem(atPath: folder, toPath: kept + "/\(name)-\(number)") }
    let (start, peak) = (ContinuousClock.now, Self.peakBytes)
    if isAlone { alarm(Self.deadlineSeconds) }
    defer { if isAlone { alarm(0) } }
    let outcome = try await body(fuzzCase)
    let seconds = start.elapsedSeconds
    // Among other tests, clock and memory tell about these.
    if isAlone {
      #expect(seconds < Self.secondsAtMost, "\(name) \(fuzzCase.testDescription)")
      #expect(Self.peakBytes - peak < Self.bytesAtMost, "\(name) \(fuzzCase.testDescription)")
    }
    return (outcome, seconds)
  }

  private func damage(_ model: Model, _ mutator: inout Mutator) -> [String: [UInt8]] {
    var damaged: [String: [UInt8]] = [:]
    for _ in 0..<mutator.element([1, 1, 1, 2, 3]) {
      let file = mutator.element(model.files)
      mutator.donors = donors[Self.kind(file.name)] ?? []
      damaged[file.name] = mutator.damaged(damaged[file.name] ?? file.bytes, named: file.name)
    }
    return damaged
  }

  private func restore(_ model: Model, _ damaged: [String: [UInt8]]) {
    do {
      for file in model.files where damaged[file.name] != nil {
        _ = try root.write(file.bytes, to: model.name + "/" + file.name)
      }
    } catch {
      Issue.record(error, "\(model.name) cannot be restored")
    }
  }

  /// The most memory that the process had so far.
  private static var peakBytes: Int {
    var usage = rusage()
    getrusage(0, &usage)  // RUSAGE_SELF, which is a number here and an enumeration there.
    #if canImport(Darwin)
      return usage.ru_maxrss
    #else
      return usage.ru_maxrss * 1024
    #endif
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double { (ContinuousClock.now - self) / .seconds(1) }
}
