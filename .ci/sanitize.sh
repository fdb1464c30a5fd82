#!/bin/sh
# Runs the tests of readers and kernels under the address sanitizer.
# LeakSanitizer is off: it reports the Swift runtime's own allocations.
set -eu
cd "$(dirname "$0")/.."
ASAN_OPTIONS=detect_leaks=0 swift test --explicit-target-dependency-import-check error \
  --scratch-path .build-asan --sanitize=address --filter "$1"
