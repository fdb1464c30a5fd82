extension Theme {
  /// The default theme: the terminal's own sixteen colours on its own background.
  ///
  /// It assumes neither a light nor a dark background: text is the terminal's own, colours are those that users
  /// choose to be readable, and what must stand out is reversed.
  public static let terminal = Theme(
    name: "terminal", about: "your terminal's own 16 colours on its own background",
    palette: [
      "red": .terminal(1), "green": .terminal(2), "yellow": .terminal(3), "blue": .terminal(4),
      "magenta": .terminal(5), "cyan": .terminal(6),
    ],
    styles: textStyles.merging(listStyles) { $1 }.merging(frameStyles) { $1 }.merging(plotStyles) { $1 })

  private static let textStyles: [StyleName: ThemeStyle] = [
    .text: ThemeStyle(),
    .textMuted: ThemeStyle(attributes: .dim),
    .textStrong: ThemeStyle(attributes: .bold),
    .textAccent: ThemeStyle("cyan", plain: .bold),
    .textError: ThemeStyle("red", attributes: .bold),
    .textWarning: ThemeStyle("yellow", attributes: .bold),
    .textSuccess: ThemeStyle("green"),
    .header: ThemeStyle(),
    .headerValue: ThemeStyle(attributes: .bold),
    .headerAssumed: ThemeStyle("yellow", plain: .underline),
    .headerOverridden: ThemeStyle("magenta", attributes: .bold, plain: [.bold, .underline]),
    .headerRemote: ThemeStyle("red", attributes: .reverse),
    .query: ThemeStyle(),
    .queryRole: ThemeStyle("cyan", attributes: .bold),
    .queryPrompt: ThemeStyle(attributes: .dim),
    .queryCaret: ThemeStyle(attributes: .reverse),
    .queryPlaceholder: ThemeStyle(attributes: .dim),
    .queryCounter: ThemeStyle(attributes: .dim),
    .queryCounterFull: ThemeStyle("red", attributes: .bold),
    .token: ThemeStyle(),
    .tokenSpecial: ThemeStyle(attributes: .dim),
    .tokenPrompt: ThemeStyle("cyan", attributes: .dim),
    .tokenUnknown: ThemeStyle("red", attributes: .underline),
    .tokenTruncated: ThemeStyle("red", attributes: [.dim, .strikethrough]),
    .tokenHighlighted: ThemeStyle(attributes: .reverse),
  ]

  private static let listStyles: [StyleName: ThemeStyle] = [
    .list: ThemeStyle(),
    .listRank: ThemeStyle(attributes: .dim),
    .listScore: ThemeStyle(attributes: .bold),
    .listPercentile: ThemeStyle(attributes: .dim),
    .listBar: ThemeStyle("cyan"),
    .listBarEmpty: ThemeStyle(attributes: .dim),
    .listLabel: ThemeStyle("magenta", plain: .dim),
    .listMatch: ThemeStyle("green", attributes: .underline),
    .listSelected: ThemeStyle(attributes: .reverse),
    .listMarked: ThemeStyle("yellow", attributes: .bold),
    .listStale: ThemeStyle(attributes: .dim),
    .listUp: ThemeStyle("green"),
    .listDown: ThemeStyle("red"),
    .listNew: ThemeStyle("yellow"),
  ]

  private static let frameStyles: [StyleName: ThemeStyle] = [
    .paneBorder: ThemeStyle(attributes: .dim),
    .paneBorderFocused: ThemeStyle("cyan", plain: .bold),
    .paneTitle: ThemeStyle(attributes: .dim),
    .paneTitleFocused: ThemeStyle("cyan", attributes: .bold),
    .popup: ThemeStyle(),
    .popupBorder: ThemeStyle("cyan"),
    .popupTitle: ThemeStyle("cyan", attributes: .bold),
    .popupFilter: ThemeStyle(attributes: .bold),
    .popupKey: ThemeStyle("yellow", plain: .bold),
    .popupHelp: ThemeStyle(attributes: .dim),
    .popupMatch: ThemeStyle("green", attributes: .underline),
    .popupSelected: ThemeStyle(attributes: .reverse),
    .popupDisabled: ThemeStyle(attributes: .dim),
    .hintKey: ThemeStyle("cyan", attributes: .bold),
    .hintText: ThemeStyle(),
    .hintDisabled: ThemeStyle(attributes: .dim),
    .status: ThemeStyle(attributes: .dim),
    .statusProgress: ThemeStyle("cyan"),
    .statusSuccess: ThemeStyle("green"),
    .statusWarning: ThemeStyle("yellow", attributes: .bold),
    .statusError: ThemeStyle("red", attributes: .bold),
    .helpHeading: ThemeStyle("cyan", attributes: .bold),
    .helpKey: ThemeStyle("yellow", plain: .bold),
    .helpText: ThemeStyle(),
    .progressBar: ThemeStyle("cyan"),
    .progressTrack: ThemeStyle(attributes: .dim),
  ]

  private static let plotStyles: [StyleName: ThemeStyle] = [
    .heatmapLabel: ThemeStyle(),
    .heatmapLabelSelected: ThemeStyle("cyan", attributes: .bold, plain: [.bold, .underline]),
    .heatmapCell: ThemeStyle(),
    .heatmapMissing: ThemeStyle(attributes: .dim),
    .heatmapCursor: ThemeStyle(attributes: [.bold, .reverse]),
    .heatmapLegend: ThemeStyle(attributes: .dim),
    .plotAxis: ThemeStyle(attributes: .dim),
    .plotLabel: ThemeStyle(),
    .plotPoint: ThemeStyle("cyan"),
    .plotSeries1: ThemeStyle("blue"),
    .plotSeries2: ThemeStyle("yellow"),
    .plotSeries3: ThemeStyle("cyan"),
    .plotSeries4: ThemeStyle("magenta"),
    .plotSeries5: ThemeStyle("green"),
    .plotSeries6: ThemeStyle("red"),
  ]
}
