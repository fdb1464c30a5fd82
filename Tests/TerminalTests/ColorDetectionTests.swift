import Screen
import Terminal
import Testing

struct ColorDetectionTests {
  private static let plain = ColorCapabilities(colors: 0, isDirect: false)
  private static let eight = ColorCapabilities(colors: 8, isDirect: false)
  private static let many = ColorCapabilities(colors: 256, isDirect: false)
  private static let direct = ColorCapabilities(colors: 1 << 24, isDirect: true)

  @Test(arguments: [
    (plain, [:], ColorDepth.none), (eight, [:], .sixteen), (many, [:], .twoFiftySix), (direct, [:], .direct),
    (many, ["COLORTERM": "truecolor"], .twoFiftySix), (eight, ["COLORTERM": "24bit"], .twoFiftySix),
    (eight, ["COLORTERM": "yes"], .sixteen), (direct, ["COLORTERM": ""], .direct),
    (direct, ["NO_COLOR": "1"], ColorDepth.none), (many, ["NO_COLOR": ""], .twoFiftySix),
    (many, ["NO_COLOR": "1", "COLORTERM": "truecolor"], ColorDepth.none),
    (ColorCapabilities(colors: 16, isDirect: false), [:], .sixteen),
    (ColorCapabilities(colors: 1 << 24, isDirect: false), [:], .twoFiftySix),
  ])
  func theDepthFollowsTheEnvironmentAndTheDescription(
    capabilities: ColorCapabilities, environment: [String: String], depth: ColorDepth
  ) {
    #expect(
      ColorDetection.wantedDepth(.automatic, environment: environment, capabilities: capabilities) == depth)
  }

  @Test func anOptionWinsOverTheEnvironment() {
    let found = ColorDetection.wantedDepth(
      .fixed(.sixteen), environment: ["NO_COLOR": "1"], capabilities: Self.many)
    #expect(found == .sixteen)
  }
}
