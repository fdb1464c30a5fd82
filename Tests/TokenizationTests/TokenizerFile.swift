import Foundation
import TestSupport
import Tokenization

/// A small `tokenizer.json` written for a test, of which each part can be replaced.
struct TokenizerFile {
  /// Every lower-case letter and digit, alone and continuing a word, and some words.
  static let letters = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
  static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
  static let words = [
    "the", "cafe", "refund", "##ing", "river", "bank", "resume", "我", "爱", "ok", "##kana", ".", ",",
    "$",
    "!", "-", "'", "[", "]", "~", "，", "。", "カ", "##タ", "한", "국",
  ]

  static func bert(
    clean: Bool = true, chinese: Bool = true, accents: String = "null", lowercase: Bool = true
  ) -> String {
    """
    {"type":"BertNormalizer","clean_text":\(clean),"handle_chinese_chars":\(chinese),\
    "strip_accents":\(accents),"lowercase":\(lowercase)}
    """
  }

  var version = "\"1.0\""
  var normalizer = TokenizerFile.bert()
  var preTokenizer = #"{"type":"BertPreTokenizer"}"#
  var postProcessor = """
    {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},\
    {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],\
    "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},\
    "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}
    """
  var vocabulary = specials + letters + letters.map { "##" + $0 } + words
  var addedTokens = TokenizerFile.specials.enumerated().map { TokenizerFile.added($1, id: $0) }
  var maximumWordLength = 100
  var model: String?

  /// One element of `added_tokens`.
  static func added(
    _ content: String, id: Int, singleWord: Bool = false, left: Bool = false, right: Bool = false,
    normalized: Bool = false, special: Bool = true
  ) -> String {
    """
    {"id":\(id),"content":\(quoted(content)),"single_word":\(singleWord),"lstrip":\(left),\
    "rstrip":\(right),"normalized":\(normalized),"special":\(special)}
    """
  }

  /// A JSON string in which everything but plain ASCII is escaped, so that no editor can change it.
  static func quoted(_ text: String) -> String {
    let escaped = text.utf16.map { unit in
      (0x20..<0x7f).contains(unit) && unit != 0x22 && unit != 0x5c
        ? String(UnicodeScalar(UInt8(unit))) : "\\u" + String(UInt32(unit) + 0x10000, radix: 16).dropFirst()
    }
    return "\"" + escaped.joined() + "\""
  }

  /// The entries of a vocabulary in which the ids are the places in the list.
  static func entries(_ tokens: [String]) -> String {
    tokens.enumerated().map { "\(quoted($1)):\($0)" }.joined(separator: ",")
  }

  var json: String {
    let wordPiece = """
      {"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",\
      "max_input_chars_per_word":\(maximumWordLength),"vocab":{\(Self.entries(vocabulary))}}
      """
    return """
      {"version":\(version),"truncation":{"max_length":3},"padding":{"strategy":{"Fixed":9}},\
      "added_tokens":[\(addedTokens.joined(separator: ","))],"normalizer":\(normalizer),\
      "pre_tokenizer":\(preTokenizer),"post_processor":\(postProcessor),"decoder":null,\
      "model":\(model ?? wordPiece)}
      """
  }

  /// Loads the tokenizer from a folder that holds this file alone.
  func tokenizer(lowercasesFirst: Bool = false) throws -> Tokenizer {
    try Tokenizer(text: json, lowercasesFirst: lowercasesFirst)
  }
}

extension Tokenizer {
  /// Loads a tokenizer from a folder that holds one file.
  convenience init(
    text: String, named name: String = "tokenizer.json", lowercasesFirst: Bool = false
  ) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(text, to: name)
    try self.init(folder: folder.path, lowercasesFirst: lowercasesFirst)
  }
}

extension TokenizedText {
  /// The part of `text` that each token stands for.
  func slices(of text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    return offsets.map { range in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
  }
}

extension String {
  /// The Unicode scalars in hexadecimal: what a test compares where `==` would call different texts equal.
  var scalarsInHex: String { unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") }
}
