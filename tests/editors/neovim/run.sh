#!/usr/bin/env bash
# usage: run.sh FOLDER WORK      FOLDER keeps Neovim, WORK is removed by the caller; CODEEXIT is the server
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../fetch-debian.sh" "$1" neovim
root=$1/root
library=$(dirname "$(ls "$root"/usr/lib/*/ld-linux-*.so.* | head -n 1)")
export VIMRUNTIME=$root/usr/share/nvim/runtime LUA_CPATH="$library/lua/5.1/?.so;;"
export XDG_CONFIG_HOME=$2/config XDG_DATA_HOME=$2/share XDG_STATE_HOME=$2/state XDG_CACHE_HOME=$2/cache
# Its own loader and C library: this machine's may be older.
cat >"$2/nvim" <<SCRIPT
#!/bin/sh
exec "$library"/ld-linux-*.so.* --library-path "$library" --argv0 nvim "$root/usr/bin/nvim" "\$@"
SCRIPT
chmod +x "$2/nvim"
cd "$2"
exec "$2/nvim" --clean -l "$here/test.lua" "$2/nvim" "$here/init.lua" "$2"
