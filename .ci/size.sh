#!/bin/sh
# Enforces the stops of size: no file over 500 lines, no Swift function over 60.
set -eu
cd "$(dirname "$0")/.."
failed=0
for file in $(git ls-files --cached --others --exclude-standard 'Sources/*.swift' 'Tests/*.swift' 'Sources/*.c' 'Sources/*.h'); do
  # A table that says it was generated is as long as it must be.
  head -n 5 "$file" | grep -q 'Generated table' && continue
  awk -v file="$file" '
    function indent(line) { match(line, /^ */); return RLENGTH }
    /^ *((@[A-Za-z]+(\([^)]*\))?|public|private|fileprivate|internal|package|static|final|override|mutating|nonisolated|isolated|consuming|borrowing|class) +)*(func |init[?(<])/ && file ~ /\.swift$/ {
      start = NR; depth = indent($0); name = $0; sub(/^ */, "", name); open = 1
    }
    open && /^ *}/ && indent($0) == depth && NR > start {
      if (NR - start + 1 > 60) { printf "%s:%d: %d lines in a function (60 at most): %.60s\n", file, start, NR - start + 1, name; bad = 1 }
      open = 0
    }
    END {
      if (NR > 500) { printf "%s: %d lines (500 at most)\n", file, NR; bad = 1 }
      exit bad
    }' "$file" || failed=1
done
exit $failed
