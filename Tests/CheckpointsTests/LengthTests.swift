import Checkpoints
import Recipes
import TestSupport
import Testing

/// How many tokens a model takes: several files may say so.
struct LengthTests {
  private func length(
    _ sentence: String?, tokenizer: String? = nil, change: (inout TinyModel) -> Void = { _ in }
  ) throws -> Sourced<Int> {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model["sentence_bert_config.json"] = sentence
    model["tokenizer_config.json"] = tokenizer
    change(&model)
    return try ModelFolder(path: model.write(to: folder)).description.maximumLength
  }

  private let table = Sourced(32, .assumed, file: "config.json", key: "max_position_embeddings")

  @Test(
    "a length that says nothing is passed over",
    arguments: [
      #"{"max_seq_length": null}"#, #"{"max_seq_length": -1}"#, #"{"max_seq_length": 1e30}"#,
      #"{"max_seq_length": 1000000000000000019884624838656}"#, "{}", #"{"max_seq_length": 33}"#,
      #"{"processor_kwargs": {"model_max_length": null}}"#,
    ])
  func aLengthThatSaysNothing(text: String) throws {
    #expect(try length(text) == table)
  }

  @Test(
    "a length that no model can have is an error",
    arguments: ["0", "2", "8.5", "true", "[]", #""16""#])
  func aLengthThatNoModelCanHave(value: String) {
    for key in ["max_seq_length", "processor_kwargs"] {
      let text = key == "max_seq_length" ? value : #"{"model_max_length": \#(value)}"#
      #expect { try length(#"{"\#(key)": \#(text)}"#) } throws: {
        "\($0)".contains("sentence_bert_config.json")
      }
    }
    #expect { try length(nil, tokenizer: #"{"model_max_length": \#(value)}"#) } throws: {
      "\($0)".contains("tokenizer_config.json")
    }
  }

  @Test("what is handed to the tokenizer comes first", arguments: ["processor_kwargs", "tokenizer_args"])
  func whatIsHandedToTheTokenizerComesFirst(key: String) throws {
    let text = #"{"max_seq_length": 20, "\#(key)": {"model_max_length": 12, "padding_side": "left"}}"#
    #expect(
      try length(text, tokenizer: #"{"model_max_length": 9}"#)
        == Sourced(12, .declared, file: "sentence_bert_config.json", key: "\(key).model_max_length"))
  }

  @Test func anEmptyFileIsPassedOverForAnOlderName() throws {
    let found = try length("{}") { $0["sentence_xlm-roberta_config.json"] = #"{"max_seq_length": 7}"# }
    #expect(found.value == 7 && found.file == "sentence_xlm-roberta_config.json")
    let first = try length(#"{"max_seq_length": 9}"#) {
      $0["sentence_xlm-roberta_config.json"] = #"{"max_seq_length": 7}"#
    }
    #expect(first.value == 9)
  }

  @Test func aTruncationInTheTokenizerFileSaysNothing() throws {
    let found = try length(#"{"max_seq_length": 20}"#) {
      $0["tokenizer.json"] = #"{"truncation": {"max_length": 5}}"#
    }
    #expect(found.value == 20)
  }

  @Test func relativePositionsLimitNothing() throws {
    func t5(_ tokenizer: String?) throws -> Sourced<Int> {
      try length(nil, tokenizer: tokenizer) { model in
        model["config.json"] =
          #"{"model_type": "t5", "d_model": 8, "num_heads": 2, "d_kv": 4, "num_layers": 1, "vocab_size": 6, "n_positions": 16}"#
      }
    }
    #expect(try t5(nil) == Sourced(Encoding.unlimited, .assumed))
    #expect(try t5(#"{"model_max_length": 512}"#).value == 512)
  }

  @Test(
    "keys of newer versions are read or refused",
    arguments: [
      (#"{"transformer_task": "text-generation"}"#, "'transformer_task'"),
      (#"{"module_output_name": "sentence_embedding"}"#, "'module_output_name'"),
      (#"{"modality_config": {"image": {}}}"#, "'modality_config'"),
      (
        #"{"modality_config": {"text": {"method": "forward", "method_output_name": "pooler_output"}}}"#,
        "'modality_config.text.method_output_name'"
      ),
      (#"{"query_length": 32}"#, "'query_length'"), (#"{"document_length": 32}"#, "'document_length'"),
      (#"{"processing_kwargs": {"text": {"max_length": 8}}}"#, "'processing_kwargs.text.max_length'"),
      (
        #"{"processing_kwargs": {"common": {"add_special_tokens": false}}}"#,
        "'processing_kwargs.common.add_special_tokens'"
      ),
    ])
  func keysOfNewerVersions(text: String, key: String) {
    #expect { try length(text) } throws: {
      "\($0)".contains("sentence_bert_config.json") && "\($0)".contains(key)
    }
  }

  @Test func aFileOfTheNewestVersionIsRead() throws {
    let found = try length(
      """
      {"transformer_task": "feature-extraction", "module_output_name": "token_embeddings", "query_length": null,
       "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
       "processing_kwargs": {"text": {"padding": true, "truncation": true}}, "unpad_inputs": false,
       "max_seq_length": 11}
      """)
    #expect(found.value == 11)
  }
}
