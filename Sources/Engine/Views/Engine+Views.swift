import Explorer

/// Tells how far the work for a view is.
typealias ReportProgress = @Sendable (ViewProgress) -> Void

extension Engine {
  /// Computes what a view asked for, and tells of it.
  func compute(_ request: ViewRequest, _ generation: Int) async throws {
    let send = send
    let kind = request.kind
    let result = try await result(of: request) { progress in
      guard !Task.isCancelled else { return }
      send(.computing(kind, progress, generation: generation))
    }
    try Task.checkCancellation()
    send(.computed(kind, result, generation: generation))
  }

  private func result(
    of request: ViewRequest, _ report: @escaping ReportProgress
  ) async throws -> ViewResult {
    switch request {
    case .background(let request): .background(try await background(request))
    case .highlights(let request): .highlights(try await highlights(request, report))
    case .explanation(let request): .explanation(try await explanation(request))
    case .attention(let request): .attention(try await attention(request))
    case .layers(let request): .layers(try await layers(request, report))
    case .grid(let request): .grid(try await grid(request, report))
    case .comparison(let request): .comparison(try await comparison(request, report))
    case .combination(let request): .combination(try await combination(request))
    case .map(let request): .map(try await map(request, report))
    case .placement(let request): .placement(try await placement(request))
    case .dimensions(let request): .dimensions(try await dimensions(request))
    case .metrics(let request): .metrics(try await metrics(request))
    }
  }
}
