/// What a piece of the screen is, not how it looks: a theme decides that.
///
/// The raw values are the names in theme files.
public enum StyleName: String, CaseIterable, Hashable, Sendable {
  case text
  case textMuted = "text.muted"
  case textStrong = "text.strong"
  case textAccent = "text.accent"
  case textError = "text.error"
  case textWarning = "text.warning"
  case textSuccess = "text.success"

  case header
  case headerValue = "header.value"
  case headerAssumed = "header.assumed"
  case headerOverridden = "header.overridden"
  case headerRemote = "header.remote"

  case query
  case queryRole = "query.role"
  case queryPrompt = "query.prompt"
  case queryCaret = "query.caret"
  case queryPlaceholder = "query.placeholder"
  case queryCounter = "query.counter"
  case queryCounterFull = "query.counter.full"

  case token
  case tokenSpecial = "token.special"
  case tokenPrompt = "token.prompt"
  case tokenUnknown = "token.unknown"
  case tokenTruncated = "token.truncated"
  case tokenHighlighted = "token.highlighted"

  case list
  case listRank = "list.rank"
  case listScore = "list.score"
  case listPercentile = "list.percentile"
  case listBar = "list.bar"
  case listBarEmpty = "list.bar.empty"
  case listLabel = "list.label"
  case listMatch = "list.match"
  case listSelected = "list.selected"
  case listMarked = "list.marked"
  case listStale = "list.stale"
  case listUp = "list.up"
  case listDown = "list.down"
  case listNew = "list.new"

  case paneBorder = "pane.border"
  case paneBorderFocused = "pane.border.focused"
  case paneTitle = "pane.title"
  case paneTitleFocused = "pane.title.focused"

  case popup
  case popupBorder = "popup.border"
  case popupTitle = "popup.title"
  case popupFilter = "popup.filter"
  case popupKey = "popup.key"
  case popupHelp = "popup.help"
  case popupMatch = "popup.match"
  case popupSelected = "popup.selected"
  case popupDisabled = "popup.disabled"

  case hintKey = "hint.key"
  case hintText = "hint.text"
  case hintDisabled = "hint.disabled"

  case status
  case statusProgress = "status.progress"
  case statusSuccess = "status.success"
  case statusWarning = "status.warning"
  case statusError = "status.error"

  case heatmapLabel = "heatmap.label"
  case heatmapLabelSelected = "heatmap.label.selected"
  case heatmapCell = "heatmap.cell"
  case heatmapMissing = "heatmap.missing"
  case heatmapCursor = "heatmap.cursor"
  case heatmapLegend = "heatmap.legend"

  case helpHeading = "help.heading"
  case helpKey = "help.key"
  case helpText = "help.text"

  case progressBar = "progress.bar"
  case progressTrack = "progress.track"

  case plotAxis = "plot.axis"
  case plotLabel = "plot.label"
  case plotPoint = "plot.point"
  case plotSeries1 = "plot.series.1"
  case plotSeries2 = "plot.series.2"
  case plotSeries3 = "plot.series.3"
  case plotSeries4 = "plot.series.4"
  case plotSeries5 = "plot.series.5"
  case plotSeries6 = "plot.series.6"
}
