#!/usr/bin/env bash
# Makes the Python environment of the peers outside the repository, unless it is there; prints its interpreter.
# LEGENDRE_PEERS names another folder.
set -euo pipefail
requirements="$(cd "$(dirname "$0")" && pwd)/requirements.txt"
folder="${LEGENDRE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/legendre/peers}"
if ! cmp -s "$requirements" "$folder/requirements.txt"; then
  mkdir -p "$(dirname "$folder")"
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder" >&2
  "$folder/bin/python" -m pip install --disable-pip-version-check --quiet --requirement "$requirements" >&2
  cp "$requirements" "$folder/requirements.txt"
fi
echo "$folder/bin/python"
