#!/usr/bin/env bash
# Helix has no ghost text: it shows the suggestion in its menu, through the option textDocumentCompletion. It is driven in a terminal.
# usage: run.sh FOLDER WORK      FOLDER keeps Helix and tmux, WORK is removed by the caller; CODEEXIT is the server
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../fetch-debian.sh" "$1" hx tmux || exit 1
root=$1/root work=$2
library=$(dirname "$(ls "$root"/usr/lib/*/ld-linux-*.so.* | head -n 1)")
for program in hx tmux; do
  printf '#!/bin/sh\nexec "%s"/ld-linux-*.so.* --library-path "%s" "%s" "$@"\n' "$library" "$library" "$root/usr/bin/$program" >"$work/$program"
  chmod +x "$work/$program"
done

mkdir -p "$HOME/.config/helix" "$work/project/.git"
# What docs/editors.md tells users to write, with the server under test.
cat >"$HOME/.config/helix/languages.toml" <<TOML
[language-server.codeexit]
command = "$CODEEXIT"
args = ["lsp"]
config = { textDocumentCompletion = true }

[[language]]
name = "python"
language-servers = ["codeexit"]
TOML
file=$work/project/sample.py
start=$'import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        return handle.readlines()\n\n\n'
printf '%s' "$start" >"$file"

passed=0 failed=0
check() { # NAME COMMAND…
  local name=$1; shift
  if "$@"; then passed=$((passed + 1)); echo "ok    $name"; else
    failed=$((failed + 1)); echo "FAIL  $name"; screen; fi # beside what is there instead
}
tmux() { LC_ALL=C.UTF-8 "$work/tmux" -S "$work/socket" -f /dev/null "$@"; }
screen() { tmux capture-pane -p; }
sees() { # PATTERN: within 30 s, which only ends a test that would hang
  for _ in {1..300}; do screen 2>/dev/null | grep -qE "$1" && return 0; sleep 0.1; done
  return 1
}
type() { tmux send-keys -l "$1"; }
normal_mode() { tmux send-keys Escape; sees '^ *NOR '; }
saved_is() { [[ $(cat "$file") == "$1" ]]; }
log=$HOME/.cache/helix/helix.log
said() { for _ in {1..300}; do grep -qF "$1" "$log" 2>/dev/null && return 0; sleep 0.1; done; return 1; }

LC_ALL=C.UTF-8 "$work/tmux" -S "$work/socket" -f /dev/null new-session -d -x 100 -y 30 "'$work/hx' -v '$file'"
trap 'tmux kill-server 2>/dev/null || true' EXIT
check "the server answers initialize, positions in UTF-8 bytes" said '"positionEncoding":"utf-8"'

tmux send-keys g e o; sees '^ *INS '
type 'for line in read_lines'
check "the menu has the suggestion" sees 'read_lines.*: text'
tmux send-keys Tab Enter
check "it is inserted" sees '^ +9 +for line in read_lines[^ ]*:'
normal_mode; tmux send-keys o; sees '^ +10( |$)'
type 'name = "é😀"; lines = read_'
check "behind é and 😀 the menu has a suggestion" sees 'read_[a-z_]+.* text'
tmux send-keys Tab Enter
check "it is inserted in its place" sees '^ +10 +name = "é😀"; lines = read_[a-z]+'
normal_mode; type ':w'; tmux send-keys Enter
check "the file is saved" sees 'written'
lines=$(screen | sed -nE 's/^ +(9|10) +(.*[^ ]) *$/\2/p')
check "the saved file is what the screen shows" saved_is "$start$lines"
check "nothing went wrong in Helix's log" bash -c "! grep -F '[ERROR]' '$log' | grep -vF 'codeexit err <-'"
normal_mode; type ':q'; tmux send-keys Enter
check "shutdown is answered and exit follows" said '"method":"exit"'
echo "$passed passed, $failed failed"
((failed == 0))
