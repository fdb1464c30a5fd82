import ArgumentParser
import Foundation
import Indexing
import JSONText
import Kernels
import Recipes
import Screen

/// An explanation in the forms that `explain` prints.
struct ExplanationReport {
  enum MatrixChoice: String, CaseIterable, ExpressibleByArgument {
    case similarities
    case contributions
    case none
  }

  private static let barColumns = 24
  private static let tokenColumns = 20

  private let explanation: Explanation

  init(_ explanation: Explanation) { self.explanation = explanation }

  /// Score and method, a table for each side, notes, a matrix.
  func text(_ matrix: MatrixChoice, depth: ColorDepth) -> String {
    var lines = ["score \(Self.number(explanation.score)) (\(metric))", method]
    for (name, side) in [("query", explanation.query), ("text", explanation.document)] {
      lines += [""] + table(name, side)
    }
    if !explanation.notes.isEmpty { lines += [""] + explanation.notes.map { "note: \($0)" } }
    return lines.joined(separator: "\n") + "\n" + heatmap(matrix, depth)
  }

  private var metric: String {
    explanation.metric.isDistance
      ? "the \(explanation.metric.rawValue) distance, negated: higher is nearer" : explanation.metric.rawValue
  }

  private var method: String {
    switch explanation.method {
    case .linear: "shares: exact, the score is their sum and the bias"
    case .leaveOneOut(let reason):
      "shares: what the score loses without the token (\(reason)); they need not add up"
    }
  }

  private func table(_ name: String, _ side: Explanation.Side) -> [String] {
    let largest = side.shares.map(abs).max() ?? 0
    var lines = ["\(name): \(side.string.flattenedForTSV)"]
    for (token, share) in zip(side.tokens, side.shares) {
      let text = token.text.flattenedForTSV.truncated(to: Self.tokenColumns).padded(to: Self.tokenColumns)
      guard token.hasShare else {
        lines.append("  \(Self.field("–"))  \(text)  \(marks(token))".trimmedAtEnd)
        continue
      }
      let bar = Bar.text(largest > 0 ? abs(share) / largest : 0, columns: Self.barColumns)
      lines.append(
        "  \(Self.field(Self.number(share)))  \(text)  \(share < 0 ? "-" : " ")\(bar)  \(marks(token))"
          .trimmedAtEnd)
    }
    if explanation.method == .linear { lines.append("  \(Self.field(Self.number(side.bias)))  bias") }
    lines.append("  \(Self.field(Self.small(side.residual)))  residual")
    if side.totalCount > side.tokens.count {
      lines.append(
        "  \(side.tokens.count) of \(side.totalCount) tokens; not seen:"
          + " \((side.droppedText ?? "").flattenedForTSV.truncated(to: 60))")
    }
    return lines
  }

  /// What is special about a token, in words.
  private func marks(_ token: Explanation.Token) -> String {
    var marks: [String] = []
    if token.isSpecial { marks.append("special") }
    if token.isPrompt { marks.append("prompt") }
    if token.isUnknown { marks.append("unknown") }
    switch token.use {
    case .pooled: break
    case .attended: marks.append("not pooled")
    case .neither: marks.append("not used")
    }
    return marks.joined(separator: ", ")
  }

  /// The text's tokens down, the query's across.
  private func heatmap(_ choice: MatrixChoice, _ depth: ColorDepth) -> String {
    let matrix: Matrix
    switch choice {
    case .none: return ""
    case .similarities: matrix = explanation.similarities
    case .contributions:
      guard let contributions = explanation.contributions else {
        return "\nno contributions of pairs: the score is no sum over tokens\n"
      }
      matrix = contributions
    }
    guard matrix.rows > 0, matrix.columns > 0 else { return "" }
    let rows = (0..<matrix.rows).map(matrix.row)
    let heatmap = Heatmap(
      rowLabels: explanation.document.tokens.prefix(matrix.columns).map(\.text.flattenedForTSV),
      columnLabels: explanation.query.tokens.prefix(matrix.rows).map(\.text.flattenedForTSV),
      values: (0..<matrix.columns).flatMap { column in rows.map { $0[column] } },
      ramp: choice == .contributions ? .diverging : .sequential, decimals: choice == .contributions ? 3 : 2)
    let size = Size(columns: min(200, max(60, 24 + matrix.rows * 8)), rows: matrix.columns + 2)
    let title =
      choice == .contributions
      ? "what each pair of tokens adds to the score" : "cosine of token vectors"
    let shown = heatmap.layout(in: Frame(size: size).bounds, hasColor: depth != .none).shownColumns.count
    let cut =
      shown < matrix.rows ? "; the first \(shown) of \(matrix.rows) query tokens, --format json has all" : ""
    return "\n\(title), the text's tokens down, the query's across\(cut)\n" + heatmap.text(size, depth)
  }

  private static func number(_ value: Float) -> String {
    // A rounding error below half a unit has no sign.
    abs(value) < 0.000_05 ? "0.0000" : String(format: "%+.4f", value)
  }

  /// A number that may be nothing but rounding error.
  private static func small(_ value: Float) -> String {
    value == 0 || abs(value) >= 0.000_05 ? number(value) : String(format: "%+.0e", value)
  }

  private static func field(_ number: String) -> String { number.padded(to: 9, alignment: .right) }

  var json: JSONValue {
    let reason: String? =
      if case .leaveOneOut(let reason) = explanation.method { reason } else { nil }
    return .object([
      "score": .float(explanation.score), "metric": .string(explanation.metric.rawValue),
      "method": .string(reason == nil ? "linear" : "leave-one-out"), "reason": .optional(reason),
      "query": json(explanation.query), "text": json(explanation.document),
      "similarities": json(explanation.similarities),
      "contributions": explanation.contributions.map(json) ?? .null,
      "bias_of_both": .float(explanation.biasOfBoth),
      "notes": .array(explanation.notes.map(JSONValue.string)),
    ])
  }

  private func json(_ matrix: Matrix) -> JSONValue {
    .array((0..<matrix.rows).map { .floats(matrix.row($0)) })
  }

  private func json(_ side: Explanation.Side) -> JSONValue {
    .object([
      "string": .string(side.string),
      "tokens": .array(zip(side.tokens, side.shares).map { json($0, share: $1) }),
      "bias": .float(side.bias), "residual": .float(side.residual),
      "limit": side.limit == Encoding.unlimited ? .null : .integer(side.limit),
      "total_count": .integer(side.totalCount), "dropped_text": .optional(side.droppedText),
    ])
  }

  private func json(_ token: Explanation.Token, share: Float) -> JSONValue {
    .object([
      "text": .string(token.text), "id": .integer(Int(token.id)),
      "offsets": .array([.integer(token.offsets.lowerBound), .integer(token.offsets.upperBound)]),
      "special": .bool(token.isSpecial), "unknown": .bool(token.isUnknown), "prompt": .bool(token.isPrompt),
      "use": .string(token.use.rawValue), "share": token.hasShare ? .float(share) : .null,
    ])
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
