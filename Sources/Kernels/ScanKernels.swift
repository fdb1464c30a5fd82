internal import CKernels

/// The kernels that search coded rows, for one kind of processor.
///
/// Finer than `KernelSet`: instructions for bytes and for counting bits are not implied by an instruction set. All of
/// them find the same rows; what they sum are whole numbers.
@safe
public struct ScanKernels: Hashable, CustomStringConvertible, @unchecked Sendable {
  // Sendable: the table is a constant of the C module, which nobody writes.
  let table: UnsafePointer<kn_scan>

  public let description: String

  /// The fastest that this machine has of an instruction set.
  public init(_ kernels: KernelSet) {
    guard let best = Self.variants(kernels.instructionSet).last ?? Self.variants(.scalar).last else {
      preconditionFailure("no scalar kernels")
    }
    self = best
  }

  /// All that this machine can run: scalar first, the fastest last.
  public static let supported: [ScanKernels] = [.scalar, .neon, .avx2, .avx512].flatMap { variants($0) }

  private init(_ table: UnsafePointer<kn_scan>) {
    unsafe self.table = unsafe table
    description = unsafe String(cString: table.pointee.name)
  }

  private static func variants(_ set: InstructionSet) -> [ScanKernels] {
    (0..<Int32(KN_SCAN_VARIANTS)).compactMap { variant in
      unsafe kn_scan_for(set.code, variant).map { unsafe ScanKernels($0) }
    }
  }

  public static func == (a: ScanKernels, b: ScanKernels) -> Bool { a.description == b.description }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
