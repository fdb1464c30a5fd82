import JSONText

/// A tokenizer as a file says it, the large tables of its model apart from the rest.
struct StoredTokenizer {
  /// What `tokenizer.json` says, without the tables.
  var definition: JSONReader
  var tables: ModelTables

  init(definition: JSONReader, tables: ModelTables) {
    self.definition = definition
    self.tables = tables
  }

  /// Takes a whole `tokenizer.json` apart.
  init(_ json: JSONReader) throws(TokenizationError) {
    let model = try json.object("model")
    tables = try ModelTables(model)
    var rest = JSONObject([("type", .string(try SubwordModel.kind(model).rawValue))])
    for member in model.members
    where !(ModelTables.keys + ["type"]).contains(where: member.key.hasSameScalars) {
      rest.append(member.key, member.value)
    }
    var top = JSONObject([("model", .object(rest))])
    for member in json.members where !member.key.hasSameScalars(as: "model") {
      top.append(member.key, member.value)
    }
    definition = JSONReader(file: json.file, object: top)
  }
}
