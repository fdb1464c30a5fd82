// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]
let strictC: [CSetting] = [
  .enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error),
]

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], snapshots: Bool = false
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    exclude: snapshots ? ["Fixtures"] : [], swiftSettings: strict)
}

// `Resources` stands at the top, so that `Samples` and `Themes` can be its resources.
let notResources =
  [".ci", "Tests", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"]
  + [
    "CKernels", "CTerminal", "Checkpoints", "Corpora", "Embedding", "Encoders", "Engine", "Explorer",
    "Indexing", "JSONText", "Kernels", "ModelHub", "Recipes", "Retrieval", "Screen", "Terminal",
    "Tokenization", "vecscope",
  ].map { "Sources/" + $0 }

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "vecscope",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "vecscope", targets: ["vecscope"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
  ],
  targets: [
    library("Recipes"),
    library("JSONText"),
    .target(name: "CKernels", cSettings: strictC),
    library("Kernels", ["CKernels", "Recipes"], settings: [.strictMemorySafety()]),
    library("Checkpoints", ["JSONText", "Recipes", "Kernels", crypto]),
    library("Tokenization", ["JSONText"]),
    library("Encoders", ["Recipes", "Kernels", "Checkpoints"]),
    library("Embedding", ["Recipes", "Kernels", "Checkpoints", "Tokenization", "Encoders"]),
    library("ModelHub", ["Recipes", "Checkpoints", crypto]),
    library("Corpora", ["JSONText", "Recipes", "Kernels", crypto, grdb]),
    library("Retrieval", ["Recipes", "Kernels"]),
    library(
      "Indexing",
      [
        "Recipes", "Kernels", "Checkpoints", "Tokenization", "Encoders", "Embedding", "Corpora", "Retrieval",
      ]),
    library("Screen", ["JSONText"]),
    library("Explorer", ["Recipes", "Screen"]),
    library(
      "Engine",
      [
        "JSONText", "Recipes", "Kernels", "Checkpoints", "Tokenization", "Encoders", "Embedding", "ModelHub",
        "Corpora", "Retrieval", "Indexing", "Screen", "Explorer", logging,
      ]),
    .target(name: "CTerminal", cSettings: strictC, linkerSettings: [.linkedLibrary("ncursesw")]),
    library("Terminal", ["CTerminal", "Screen"], settings: [.strictMemorySafety()]),
    .target(
      name: "Resources", path: ".", exclude: notResources, sources: ["Sources/Resources"],
      resources: [.copy("Samples"), .copy("Themes")], swiftSettings: strict),
    .executableTarget(
      name: "vecscope",
      dependencies: [
        "JSONText", "Recipes", "Kernels", "Checkpoints", "Tokenization", "Encoders", "Embedding", "ModelHub",
        "Corpora", "Retrieval", "Indexing", "Screen", "Explorer", "Engine", "Terminal", "Resources",
        argumentParser, logging,
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", path: "Tests/TestSupport", resources: [.copy("Fixtures")], swiftSettings: strict),
    tests("Recipes"),
    tests("JSONText"),
    tests("Kernels"),
    tests("Checkpoints", ["Recipes"]),
    tests("Tokenization"),
    tests("Corpora", ["JSONText", "Kernels", "Recipes", grdb]),
    tests("Encoders", ["Checkpoints", "Kernels"]),
    tests("Embedding", ["Checkpoints", "Encoders", "Kernels", "Recipes", "Tokenization"]),
    tests(
      "Indexing",
      ["Checkpoints", "Corpora", "Embedding", "Kernels", "Recipes", "Retrieval", "Tokenization", grdb]),
    tests(
      "Engine",
      [
        "Checkpoints", "Corpora", "Embedding", "Explorer", "Kernels", "ModelHub", "Recipes", "Retrieval",
        "Screen",
      ], snapshots: true),
    tests("Screen", snapshots: true),
    tests("Explorer", ["Recipes", "Screen"], snapshots: true),
    tests("Retrieval", ["Kernels", "Recipes"]),
    tests("ModelHub", ["Checkpoints", flyingFox, flyingSocks]),
    tests("Terminal", ["Screen"]),
    tests("Resources"),
    .testTarget(
      name: "VecscopeTests", dependencies: ["vecscope", "TestSupport", "Checkpoints", "Recipes"],
      swiftSettings: strict),
  ],
  cLanguageStandard: .c17
)
