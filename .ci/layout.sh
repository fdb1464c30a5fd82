#!/bin/sh
# Checks the rules of the house that no compiler checks: where things stand and who may import what.
set -eu
cd "$(dirname "$0")/.."
failed=0
fail() {
  echo "layout: $1" >&2
  failed=1
}

tracked() { git ls-files --cached --others --exclude-standard; }

allowed='^(Package\.swift|Sources|Tests|Themes|Samples|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md|Makefile|\.ci|\.gitignore|\.swift-format)$'
extra=$(tracked | cut -d/ -f1 | sort -u | grep -vE "$allowed" || true)
[ -z "$extra" ] || fail "not a top-level entry of the design: $extra"

imports() { grep -rnE "^ *(public |internal |private |fileprivate |package |@testable )*import +(struct +|func +|enum +|class +)?($1)(\.|\$| )" "$2" --include='*.swift' || true; }
forbid() { # MODULES FOLDER REASON
  found=$(imports "$1" "$2")
  [ -z "$found" ] || fail "$3
$found"
}

for folder in Sources/*/; do
  name=$(basename "$folder")
  [ "$name" = Terminal ] || forbid CTerminal "$folder" "only Terminal imports CTerminal"
  [ "$name" = Kernels ] || forbid CKernels "$folder" "only Kernels imports CKernels"
  case "$name" in *Common* | *Utils* | *Util | *Helpers* | *Shared*) fail "$name is no purpose for a target" ;; esac
done

forbid 'Foundation|FoundationEssentials|Glibc|Darwin|Synchronization|Dispatch' Sources/Recipes "Recipes is a leaf without Foundation"
found=$(grep -rnE '^ *((public|internal|package) )?import +' Sources/JSONText --include='*.swift' || true)
[ -z "$found" ] || fail "JSONText is a leaf without imports, Foundation's included
$found"
found=$(grep -rnE '^ *(public |internal )?import +' Sources/Explorer --include='*.swift' | grep -vE 'import +(Screen|Recipes)$' || true)
[ -z "$found" ] || fail "Explorer imports Screen and Recipes and nothing else
$found"

models='Recipes Kernels Checkpoints Tokenization Encoders Embedding ModelHub Corpora Retrieval Indexing Evaluation Training'
for name in $models; do
  [ -d "Sources/$name" ] || continue
  forbid 'Screen|Explorer|Engine|Terminal' "Sources/$name" "a model target never imports the interface"
  found=$(grep -rnE '(^|[^.A-Za-z])(print|debugPrint|dump|exit)\(' "Sources/$name" --include='*.swift' || true)
  [ -z "$found" ] || fail "a library neither prints nor exits
$found"
done
for name in Tokenization Encoders; do
  found=$(grep -rnE 'FoundationNetworking|URLSession|socket\(' "Sources/$name" --include='*.swift' || true)
  [ -z "$found" ] || fail "$name never touches a network
$found"
done

found=$(grep -rnE 'fatalError\(|try!|as!|TODO|FIXME' Sources --include='*.swift' --include='*.c' --include='*.h' || true)
[ -z "$found" ] || fail "places that promise or give up
$found"
exit $failed
