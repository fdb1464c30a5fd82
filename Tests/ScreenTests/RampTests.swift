import Testing

@testable import Screen

struct RampTests {
  private static let positions = (0...255).map { Float($0) / 255 }

  private static let sequential = RampCurve.allCases.filter { $0.ramp == .sequential }
  private static let diverging = RampCurve.allCases.filter { $0.ramp == .diverging }

  @Test(arguments: sequential)
  func lightnessRisesAlongASequentialRamp(curve: RampCurve) {
    let lightness = Self.positions.map { OKLab(curve.color(at: $0)).lightness }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 + 0.002 })
    #expect(lightness[0] < 0.3 && lightness[255] > 0.9)
  }

  @Test(arguments: diverging)
  func lightnessOfADivergingRampPeaksInItsMiddle(curve: RampCurve) {
    let lightness = Self.positions.map { OKLab(curve.color(at: $0)).lightness }
    for index in 0..<127 {
      #expect(lightness[index] < lightness[index + 1] + 0.002)
      #expect(abs(lightness[index] - lightness[255 - index]) < 0.01)
    }
  }

  @Test(arguments: RampCurve.allCases)
  func equalStepsLookEquallyFarApart(curve: RampCurve) {
    // Steps of 8/255, so that rounding to eight bits is small against a step.
    let colors = stride(from: 0, through: 255, by: 8).map { OKLab(curve.color(at: Float($0) / 255)) }
    let steps = zip(colors, colors.dropFirst()).map { $0.distance(to: $1) }
    let mean = steps.reduce(0, +) / Float(steps.count)
    // The step across the middle of a diverging ramp turns round a corner.
    for step in steps { #expect(step > 0.8 * mean && step < 1.2 * mean) }
  }

  @Test(arguments: RampCurve.allCases)
  func everyColourExists(curve: RampCurve) {
    for position in Self.positions { #expect(curve.curve(position).isDisplayable, "\(position)") }
  }

  @Test(arguments: sequential)
  func quantisingKeepsTheOrderOfLightness(curve: RampCurve) {
    for depth in [ColorDepth.sixteen, .twoFiftySix] {
      let lightness = Self.positions.compactMap { position -> Float? in
        guard case .indexed(let index) = curve.color(at: position, depth: depth) else { return nil }
        return OKLab(TerminalPalette.color(index)).lightness
      }
      #expect(lightness.count == 256)
      // The cube has few colours: a step back may be no larger than its rounding.
      #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $1 > $0 - 0.06 }, "\(depth)")
      #expect(Set(lightness).count >= (depth == .sixteen ? 4 : 14))
    }
  }

  @Test(arguments: RampCurve.allCases, ColorBlindness.allCases)
  func colourBlindEyesSeeTheOrder(curve: RampCurve, eyes: ColorBlindness) {
    let seen = stride(from: 0, through: 255, by: 15).map {
      OKLab(eyes.sees(curve.color(at: Float($0) / 255)))
    }
    switch curve.ramp {
    case .sequential:
      for (one, next) in zip(seen, seen.dropFirst()) { #expect(next.lightness > one.lightness + 0.02) }
    case .diverging:
      let count = seen.count
      for index in 0..<5 {
        // The sides part as the positions go away from the middle.
        let needed = 0.12 * Float(count / 2 - index) / Float(count / 2)
        #expect(seen[index].distance(to: seen[count - 1 - index]) > needed, "\(eyes), \(index)")
        #expect(seen[index].lightness < seen[index + 1].lightness + 0.01)
      }
    }
  }

  @Test(arguments: RampCurve.allCases, [ColorDepth.sixteen, .twoFiftySix, .direct])
  func textUponARampCanBeRead(curve: RampCurve, depth: ColorDepth) throws {
    func rgb(_ color: TerminalColor) -> RGB {
      switch color {
      case .direct(let color): color
      case .indexed(let index): TerminalPalette.color(index)
      }
    }
    for position in Self.positions {
      let background = try #require(curve.color(at: position, depth: depth))
      let text = try #require(curve.contrastingColor(at: position, depth: depth))
      #expect(rgb(background).contrast(to: rgb(text)) >= 4.5)
    }
  }

  @Test func everyRampHasAUsualCurveOfItsKind() {
    for ramp in Ramp.allCases { #expect(ramp.usualCurve.ramp == ramp) }
  }

  @Test func positionsOutsideAreTheEnds() {
    #expect(RampCurve.blueTealYellow.color(at: -3) == RampCurve.blueTealYellow.color(at: 0))
    #expect(RampCurve.blueTealYellow.color(at: .infinity) == RampCurve.blueTealYellow.color(at: 1))
    #expect(RampColor.ramp(.diverging, .nan) == .ramp(.diverging, 0))
    #expect(
      Ramp.densityGlyph(at: 0) == " " && Ramp.densityGlyph(at: 1) == "█" && Ramp.densityGlyph(at: .nan) == " "
    )
    #expect(RampCurve.blueTealYellow.color(at: 0.5, depth: .none) == nil)
  }

  @Test func coloursOfThePaletteAreTheirOwnNearest() {
    for index in UInt8(16)...255 {
      let nearest = TerminalPalette.nearest(to: TerminalPalette.color(index))
      #expect(TerminalPalette.color(nearest) == TerminalPalette.color(index))
    }
    #expect(RGB(red: 1, green: 16, blue: 255).description == "#0110ff")
  }
}
