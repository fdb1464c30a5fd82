internal import CKernels
public import Recipes

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

  /// What they use besides, for products in bf16 and int8: `bf16`, `vnni`, `dot`; f32 is the same without.
  public let extensions: [String]

  private init?(_ set: InstructionSet, _ code: kn_isa, _ extensions: [String]) {
    guard let table = unsafe kn_kernels_for(code) else { return nil }
    unsafe self.table = unsafe table
    instructionSet = set
    self.extensions = extensions
  }

  /// The kernels for an instruction set with all extensions of this machine, or nil where it lacks the set.
  public init?(_ set: InstructionSet) {
    guard let best = Self.variants.last(where: { $0.instructionSet == set }) else { return nil }
    self = best
  }

  /// Every instruction set that this machine can run, with and without extensions: scalar first, the fastest last.
  public static let variants: [KernelSet] = [
    KernelSet(.scalar, KN_ISA_SCALAR, []),
    KernelSet(.neon, KN_ISA_NEON, []),
    KernelSet(.neon, KN_ISA_NEON_DOT, ["dot"]),
    KernelSet(.avx2, KN_ISA_AVX2, []),
    KernelSet(.avx2, KN_ISA_AVX2_VNNI, ["vnni"]),
    KernelSet(.avx512, KN_ISA_AVX512, []),
    KernelSet(.avx512, KN_ISA_AVX512_VNNI, ["vnni"]),
    KernelSet(.avx512, KN_ISA_AVX512_BF16, ["vnni", "bf16"]),
  ].compactMap { $0 }

  /// The sets that this machine can run, each with all its extensions: scalar first, the fastest last.
  public static let supported: [KernelSet] = [.scalar, .neon, .avx2, .avx512].compactMap { KernelSet($0) }

  /// The fastest set that this machine can run.
  public static let best: KernelSet = {
    guard let best = supported.last else { preconditionFailure("no scalar kernels") }
    return best
  }()

  /// The set and its extensions: `avx512+vnni+bf16`.
  public var description: String { ([instructionSet.rawValue] + extensions).joined(separator: "+") }

  /// Whether products of this precision are faster than those of f32, rather than a way to compute the same.
  public func accelerates(_ precision: Precision) -> Bool { unsafe table.pointee.speedup(precision) > 1.5 }

  public static func == (a: KernelSet, b: KernelSet) -> Bool { unsafe a.table == b.table }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension InstructionSet {
  /// The set without extensions.
  var code: kn_isa {
    switch self {
    case .scalar: KN_ISA_SCALAR
    case .avx2: KN_ISA_AVX2
    case .avx512: KN_ISA_AVX512
    case .neon: KN_ISA_NEON
    }
  }
}

extension Precision {
  var operands: kn_operands {
    switch self {
    case .f32: KN_OPERANDS_F32
    case .bf16: KN_OPERANDS_BF16
    case .int8: KN_OPERANDS_INT8
    }
  }
}

extension kn_kernels {
  /// How much faster than in f32 a product is, by order of magnitude.
  func speedup(_ precision: Precision) -> Double {
    switch precision {
    case .f32: speedup.0
    case .bf16: speedup.1
    case .int8: speedup.2
    }
  }
}
