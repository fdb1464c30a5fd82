import Checkpoints
import Encoders
import Foundation
import Kernels
import Recipes
import TestSupport
import Testing

@Suite struct PackedWeightsTests {
  private let model = SeededBERT(layers: 1)
  private let modelFolder: TemporaryFolder
  private let cache: TemporaryFolder

  init() throws { (modelFolder, cache) = (try TemporaryFolder(), try TemporaryFolder()) }

  @Test(arguments: Precision.allCases)
  func theSecondStartMapsWhatTheFirstOnePacked(precision: Precision) throws {
    let plain = try states(encoder(precision, cache: nil))
    #expect(try states(encoder(precision)) == plain)
    let file = try #require(files().first)
    let written = try attributes(file)
    #expect(try files().count == 1)
    #expect(try states(encoder(precision)) == plain)
    #expect(try attributes(file) == written)
  }

  @Test func precisionsAndModelsAreKeptApart() throws {
    for precision in Precision.allCases { _ = try encoder(precision) }
    _ = try Encoder(SeededBERT(layers: 2).open(in: TemporaryFolder()), cacheFolder: cache.path)
    #expect(try files().count == 4)
  }

  @Test func aDamagedFileIsPackedAnew() throws {
    let plain = try states(encoder(.int8, cache: nil))
    _ = try encoder(.int8)
    let file = try #require(files().first)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let places = [0, 8, 16, 24, 4096, bytes.count - 1]
    for place in places {
      var damaged = bytes
      damaged[place] ^= 0x41
      try Data(damaged).write(to: URL(fileURLWithPath: file))
      #expect(try states(encoder(.int8)) == plain, "byte \(place)")
      #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) == bytes, "byte \(place)")
    }
    for count in [0, 31, 4096, bytes.count - 1] {
      try Data(bytes.prefix(count)).write(to: URL(fileURLWithPath: file))
      #expect(try states(encoder(.int8)) == plain, "\(count) bytes")
    }
    try Data(bytes + [0]).write(to: URL(fileURLWithPath: file))
    #expect(try states(encoder(.int8)) == plain)
  }

  @Test func aFolderThatCannotBeWrittenCostsNothingButTime() throws {
    let plain = try states(encoder(.f32, cache: nil))
    let file = try cache.write([1], to: "file")
    #expect(try states(encoder(.f32, cache: file)) == plain)
    #expect(try states(encoder(.f32, cache: file + "/below")) == plain)
  }

  @Test func anEncoderThatCannotBeBuiltLeavesNoFile() throws {
    var damaged = model
    damaged.tensors["encoder.layer.0.output.LayerNorm.weight"] = nil
    #expect(throws: EncoderError.self) {
      try Encoder(damaged.open(in: modelFolder), cacheFolder: cache.path)
    }
    #expect(try files().isEmpty)
  }

  @Test func aFileThatIsCutWhileItIsUsedIsAnError() throws {
    _ = try encoder(.bf16)
    let encoder = try encoder(.bf16)
    let file = try #require(files().first)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    try handle.truncate(atOffset: 100)
    #expect(throws: EncoderError.packedWeightsChanged(file: file)) {
      try encoder.forward(TokenBatch(model.texts([4])), layers: [1], work: .inline)
    }
  }

  @Test func aFileThatIsRemovedGoesOnBeingUsed() throws {
    let plain = try states(encoder(.f32, cache: nil))
    _ = try encoder(.f32)
    let encoder = try encoder(.f32)
    try FileManager.default.removeItem(atPath: try #require(files().first))
    #expect(try states(encoder) == plain)
  }

  private func encoder(_ precision: Precision) throws -> Encoder {
    try encoder(precision, cache: cache.path)
  }

  private func encoder(_ precision: Precision, cache: String?) throws -> Encoder {
    try Encoder(model.open(in: modelFolder), precision: precision, cacheFolder: cache)
  }

  private func states(_ encoder: Encoder) throws -> [Float] {
    let batch = TokenBatch(model.texts([9, 3]))
    return try #require(
      try encoder.forward(batch, layers: [encoder.layers], work: .inline).hiddenStates[encoder.layers]
    ).values
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.path).sorted().map {
      cache.path + "/" + $0
    }
  }

  private func attributes(_ file: String) throws -> [Int] {
    var status = stat()
    #expect(stat(file, &status) == 0)
    return [Int(status.st_ino), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
  }
}
