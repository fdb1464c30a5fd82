import Screen
import Testing

@testable import Explorer

/// The explorer in sentences.
struct PlainTests {
  private let session = Session(size: Size(columns: 200, rows: 60))

  private func say(_ line: String) -> [String]? {
    if case .say(let sentences) = session.state.plainLine(line) { sentences } else { nil }
  }

  @Test func aLineIsAQueryAnActionOrTheEnd() {
    #expect(session.state.plainLine("tea") == .events([.choose(.openHistory, "tea")]))
    #expect(session.state.plainLine("::tea") == .events([.choose(.openHistory, ":tea")]))
    #expect(session.state.plainLine("") == .quit)
    #expect(session.state.plainLine(":quit") == .quit)
    #expect(session.state.plainLine(":more") == .more)
    #expect(session.state.plainLine(":pooling cls") == .events([.choose(.choosePooling, "cls")]))
    #expect(session.state.plainLine(":  metric   dot") == .events([.choose(.chooseMetric, "dot")]))
    #expect(session.state.plainLine(":list add two words") == .events([.choose(.addQuery, "two words")]))
    #expect(session.state.plainLine(":view heatmap") == .events([.choose(.chooseView, "heatmap")]))
    #expect(session.state.plainLine(":view.heatmap") == .events([.action(.showHeatmap)]))
    #expect(session.state.plainLine(":next pane") == .events([.action(.focusNext)]))
  }

  @Test func whatIsNotUnderstoodIsSaid() {
    #expect(say(":zzzz")?.first?.contains("no action") == true)
    #expect(say(":show")?.first?.contains("can mean: Show Neighbours, :view.neighbours;") == true)
    #expect(say(":pooling sum")?.first?.contains("there are declared, cls") == true)
    #expect(say(":pooling")?.first?.contains("pooling mean") == true)
    #expect(say(":list nonsense")?.first?.contains(":list add") == true)
    #expect(say(":list remove 3")?.first?.contains("your list has 0 texts") == true)
    #expect(say(":clear")?.first?.contains("the list is empty") == true)
    #expect(say(":")?.first?.contains(":help") == true)
    #expect(say(":help metric")?.contains { $0.contains(":metric.choose") } == true)
  }

  @Test func resultsAreToldFiveAtATime() throws {
    session.send(.choose(.openHistory, session.world.query))
    session.answerAll()
    let told = session.state.spokenView()
    let neighbours = try #require(session.state.neighbours.list).neighbours
    #expect(told.sentences.count == 7)
    #expect(told.sentences[0].hasPrefix("Rank 1, score "))
    #expect(told.sentences[0].hasSuffix(neighbours[0].text))
    #expect(told.sentences[5].hasPrefix("Margin ") && told.sentences[6].contains("more; :more goes on"))
    let next = session.state.spokenView(from: try #require(told.next))
    #expect(next.sentences[0].hasPrefix("Rank 6, "))
    #expect(session.state.spokenView(from: neighbours.count).sentences == ["There is no more."])
  }

  @Test func withoutAModelTheReasonIsTold() {
    let bare = Session.bare().state
    #expect(bare.introduction[0].contains("o model is loaded"))
    #expect(bare.spokenView().sentences[0].hasPrefix("Neighbours: "))
  }

  @Test func theBeginningTellsModelTextsAndRecipe() {
    let told = session.state.introduction.joined(separator: " ")
    #expect(told.contains("all-MiniLM-L6-v2") && told.contains("pooling mean (declared)"))
    #expect(told.contains("\(session.world.texts.count) texts"))
  }

  @Test(arguments: View.allCases)
  func everyViewSaysSomething(view: View) {
    session.send(.choose(.openHistory, session.world.query))
    session.send(.choose(.chooseView, view.rawValue))
    session.answerAll()
    let told = session.state.spokenView()
    #expect(told.sentences.contains { !$0.isEmpty })
    #expect(told.sentences.allSatisfy { $0 == $0.onOneLine })
  }

  @Test func aWaitIsToldAsASentence() {
    let waiting = Session(answers: false).state
    #expect(waiting.spokenWork == "The model is loading.")
    #expect(session.state.spokenWork == nil)
  }
}
