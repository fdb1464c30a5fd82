import Recipes
import Screen

extension State {
  /// Takes an answer of the engine; one that nobody waits for any more changes nothing.
  mutating func take(_ answer: Answer) -> [Effect] {
    switch answer {
    case .model(let description, let generation):
      guard requests.accept(.model, generation: generation) else { return [] }
      return use(description)
    case .modelFailed(let failure, let generation):
      guard requests.accept(.model, generation: generation) else { return [] }
      failToLoad(failure)
    case .models, .pulling, .pulled, .pullFailed:
      return takeAboutModels(answer)
    case .corpus, .corpusFailed, .indexing, .indexingFailed:
      takeAboutCorpus(answer)
    case .tokens, .neighbours, .searching, .searchFailed, .similarities, .comparisonFailed:
      takeResult(answer)
    case .texts, .textsFailed: return takeTexts(answer)
    case .computed, .computing, .computationFailed: takeForViews(answer)
    case .themes, .themesChanged, .themesFailed: takeAboutThemes(answer)
    case .sessionSaved(let path): notice = .hint("the session is in \(path)")
    case .edited, .openFailed, .exported: return takeOfWork(answer)
    case .notice(let failure):
      notice = .failure(failure)
    }
    return []
  }

  private mutating func use(_ description: ModelDescription) -> [Effect] {
    model.description = description
    model.wanted = description.name
    model.failure = nil
    model.offer = nil
    if case .model = popup { popup = nil }
    if popup == .pull { popup = nil }
    endExchange(description)
    if let wanted = model.overrides {
      overrides = wanted
      model.overrides = nil
    }
    if let refusal = description.refusal(of: overrides) {
      overrides = RecipeOverrides()
      notice = .failure(Failure(refusal, nextStep: "the model's own recipe is used"))
    }
    do {
      recipe = try description.recipe(overrides)
    } catch {
      recipe = nil
      notice = .failure(Failure("\(description.name): \(error.description)"))
    }
    return [.rememberModel(description.name)]
  }

  private mutating func failToLoad(_ failure: Failure) {
    model.failure = failure
    compare.exchange = nil
    model.overrides = nil
    if let name = failure.pullable {
      model.offer = PullOffer(name: name, reason: failure.message)
      showOffer()
    } else if case .model(var popup) = popup {
      popup.failure = failure
      self.popup = .model(popup)
    } else {
      notice = .failure(failure)
    }
  }

  private mutating func takeAboutModels(_ answer: Answer) -> [Effect] {
    switch answer {
    case .models(let entries, let generation):
      guard requests.accept(.models, generation: generation), case .model(var popup) = popup else { break }
      popup.entries = entries
      popup.refresh(current: model.description?.name)
      popup.selectBest(current: model.description?.name)
      self.popup = .model(popup)
    case .pulling(let progress, let generation):
      guard requests.accept(.pull, generation: generation, isLast: false) else { break }
      model.offer?.phase = .running(progress)
    case .pulled(let name, let generation):
      guard requests.accept(.pull, generation: generation) else { break }
      if popup == .pull { popup = nil }
      return load(model: name)
    case .pullFailed(let failure, let generation):
      guard requests.accept(.pull, generation: generation) else { break }
      model.offer?.phase = .failed(failure)
      if popup != .pull { notice = .failure(failure) }
    default: break
    }
    return []
  }

  private mutating func takeAboutThemes(_ answer: Answer) {
    switch answer {
    case .themes(let entries, let generation):
      if requests.accept(.themes, generation: generation) { take(themes: entries) }
    case .themesFailed(let failure, let generation):
      if requests.accept(.themes, generation: generation) { notice = .failure(failure) }
    case .themesChanged(let entries): take(themes: entries)
    default: break
    }
  }

  private mutating func takeAboutCorpus(_ answer: Answer) {
    switch answer {
    case .corpus(let summary, let generation):
      guard requests.accept(.corpus, generation: generation) else { return }
      use(summary)
    case .corpusFailed(let failure, let generation):
      guard requests.accept(.corpus, generation: generation) else { return }
      corpus.failure = failure
      if case .corpus(var popup) = popup {
        popup.failure = failure
        self.popup = .corpus(popup)
      } else {
        notice = .failure(failure)
      }
    case .indexing(let progress, let generation):
      let isLast = progress.done >= progress.total
      guard requests.accept(.index, generation: generation, isLast: isLast) else { return }
      corpus.indexing = progress
    case .indexingFailed(let failure, let generation):
      guard requests.accept(.index, generation: generation) else { return }
      corpus.indexingFailure = failure
      notice = .failure(failure)
    default: break
    }
  }

  private mutating func use(_ summary: CorpusSummary) {
    corpus.summary = summary
    corpus.failure = nil
    corpus.version += 1
    corpus.indexing = nil
    neighbours.clear()
    if case .corpus = popup { popup = nil }
    if summary.skipped > 0 {
      notice = .failure(
        Failure("\(summary.name): \(Numbers.count(summary.skipped, "row")) left out as invalid"))
    }
  }

  private mutating func takeResult(_ answer: Answer) {
    switch answer {
    case .tokens(let tokens, let generation):
      guard requests.accept(.search, generation: generation, isLast: false), let wish = wishes.search else {
        return
      }
      query.tokens = .init(
        tokens: tokens, query: wish.request.query, encoding: wish.request.recipe.queries)
    case .neighbours(let list, let generation):
      guard requests.accept(.search, generation: generation), let wish = wishes.search else { return }
      take(list, for: wish)
    case .searching(let progress, let generation):
      guard requests.accept(.search, generation: generation, isLast: false) else { return }
      neighbours.progress = progress
    case .searchFailed(let failure, let generation):
      guard requests.accept(.search, generation: generation) else { return }
      neighbours.progress = nil
      neighbours.failure = failure
      notice = .failure(failure)
    case .similarities(let matrix, let generation):
      guard requests.accept(.compare, generation: generation), let wish = wishes.comparison else { return }
      heatmap.compared = .init(matrix: matrix, request: wish)
      heatmap.failure = nil
    case .comparisonFailed(let failure, let generation):
      guard requests.accept(.compare, generation: generation) else { return }
      heatmap.failure = failure
      notice = .failure(failure)
    default: break
    }
  }

  /// Old results stay, marked, while nothing of the collection has a vector under a new recipe.
  private mutating func take(_ list: NeighbourList, for wish: Wishes.Search) {
    neighbours.failure = nil
    neighbours.progress = nil
    query.encodeMilliseconds = list.encodeMilliseconds
    query.rankMilliseconds = list.rankMilliseconds
    if list.searched == 0, list.total > 0, neighbours.list?.neighbours.isEmpty == false { return }
    neighbours.take(.init(list: list, query: wish.request.query, corpus: wish.corpus))
  }
}
