#!/usr/bin/env bash
# Unpacks packages of a newer Debian, with all that they need, into a folder; the system's packages and apt's configuration stay as they
# are. The mirror is the one this machine uses already.
# usage: fetch-debian.sh FOLDER PACKAGE…      does nothing where the same packages lie there already
set -euo pipefail
folder=$1; shift
suite=${EDITORS_DEBIAN_SUITE:-forky}
mark=$folder/unpacked
[[ -f $mark && $(cat "$mark") == "$suite $*" ]] && exit 0

mirror=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[[ -n $mirror ]] || mirror=$(sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1)
[[ -n $mirror ]] || { echo "no mirror in /etc/apt: this needs a Debian machine" >&2; exit 1; }

rm -rf "$folder"
apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$folder/root"
: >"$apt/status" # nothing counts as installed: the folder holds its own C library too
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
options=(
  -qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt" -o Dir::Cache::archives="$apt/archives"
  -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
  -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
)
apt-get "${options[@]}" update
apt-get "${options[@]}" -y --download-only install "$@"
for package in "$apt"/archives/*.deb; do
  case ${package##*/} in
    *-dev_* | *-dev-bin_* | lib*san[0-9]_* | binutils* | gcc-* | linux-libc-dev_* | libgprofng* ) ;; # what a compiler needs, and nothing here compiles
    *) dpkg-deb -x "$package" "$folder/root" ;;
  esac
done
rm -rf "$apt"
echo "$suite $*" >"$mark"
