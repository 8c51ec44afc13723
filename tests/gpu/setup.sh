#!/usr/bin/env bash
# What the tests of the GPU's kernels ask beside PoCL, on Debian, as root: compilers for AMD's, NVIDIA's and Intel's cards, and Oclgrind, an
# OpenCL that watches every access. What brings a driver or a toolkit with it is unpacked, not installed: Intel's compiler, called ocloc-22
# (later ones describe what they made in another form), and NVIDIA's assembler and disassembler, which are in Debian's section non-free.
# usage: tests/gpu/setup.sh FOLDER; FOLDER then belongs into PATH.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: tests/gpu/setup.sh FOLDER}" && cd "$1" && pwd)
[[ -x $folder/ocloc-22 && -x $folder/nvdisasm && -e /usr/bin/oclgrind ]] && exit

apt-get update -qq
apt-get install -y -qq --no-install-recommends clang-15 rocm-device-libs libclc-15 oclgrind libopencl-clang14 libigc1 libigdfcl1
unpacked=$folder/intel
mkdir -p "$unpacked"
(cd "$unpacked" && apt-get download -qq intel-opencl-icd && dpkg -x intel-opencl-icd_*.deb .)
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$unpacked/usr/lib/$(uname -m)-linux-gnu" "$unpacked/usr/bin/ocloc" >"$folder/ocloc-22"
chmod +x "$folder/ocloc-22"

# From wherever this machine has its packages of section main; its own lists stay as they are.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial"
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) non-free' 'Created-By: Packages' 'Component: main' 'Origin: Debian' | sort -u >"$work/sources.list"
non_free=(-qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root)
if apt-get "${non_free[@]}" update && (cd "$work" && apt-get "${non_free[@]}" download nvidia-cuda-toolkit && dpkg-deb --fsys-tarfile nvidia-cuda-toolkit_*.deb | tar -x ./usr/bin/ptxas ./usr/bin/nvdisasm); then
  mv "$work"/usr/bin/{ptxas,nvdisasm} "$folder"
else
  echo "no package nvidia-cuda-toolkit where this machine's packages come from: what NVIDIA's assembler makes of the kernels is not tested"
fi
