internal import CKernels

/// An instruction set that kernels exist for.
public enum InstructionSet: String, CaseIterable, Sendable {
  case scalar, avx2, avx512, neon
}

/// The arithmetic kernels of one instruction set: a value, chosen once and handed to whoever computes.
///
/// Results are the same bits from run to run and for any number of threads on one instruction set; between
/// instruction sets they differ by rounding. The bounds stand in `kernels.h`.
@safe
public struct KernelSet: Hashable, CustomStringConvertible, @unchecked Sendable {
  // Sendable: the table is a constant of the C module, which nobody writes.
  let table: UnsafePointer<kn_kernels>

  /// The instruction set that these kernels are written for.
  public let instructionSet: InstructionSet

  /// The kernels for an instruction set, or nil where this machine lacks it.
  public init?(_ set: InstructionSet) {
    guard let table = unsafe kn_kernels_for(set.code) else { return nil }
    unsafe self.table = unsafe table
    instructionSet = set
  }

  /// The sets that this machine can run: scalar first, the fastest last.
  public static let supported: [KernelSet] = [.scalar, .neon, .avx2, .avx512].compactMap { KernelSet($0) }

  /// The fastest set that this machine can run.
  public static let best: KernelSet = {
    guard let best = supported.last else { preconditionFailure("no scalar kernels") }
    return best
  }()

  public var description: String { instructionSet.rawValue }

  public static func == (a: KernelSet, b: KernelSet) -> Bool { a.instructionSet == b.instructionSet }

  public func hash(into hasher: inout Hasher) { hasher.combine(instructionSet) }
}

extension InstructionSet {
  var code: kn_isa {
    switch self {
    case .scalar: KN_ISA_SCALAR
    case .avx2: KN_ISA_AVX2
    case .avx512: KN_ISA_AVX512
    case .neon: KN_ISA_NEON
    }
  }
}
