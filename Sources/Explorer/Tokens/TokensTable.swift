import Recipes
import Screen

extension State {
  /// Every token with its share; while the cursor is in the matrix every pair of tokens.
  var tokensTable: ViewTable? {
    guard let shown = tokens.shown else { return nil }
    return tokensPanel == .matrix ? shown.pairTable : shown.tokenTable
  }
}

extension ShownExplanation {
  private typealias Column = ViewTable.Column

  private var facts: [(name: String, value: ViewTable.Value)] {
    var facts: [(name: String, value: ViewTable.Value)] = [("metric", .text(source.metric.rawValue))]
    if source.document != nil {
      facts += [("score", .number(Double(source.score))), ("method", .text(source.method.sentence))]
    }
    for side in TokensState.Side.allCases {
      guard let part = self.side(side), let tokens = tokens(side) else { continue }
      let name = side == .query ? "query" : "text"
      facts += [
        ("\(name) tokens", .whole(part.totalCount)),
        ("\(name) limit", part.limit == Encoding.unlimited ? .missing : .whole(part.limit)),
        ("\(name) cut off", .text(part.droppedText.isEmpty ? "nothing" : part.droppedText)),
      ]
      guard tokens.hasShares else { continue }
      facts += [
        ("\(name) sum of shares", .number(tokens.sum)), ("\(name) bias", .number(Double(part.bias))),
        ("\(name) residual", .number(Double(part.residual))),
      ]
    }
    return facts + source.notes.map { ("note", .text($0)) }
  }

  fileprivate var tokenTable: ViewTable {
    let columns = [
      Column("of"), Column("place"), Column("token"), Column("id"), Column("special"),
      Column("unknown"), Column("prompt"), Column("pooled"), Column("attended", spoken: "attended to"),
      Column("share"), Column("nearest_token", spoken: "nearest token of the other"),
      Column("nearest_similarity", spoken: "its similarity"),
    ]
    var rows: [[ViewTable.Value]] = []
    for side in TokensState.Side.allCases {
      for (index, token) in (self.side(side)?.tokens ?? []).enumerated() {
        let nearest = nearest(side, index)
        rows.append([
          .text(side == .query ? "query" : "text"), .whole(index + 1), .text(token.text), .whole(token.id),
          .flag(token.isSpecial), .flag(token.isUnknown), .flag(token.isPrompt), .flag(token.isPooled),
          .flag(token.isAttended), token.share.map { .number(Double($0)) } ?? .missing,
          nearest.map { .text($0.text) } ?? .missing,
          nearest.map { .number(Double($0.similarity)) } ?? .missing,
        ])
      }
    }
    return ViewTable(
      title: "What the model saw, and each token's share of the score", facts: facts, columns: columns,
      rows: rows)
  }

  /// The token of the other text whose state is nearest.
  private func nearest(_ side: TokensState.Side, _ index: Int) -> (text: String, similarity: Float)? {
    guard let document = source.document else { return nil }
    let count = document.tokens.count
    let others = side == .query ? document.tokens : source.query.tokens
    let values = others.indices.map { other in
      source.similarities[side == .query ? index * count + other : other * count + index]
    }
    guard let best = values.indices.filter({ values[$0].isFinite }).max(by: { values[$0] < values[$1] })
    else { return nil }
    return (others[best].text, values[best])
  }

  fileprivate var pairTable: ViewTable {
    let columns = [
      Column("query_place", spoken: "place in the query"), Column("query_token", spoken: "query token"),
      Column("text_place", spoken: "place in the text"), Column("text_token", spoken: "text token"),
      Column("similarity"), Column("contribution"),
    ]
    let others = source.document?.tokens ?? []
    var rows: [[ViewTable.Value]] = []
    for (row, token) in source.query.tokens.enumerated() {
      for (column, other) in others.enumerated() {
        let pair = row * others.count + column
        rows.append([
          .whole(row + 1), .text(token.text), .whole(column + 1), .text(other.text),
          .number(Double(source.similarities[pair])),
          source.contributions.map { .number(Double($0[pair])) } ?? .missing,
        ])
      }
    }
    return ViewTable(
      title: "The query's tokens against the text's tokens", facts: facts, columns: columns, rows: rows)
  }
}
