import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelHub

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Hosts that lead elsewhere, dawdle or never end.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HTTPTests {
  private let weights = "model.safetensors"

  @Test func aRelativeRedirectIsFollowedAsTheHubsOwn() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let new = "org/renamed"
    try fake.add(TinyModel().files, id: new)
    fake.redirect(
      "/org/tiny/resolve/\(FakeHub.commit)/vocab.txt", to: "/\(new)/resolve/\(FakeHub.commit)/vocab.txt")
    try await fake.run {
      let model = try await fixture.hub(at: fake).pull(FakeHub.id)
      #expect(
        FileManager.default.contents(atPath: model.path + "/vocab.txt")
          == fake.files["vocab.txt"].map { Data($0) })
      let renamed = fake.requests.filter { $0.path.contains(new) }
      #expect(renamed.map(\.method) == ["HEAD", "GET"])
      #expect(renamed.allSatisfy { $0.authorization == "Bearer hf_secret" })
    }
  }

  @Test func anAbsoluteRedirectIsNotAskedForItsHead() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let other = try FakeHub()
    try await fake.run {
      try await other.run {
        fake.redirectContent(to: other.endpoint)
        _ = try await fixture.hub(at: fake).pull(FakeHub.id)
        #expect(other.requests.map(\.method) == ["GET"])
      }
    }
  }

  @Test func theTokenDoesNotComeBackFromAnotherHost() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let other = try FakeHub()
    let back = "org/back"
    try fake.add(TinyModel().files, id: back)
    try await fake.run {
      try await other.run {
        fake.redirect("/org/tiny/resolve/\(FakeHub.commit)/\(weights)", to: other.endpoint + "/away")
        other.refuse(
          .init(
            part: "/away", status: 302,
            headers: ["Location": "\(fake.endpoint)/\(back)/resolve/\(FakeHub.commit)/\(weights)"]))
        _ = try await fixture.hub(at: fake).pull(FakeHub.id)
        #expect(other.requests.map(\.authorization) == [nil])
        let returned = fake.requests.filter { $0.path.contains(back) }
        #expect(returned.map(\.authorization) == [nil])
      }
    }
  }

  @Test func anotherHostThatRefusesIsNotTakenForTheHub() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    let other = try FakeHub()
    other.refuse(.init(status: 503))
    try await fake.run {
      try await other.run {
        fake.redirectContent(to: other.endpoint)
        await #expect(throws: HubError.unavailable(host: other.endpoint, reason: "status 503")) {
          try await fixture.hub(at: fake).pull(FakeHub.id)
        }
      }
    }
  }

  @Test func redirectsInACircleEnd() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.redirect("/vocab.txt", to: "/org/tiny/resolve/\(FakeHub.commit)/vocab.txt")
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake).pull(FakeHub.id)
      } throws: { error in
        guard case .unexpectedAnswer(_, "more than 10 redirects")? = error as? HubError else { return false }
        return true
      }
    }
  }

  @Test(
    "a redirect to what is no web address leads nowhere",
    arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:0", "http://", ""])
  func aRedirectToNoAddressLeadsNowhere(location: String) async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.refuse(.init(part: "/resolve/", status: 302, headers: ["Location": location]))
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake).pull(FakeHub.id)
      } throws: { ($0 as? HubError)?.kind == .unavailable }
    }
  }

  @Test func anEndlessBodyIsCutOff() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.order([.endless], for: weights)
    try await fake.run {
      await #expect {
        try await fixture.hub(at: fake).pull(FakeHub.id)
      } throws: { error in
        guard case .damagedDownload(weights, "size", _, "more than that")? = error as? HubError else {
          return false
        }
        return true
      }
      #expect(byteCount(ofFile: fixture.cache.incompleteBlob(fake.etag(weights))) == nil)
    }
  }

  @Test func theEndlessPageOfARefusalIsNotWaitedFor() async throws {
    let fake = try FakeHub()
    fake.refuse(.init(status: 404, isEndless: true))
    try await fake.run {
      let url = try #require(URL(string: fake.endpoint + "/"))
      let connection = HTTPConnection(timeoutSeconds: 100)
      let answer = try await connection.send(URLRequest(url: url), to: BodyInMemory(limit: 9))
      #expect(answer.status == 404)
    }
  }

  @Test func aRedirectWithoutEndIsGivenUp() async throws {
    let fake = try FakeHub()
    fake.refuse(.init(status: 302, headers: ["Location": "/elsewhere"], isEndless: true))
    let connection = HTTPConnection(timeoutSeconds: 100) { try await fake.waitForRequest() }
    try await fake.run {
      let url = try #require(URL(string: fake.endpoint + "/"))
      do {
        // Systems that report a redirect at once need not give it up.
        let answer = try await connection.send(URLRequest(url: url), to: BodyInMemory(limit: 9))
        #expect(answer.status == 302)
      } catch let error as URLError {
        #expect(error.code == .timedOut)
      }
    }
  }

  @Test func aListWithoutEndIsCutOff() async throws {
    let connection = HTTPConnection(timeoutSeconds: 10)
    let fake = try FakeHub()
    fake.order([.endless], for: weights)
    try await fake.run {
      let url = try #require(URL(string: "\(fake.endpoint)/org/tiny/resolve/\(FakeHub.commit)/\(weights)"))
      await #expect(throws: URLError.self) {
        try await connection.send(URLRequest(url: url), to: BodyInMemory(limit: 100_000))
      }
    }
  }

  @Test func aServerThatNeverAnswersIsGivenUp() async throws {
    let fake = try FakeHub()
    fake.fallSilent()
    let connection = HTTPConnection(timeoutSeconds: 100) { try await fake.waitForRequest() }
    try await fake.run {
      let url = try #require(URL(string: fake.endpoint + "/"))
      await #expect {
        try await connection.send(URLRequest(url: url), to: BodyInMemory(limit: 9))
      } throws: { ($0 as? URLError)?.code == .timedOut }
    }
  }

  @Test func aBodyThatDripsIsGivenUp() async throws {
    let fake = try FakeHub()
    let clock = Mutex(ContinuousClock.now)
    // Half a minute passes whenever somebody looks.
    let pace = Pace {
      clock.withLock { time in
        time += .seconds(30)
        return time
      }
    }
    let connection = HTTPConnection(timeoutSeconds: 100, pace: pace)
    fake.order([.hang(after: 40)], for: weights)
    try await fake.run {
      let url = try #require(URL(string: "\(fake.endpoint)/org/tiny/resolve/\(FakeHub.commit)/\(weights)"))
      var slow = pace.started()
      // A window is looked at when it is over, and then a new one begins.
      let kept = [10, 10, 10, 1 << 20, 10].map { slow.keeps(with: $0) }
      #expect(kept == [true, false, true, true, true])
      let dripping = Pace {
        clock.withLock { time in
          time += .seconds(61)
          return time
        }
      }
      await #expect {
        try await HTTPConnection(timeoutSeconds: 100, pace: dripping)
          .send(URLRequest(url: url), to: BodyInMemory(limit: 1 << 20))
      } throws: { ($0 as? URLError)?.code == .timedOut }
      let answer = try await connection.send(URLRequest(url: url), to: BodyInMemory(limit: 1 << 20))
      #expect(answer.status == 200)
    }
  }

  @Test(
    "etags lose their marks",
    arguments: [
      ("\"abc\"", "abc" as String?), ("W/\"abc\"", "abc"), ("abc", "abc"), ("\"a-1\"", "a-1"), ("", nil),
      ("\"\"", nil), ("W/", nil), ("\"../x\"", nil), ("a b", nil), ("a\"b", nil),
      (String(repeating: "a", count: 129), nil),
    ])
  func etagsLoseTheirMarks(text: String, name: String?) {
    #expect(HubClient.name(ofETag: text) == name)
  }

  @Test func originsAreComparedWithTheirPorts() throws {
    func same(_ a: String, _ b: String) throws -> Bool {
      HubClient.isSameOrigin(try #require(URL(string: a)), try #require(URL(string: b)))
    }
    #expect(try same("https://hub.example/a", "https://HUB.example:443/b"))
    #expect(try !same("https://hub.example", "http://hub.example"))
    #expect(try !same("https://hub.example", "https://hub.example:8443"))
    #expect(try !same("https://hub.example", "https://hub.example.evil"))
    #expect(try !same("https://hub.example", "https://hub.example@evil"))
  }
}
