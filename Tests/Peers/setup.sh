#!/bin/sh
# Makes the virtual environment of `make peers` outside the repository. Does nothing the second time.
set -eu
venv=$1
requirements=$(dirname "$0")/requirements.txt
[ -f "$venv/requirements.txt" ] && cmp -s "$requirements" "$venv/requirements.txt" && exit 0
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --requirement "$requirements"
cp "$requirements" "$venv/requirements.txt"
