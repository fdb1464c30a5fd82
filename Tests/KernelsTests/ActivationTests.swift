import Foundation
import Kernels
import Testing

@Suite struct ActivationTests {
  /// A dense walk through the interesting range, and the magnitudes beyond it.
  static let inputs: [Float] =
    stride(from: Float(-12), through: 12, by: 1 / 512).map { $0 }
    + (-149...127).flatMap { exponent -> [Float] in
      let magnitude = Float(sign: .plus, exponent: exponent, significand: 1)
      return [magnitude, -magnitude]
    }

  @Test(arguments: KernelSet.supported, Activation.allCases)
  func functionsAgreeWithDoublePrecision(kernels: KernelSet, activation: Activation) {
    let found = applied(activation, to: Self.inputs, kernels)
    let wrong = zip(Self.inputs, found).filter { x, y in
      // Six roundings of a factor of at most one, times x where the function has that factor.
      let scale: Double = activation == .tanh || activation == .sigmoid ? 1 : max(abs(Double(x)), 0x1p-100)
      return !(abs(Double(y) - expected(activation, Double(x))) <= 6 * roundoff * scale)
    }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: KernelSet.supported, Activation.allCases)
  func specialValues(kernels: KernelSet, activation: Activation) {
    let found = applied(activation, to: [.nan, .infinity, 0], kernels)
    #expect(found[0].isNaN)
    #expect(found[1] == (activation == .tanh || activation == .sigmoid ? 1 : .infinity))
    #expect(found[2] == (activation == .sigmoid ? 0.5 : 0))
  }

  @Test(arguments: KernelSet.supported, Activation.allCases)
  func tailsGetTheSameBits(kernels: KernelSet, activation: Activation) {
    let inputs = randomValues(70, seed: 3, in: -4...4)
    let whole = applied(activation, to: inputs, kernels)
    for count in 1..<70 {
      #expect(applied(activation, to: Array(inputs.suffix(count)), kernels) == Array(whole.suffix(count)))
    }
  }

  private func applied(_ activation: Activation, to inputs: [Float], _ kernels: KernelSet) -> [Float] {
    let matrix = Matrix(rows: 1, columns: inputs.count, values: inputs)
    kernels.activate(matrix, activation)
    return matrix.values
  }

  private func expected(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu: max(x, 0)
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .silu: x / (1 + exp(-x))
    }
  }
}
