#!/usr/bin/env bash
# Neovim, Emacs and Helix, as Debian ships them, complete with the real server and the embedded model.
# usage: clients.sh [FOLDER]      FOLDER keeps what is fetched (about 500 MB) for the next time
# Needs a built command line (dotnet build -c Release). The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
folder=$(mkdir -p "${1:-artifacts/editors}" && cd "${1:-artifacts/editors}" && pwd)
codeexit=$PWD/src/CodeExit.Cli/bin/Release/net10.0/codeexit
[[ -x $codeexit ]] || { echo "$codeexit is missing: run dotnet build -c Release" >&2; exit 1; }

passed=0 failed=0
for editor in ${EDITORS:-neovim emacs helix}; do
  echo "== $editor"
  work=$(mktemp -d)
  # A user of its own: no daemon, no records and no settings of whoever runs this.
  export CODEEXIT="$codeexit" CODEEXIT_DATA_DIR=$work/data CODEEXIT_RUNTIME_DIR=$work/run HOME=$work/home
  mkdir -p "$HOME" "$CODEEXIT_RUNTIME_DIR" && chmod 700 "$CODEEXIT_RUNTIME_DIR"
  log=$work/log
  timeout 300 "tests/editors/$editor/run.sh" "$folder/$editor" "$work" </dev/null 2>&1 | tee "$log"
  counts=$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log" | tail -n 1)
  read -r editor_passed editor_failed <<<"${counts:-0 1}" # one that came to no end has failed
  [[ -n $counts ]] || echo "$editor came to no end"
  passed=$((passed + editor_passed)) failed=$((failed + editor_failed))
  "$codeexit" daemon stop >"$work/stop" 2>&1 || true # that its editor's windows shared, if any
  rm -rf "$work"
done
echo "$passed passed, $failed failed"
((failed == 0))
