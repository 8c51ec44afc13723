#!/usr/bin/env bash
# usage: run.sh FOLDER WORK      FOLDER keeps Emacs and lsp-mode, WORK is removed by the caller; CODEEXIT is the server
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../fetch-debian.sh" "$1" emacs-nox elpa-lsp-mode
root=$1/root
library=$(dirname "$(ls "$root"/usr/lib/*/ld-linux-*.so.* | head -n 1)")
# Emacs looks for its own files where Debian would have installed them.
dump=$(ls "$root"/usr/libexec/emacs/*/*/emacs-*.pdmp)
share=$(ls -d "$root"/usr/share/emacs/[0-9]*/)
export EMACSPATH=${dump%/*} EMACSLOADPATH=${share}lisp EMACSDATA=${share}etc EMACSDOC=${share}etc
export ELPA=$root/usr/share/emacs/site-lisp/elpa-src WORK=$2
cd "$2"
exec "$library"/ld-linux-*.so.* --library-path "$library" "$root/usr/bin/emacs-nox" --dump-file="$dump" --batch -Q -l "$here/test.el" 2>&1
