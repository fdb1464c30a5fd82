import Testing

@testable import Screen

struct RampTests {
  private static let positions = (0...255).map { Float($0) / 255 }

  @Test func lightnessRisesAlongTheSequentialRamp() {
    let lightness = Self.positions.map { OKLab(Ramp.sequential.color(at: $0)).lightness }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 + 0.002 })
    #expect(lightness[0] < 0.3 && lightness[255] > 0.9)
  }

  @Test func lightnessOfTheDivergingRampPeaksInItsMiddle() {
    let lightness = Self.positions.map { OKLab(Ramp.diverging.color(at: $0)).lightness }
    for index in 0..<127 {
      #expect(lightness[index] < lightness[index + 1] + 0.002)
      #expect(abs(lightness[index] - lightness[255 - index]) < 0.01)
    }
  }

  @Test(arguments: Ramp.allCases)
  func equalStepsLookEquallyFarApart(ramp: Ramp) {
    // Steps of 8/255, so that rounding to eight bits is small against a step.
    let colors = stride(from: 0, through: 255, by: 8).map { OKLab(ramp.color(at: Float($0) / 255)) }
    let steps = zip(colors, colors.dropFirst()).map { $0.distance(to: $1) }
    let mean = steps.reduce(0, +) / Float(steps.count)
    // The step across the middle of the diverging ramp turns round a corner.
    for step in steps { #expect(step > 0.8 * mean && step < 1.2 * mean) }
  }

  @Test(arguments: Ramp.allCases)
  func everyColourExists(ramp: Ramp) {
    for position in Self.positions { #expect(ramp.curve(position).isDisplayable, "\(position)") }
  }

  @Test func quantisingKeepsTheOrderOfLightness() {
    for depth in [ColorDepth.sixteen, .twoFiftySix] {
      let lightness = Self.positions.compactMap { position -> Float? in
        guard case .indexed(let index) = Ramp.sequential.color(at: position, depth: depth) else { return nil }
        return OKLab(TerminalPalette.color(index)).lightness
      }
      #expect(lightness.count == 256)
      // The cube has few colours: a step back may be no larger than its rounding.
      #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $1 > $0 - 0.06 }, "\(depth)")
      #expect(Set(lightness).count >= (depth == .sixteen ? 5 : 14))
    }
  }

  @Test(arguments: Ramp.allCases, [ColorDepth.sixteen, .twoFiftySix, .direct])
  func textUponARampCanBeRead(ramp: Ramp, depth: ColorDepth) throws {
    func lightness(_ color: TerminalColor) -> Float {
      switch color {
      case .direct(let color): OKLab(color).lightness
      case .indexed(let index): OKLab(TerminalPalette.color(index)).lightness
      }
    }
    for position in Self.positions {
      let background = try #require(ramp.color(at: position, depth: depth))
      let text = try #require(ramp.contrastingColor(at: position, depth: depth))
      #expect(abs(lightness(background) - lightness(text)) > 0.35)
    }
  }

  @Test func positionsOutsideAreTheEnds() {
    #expect(Ramp.sequential.color(at: -3) == Ramp.sequential.color(at: 0))
    #expect(Ramp.sequential.color(at: .infinity) == Ramp.sequential.color(at: 1))
    #expect(RampColor.ramp(.diverging, .nan) == .ramp(.diverging, 0))
    #expect(
      Ramp.densityGlyph(at: 0) == " " && Ramp.densityGlyph(at: 1) == "█" && Ramp.densityGlyph(at: .nan) == " "
    )
    #expect(Ramp.sequential.color(at: 0.5, depth: .none) == nil)
  }

  @Test func coloursOfThePaletteAreTheirOwnNearest() {
    for index in UInt8(16)...255 {
      let nearest = TerminalPalette.nearest(to: TerminalPalette.color(index))
      #expect(TerminalPalette.color(nearest) == TerminalPalette.color(index))
    }
    #expect(RGB(red: 1, green: 16, blue: 255).description == "#0110ff")
  }
}
