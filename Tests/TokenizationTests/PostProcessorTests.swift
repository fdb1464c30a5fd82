import Testing

@testable import Tokenization

struct PostProcessorTests {
  @Test func bertProcessingPutsTheTextBetweenTwoTokens() throws {
    var file = TokenizerFile()
    file.postProcessor = #"{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}"#
    let text = try file.tokenizer().encode("the ok")
    #expect(text.ids.first == 2 && text.ids.last == 3 && text.ids.count == 4)
    #expect(text.special == [true, false, false, true])
  }

  @Test func aTemplateMayHaveSeveralTokensOnOneSide() throws {
    var file = TokenizerFile()
    file.postProcessor = """
      {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}},\
      {"SpecialToken":{"id":"y","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],\
      "special_tokens":{"x":{"id":"x","ids":[2,4],"tokens":["p","q"]},"y":{"id":"y","ids":[3],"tokens":["r"]}}}
      """
    let tokenizer = try file.tokenizer()
    #expect(tokenizer.specialTokenCount == 3)
    let text = tokenizer.encode("the ok the", maximumLength: 5)
    #expect(text.tokens == ["p", "q", "r", "the", "ok"])
    #expect(text.totalCount == 6 && text.firstDroppedScalar == 7)
  }

  @Test func withoutAPostProcessorNothingIsAdded() throws {
    var file = TokenizerFile()
    file.postProcessor = "null"
    let tokenizer = try file.tokenizer()
    #expect(tokenizer.encode("the").tokens == ["the"])
    #expect(tokenizer.encode("").ids.isEmpty)
    #expect(tokenizer.specialTokenCount == 0)
  }

  @Test func robertaProcessingTrimsSpacesFromOffsets() {
    var trim = OffsetTrim(addsPrefixSpace: true)
    #expect(trim.trimmed(0..<3, of: "Ġab", isFirst: true) == 0..<3)
    #expect(trim.trimmed(3..<6, of: "Ġab", isFirst: false) == 4..<6)
    #expect(trim.trimmed(3..<8, of: "ĠĠabĠ", isFirst: true) == 5..<7)
    #expect(trim.trimmed(3..<5, of: "ĠĠ", isFirst: false) == 5..<5)
    trim.addsPrefixSpace = false
    #expect(trim.trimmed(0..<3, of: "Ġab", isFirst: true) == 1..<3)
  }

  @Test func wordLevelLooksWordsUpWhole() throws {
    var file = TokenizerFile()
    file.model =
      #"{"type":"WordLevel","unk_token":"[UNK]","vocab":{\#(TokenizerFile.entries(file.vocabulary))}}"#
    #expect(try file.tokenizer().encode("the refunds ok").tokens == ["[CLS]", "the", "[UNK]", "ok", "[SEP]"])
  }
}
