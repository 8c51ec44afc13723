#!/usr/bin/env bash
# What the tests of the GPU's kernels ask beside PoCL, on Debian, as root: compilers for AMD's, NVIDIA's and Intel's cards, and Oclgrind, an
# OpenCL that watches every access. All are installed but Intel's compiler: its package brings a driver too, which OpenCL would list.
# So that one is unpacked, and called ocloc-22: later ones describe what they made in another form.
# usage: tests/gpu/setup.sh FOLDER; FOLDER then belongs into PATH.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: tests/gpu/setup.sh FOLDER}" && cd "$1" && pwd)
[[ -x $folder/ocloc-22 && -e /usr/bin/oclgrind ]] && exit

apt-get update -qq
apt-get install -y -qq --no-install-recommends clang-15 rocm-device-libs libclc-15 oclgrind libopencl-clang14 libigc1 libigdfcl1
unpacked=$folder/intel
mkdir -p "$unpacked"
(cd "$unpacked" && apt-get download -qq intel-opencl-icd && dpkg -x intel-opencl-icd_*.deb .)
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$unpacked/usr/lib/$(uname -m)-linux-gnu" "$unpacked/usr/bin/ocloc" >"$folder/ocloc-22"
chmod +x "$folder/ocloc-22"
