import Resources
import TestSupport
import Testing

@Suite struct ResourcesTests {
  @Test func samplesAreFoundBesideTheExecutableAndUnderThePrefix() throws {
    let folder = try TemporaryFolder()
    let executable = try folder.write("", to: "usr/bin/vecscope")
    #expect(Resources.path(.samples, executable: executable) == nil)
    let installed = try folder.write("a", to: "usr/share/vecscope/Samples/a.txt")
    #expect(Resources.path("a.txt", in: .samples, executable: executable) == installed)
    let built = try folder.write("b", to: "usr/bin/vecscope_Resources.resources/Samples/b.txt")
    #expect(Resources.path("b.txt", in: .samples, executable: executable) == built)
    #expect(Resources.path("a.txt", in: .samples, executable: executable) == nil)
  }
}
