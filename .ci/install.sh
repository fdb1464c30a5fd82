#!/bin/sh
# Copies the program and its data: install.sh EXECUTABLE PREFIX
set -eu
install -d "$2/bin" "$2/share/vecscope/Themes" "$2/share/vecscope/Samples"
install -m 755 "$1" "$2/bin/vecscope"
for folder in Themes Samples; do
  for file in "$folder"/*; do
    [ -f "$file" ] && install -m 644 "$file" "$2/share/vecscope/$folder/"
  done
done
exit 0
