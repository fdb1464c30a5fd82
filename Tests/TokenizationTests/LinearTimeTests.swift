import Foundation
import Testing

@testable import Tokenization

/// Texts made to be slow: eight times the text may not take much more than eight times the time.
@Suite(.serialized)
struct LinearTimeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var unit: String
  }

  static let cases = [
    Case(testDescription: "one word", unit: "abcdefgh"),
    Case(testDescription: "Chinese characters", unit: "我爱我爱"),
    Case(testDescription: "combining marks out of order", unit: "\u{301}\u{323}\u{334}\u{345}"),
    Case(testDescription: "syllables that decompose", unit: "한국각낙"),
    Case(testDescription: "white space", unit: " \u{3000}\t "),
    Case(testDescription: "beginnings of an added token", unit: "[MAS[MAS"),
    Case(testDescription: "added tokens", unit: "[MASK][M"),
    Case(testDescription: "controls", unit: "\u{0}\u{200b}\u{1}\u{ad}"),
    Case(testDescription: "words of the longest length", unit: String(repeating: "a", count: 100) + " "),
  ]

  @Test(arguments: cases)
  func timeGrowsWithTheText(expected: Case) throws {
    let tokenizer = try TokenizerFile().tokenizer()
    func seconds(_ scalarCount: Int) -> Double {
      let count = scalarCount / expected.unit.unicodeScalars.count
      let text = String(repeating: expected.unit, count: count)
      let times = (0..<3).map { _ in
        let start = Self.threadSeconds()
        #expect(tokenizer.encode(text, maximumLength: 64).totalCount >= 2)
        return Self.threadSeconds() - start
      }
      return times.min() ?? 0
    }
    let small = seconds(4_000)
    let large = seconds(32_000)
    // Quadratic work would take 64 times as long; the room is for caches that others fill.
    #expect(large < 32 * small + 0.02, "\(small) s, then \(large) s")
  }

  /// The time that this thread has worked: other tests run at the same time.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  @Test func aLongLineIsCountedWhole() throws {
    let text = String(repeating: "the ", count: 50_000)
    let encoded = try TokenizerFile().tokenizer().encode(text, maximumLength: 10)
    #expect(encoded.ids.count == 10)
    #expect(encoded.totalCount == 50_002)
    #expect(encoded.firstDroppedScalar == 32)
  }
}
