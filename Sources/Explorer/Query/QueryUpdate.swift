import Recipes
import Screen

extension State {
  /// Enter in the query: keeps it in the history and opens the selected text.
  mutating func acceptQuery() -> [Effect] {
    let effects: [Effect] = query.keep() ? [.saveQuery(query.field.text)] : []
    if shows(.neighbours) { openText() }
    return effects
  }

  /// A key that no action claims, outside of popups: text goes to the query wherever the focus is.
  mutating func typeInQuery(_ press: KeyPress) {
    if focus == .query {
      _ = query.field.apply(press)
    } else if let character = press.text {
      focus = .query
      query.field.insert(String(character))
    }
  }
}
