public import ArgumentParser
public import Kernels

extension InstructionSet: ExpressibleByArgument {}

/// `auto` or one instruction set.
struct KernelsArgument: ExpressibleByArgument {
  static let allValueStrings = ["auto"] + InstructionSet.allCases.map(\.rawValue)

  var instructionSet: InstructionSet?

  var defaultValueDescription: String { instructionSet?.rawValue ?? "auto" }

  init(instructionSet: InstructionSet?) { self.instructionSet = instructionSet }

  init?(argument: String) {
    if argument == "auto" {
      instructionSet = nil
      return
    }
    guard let set = InstructionSet(rawValue: argument) else { return nil }
    instructionSet = set
  }
}

/// Which model, and how it is computed.
struct ModelOptions: ParsableArguments {
  @Option(help: "A model's folder, hub id or short name.")
  var model: String?

  @Option(help: "Threads for the encoder.")
  var threads: Int?

  @Option(help: "Instruction set of the arithmetic kernels.")
  var kernels = KernelsArgument(instructionSet: nil)

  @Flag(help: "Never touch the network.")
  var offline = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads) is out of range: 1 to 1024")
    }
    if let set = kernels.instructionSet, KernelSet(set) == nil {
      let names = KernelSet.supported.map(\.instructionSet.rawValue).joined(separator: ", ")
      throw ValidationError("--kernels \(set.rawValue): this machine has \(names)")
    }
  }

  var kernelSet: KernelSet { kernels.instructionSet.flatMap(KernelSet.init) ?? .best }
}
