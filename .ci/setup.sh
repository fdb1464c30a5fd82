#!/bin/sh
# Installs what is missing to build (`run`) or to test (`test`) vecscope. Does nothing the second time.
set -eu

need='libncurses-dev libsqlite3-dev ca-certificates'
[ "${1:-run}" = test ] && need="$need tmux"
# The default model may come from a Python package when the model hub cannot be reached.
python3 -m pip --version >/dev/null 2>&1 || need="$need python3-pip"

swift_version() { swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1; }

require_swift() {
  # shellcheck disable=SC2046
  set -- $(swift_version)
  if [ $# -lt 2 ]; then
    echo "vecscope needs Swift 6.2 or later, and 'swift' was not found. Install it from https://www.swift.org/install, put it on the PATH and run this again." >&2
    exit 69
  fi
  if [ "$1" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 2 ]; }; then
    echo "vecscope needs Swift 6.2 or later; this is Swift $1.$2. Install a newer one from https://www.swift.org/install and run this again." >&2
    exit 69
  fi
}

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }

require_swift
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  for header in ncurses.h sqlite3.h; do
    if ! printf '#include <%s>\n' "$header" | cc -E - >/dev/null 2>&1; then
      echo "The header $header is missing and there is no apt-get here to install it. Install the development files of ncurses (wide) and SQLite 3 with your system's package manager and run this again." >&2
      exit 69
    fi
  done
  exit 0
fi

missing=
for package in $need; do is_installed "$package" || missing="$missing $package"; done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "These packages are missing:$missing. Install them as root (apt-get install$missing) and run this again." >&2
    exit 77
  fi
  as_root=sudo
fi
echo "Installing$missing" >&2
$as_root apt-get update -qq >&2
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
