import Recipes
import Screen
import Testing

@testable import Explorer

/// The small grammar of assertions, and what they say of a screen.
struct AssertionTests {
  @Test(arguments: [
    ("top 1 id en-001", Assertion.text(rank: 1, id: "en-001")),
    ("top 3 contains id \"my file.txt:2\"", .contains(top: 3, id: "my file.txt:2")),
    ("rank of en-001 <= 5", .rank(of: "en-001", .atMost, 5)),
    ("score of en-001 > .4", .score(of: "en-001", .greater, 0.4)),
    ("score of a < -1.5e1", .score(of: "a", .less, -15)),
    ("percentile of a >= 99", .percentile(of: "a", .atLeast, 99)),
    ("margin > .05", .margin(.greater, 0.05)),
    ("count == 160", .count(.equal, 160)),
    ("recipe 0123456789ab", .recipe("0123456789ab")),
    ("view pooling-instruction", .view(.grid)),
    (#"screen contains "a \"b\" \\ \n""#, .screen(contains: "a \"b\" \\ \n")),
    ("  top\t1   id  x  ", .text(rank: 1, id: "x")),
  ])
  func isRead(text: String, expected: Assertion) throws {
    let assertion = try Assertion(text)
    #expect(assertion == expected)
    #expect(try Assertion(assertion.text) == expected)
  }

  @Test(arguments: [
    ("", 1, nil, "one of top"), ("tip 1 id a", 1, "tip", "one of top"), ("top", 2, nil, "whole number"),
    ("top 0 id a", 2, "0", "from 1"), ("top x id a", 2, "x", "whole number"),
    ("top 1 ids a", 3, "ids", "id, contains"), ("top 1 id", 4, nil, "a text's id"),
    ("top 1 id a b", 5, "b", "the end"), ("top 3 contains a", 4, "a", "'id'"),
    ("rank of a ~ 5", 4, "~", "<="), ("rank of a < 1.5", 5, "1.5", "whole number"),
    ("score of a > nan", 5, "nan", "a number such as .4"),
    ("score of a > 0x1p3", 5, "0x1p3", "a number"), ("score a > .4", 2, "a", "'of'"),
    ("view nowhere", 2, "nowhere", "neighbours"), ("screen contains \"x", 3, "x", "closing"),
    ("\"top\" 1 id a", 1, "top", "one of top"), ("count = 3", 2, "=", "=="),
  ])
  func aFaultNamesTheWordAndWhatIsExpected(
    text: String, word: Int, found: String?, expected: String
  ) throws {
    let fault = try #require(throws: Assertion.Fault.self) { try Assertion(text) }
    #expect(fault.word == word && fault.found == found)
    #expect(fault.expected.contains(expected), "\(fault)")
  }

  @Test func everyAssertionHoldsAndFails() throws {
    let session = Session()
    try session.keys("\(session.world.query)<Wait>")
    let list = try #require(session.state.neighbours.list)
    let (first, second) = (list.neighbours[0], list.neighbours[1])
    let recipe = try #require(session.state.recipe).recipe.fingerprint
    let holding = [
      "top 1 id \(first.id)", "top 2 id \(second.id)", "top 2 contains id \(second.id)",
      "rank of \(second.id) == 2", "rank of \(second.id) > 1", "score of \(first.id) == \(first.score)",
      "margin == \(first.score - second.score)", "count == \(session.world.texts.count)",
      "recipe \(recipe)", "view neighbours", "screen contains \"Neighbours\"",
    ]
    for text in holding { #expect(try Assertion(text).found(in: session.state) == nil, "\(text)") }
    let failing = [
      ("top 1 id \(second.id)", first.id), ("top 900 id a", "\(list.neighbours.count) texts"),
      ("top 1 contains id \(second.id)", "rank 2"), ("rank of nobody < 5", "not among"),
      ("rank of \(first.id) > 1", "1"), ("score of \(first.id) > 9", "\(first.score)"),
      ("margin > 9", "\(first.score - second.score)"), ("count < 1", "\(session.world.texts.count)"),
      ("recipe 000", recipe), ("view map", "neighbours"), ("screen contains \"nowhere\"", "without"),
    ]
    for (text, found) in failing {
      #expect(try Assertion(text).found(in: session.state)?.contains(found) == true, "\(text)")
    }
  }

  @Test func withoutResultsTheReasonIsFound() throws {
    let found = try Assertion("top 1 id a").found(in: Session.bare().state)
    #expect(found?.hasPrefix("no results: ") == true)
  }
}
