#!/usr/bin/env bash
# Packs what bench/gpu.sh needs on a machine without .NET and without network: artifacts/gpu-pack.tar.xz.
#   usage: bench/gpu_pack.sh [MOST_MB]      ends with an error where pack and working tree together are above MOST_MB (default 60)
# In it: codeexit, published and without the embedded model (which is in the working tree), the .NET runtime, the GPU backend's own tests
# with what runs them, and the OpenCL loader. All for linux-x64.
#
# On a machine that is lent with a copy of the working tree, commands of at most ten minutes and results below $OUT, one call does it all:
#   command: bash bench/gpu.sh        carry: ["artifacts/gpu-pack.tar.xz"]        timeout: 600
# and in two calls, should the time be short (each ends by itself):
#   command: SHAPES=qwen-0.5b bash bench/gpu.sh          command: SHAPES=qwen-1.5b bash bench/gpu.sh
# A helper's worktree is not what travels there: pack in the checkout that does.
set -euo pipefail
case ${1:-} in -*) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 2;; esac
most=$((${1:-60} * 1000000))
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
pack=artifacts/gpu-pack
rm -rf "$pack" "$pack.tar.xz"
mkdir -p "$pack/dotnet/shared/Microsoft.NETCore.App" "$pack/dotnet/host/fxr" "$pack/lib" "$pack/tests/vstest/Extensions"

dotnet publish src/CodeExit.Cli -c Release -o "$pack/codeexit" --nologo -v quiet
rm -rf "$pack"/codeexit/{model,codeexit,*.pdb}
ln -s ../../../models/default "$pack/codeexit/model"

runtime=$(dotnet --list-runtimes | sed -nE 's/^Microsoft\.NETCore\.App (10\.[0-9.]+) \[(.*)\]$/\2\/\1/p' | tail -n 1)
home=$(dirname "$(dirname "$(dirname "$runtime")")")
cp "$home/dotnet" "$pack/dotnet/"
cp -r "$runtime" "$pack/dotnet/shared/Microsoft.NETCore.App/"
# What only debuggers and tracers load.
rm -f "$pack"/dotnet/shared/*/*/{createdump,libmscord*.so,libclrgc*.so,libcoreclrtraceptprovider.so}
cp -r "$home/host/fxr/$(basename "$runtime")" "$pack/dotnet/host/fxr/"

# The tests, and of the SDK what runs tests: the SDK itself is ten times as large.
dotnet build tests/CodeExit.Tests -c Release --nologo -v quiet
cp -r tests/CodeExit.Tests/bin/Release/net10.0 "$pack/tests/build"
rm -rf "$pack"/tests/build/{model,*.pdb,codeexit}
ln -s ../../../../models/default "$pack/tests/build/model"
sdk=$home/sdk/$(dotnet --version)
cp "$sdk"/{vstest.console.*,Microsoft.TestPlatform.*.dll,Microsoft.VisualStudio.TestPlatform.*.dll,Newtonsoft.Json.dll,Microsoft.Extensions.{DependencyModel,FileSystemGlobbing}.dll,NuGet.Frameworks.dll} "$pack/tests/vstest/"
cp "$sdk"/Extensions/*.TestHostRuntimeProvider.dll "$pack/tests/vstest/Extensions/"
cat >"$pack/tests/run.sh" <<'RUN'
# usage: run.sh DOTNET
here=$(cd "$(dirname "$0")" && pwd)
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v "$1")")")} CODEEXIT_TEST_DEVICE=gpu
exec "$1" "$here/vstest/vstest.console.dll" "$here/build/CodeExit.Tests.dll" --TestCaseFilter:"${TEST_FILTER:-FullyQualifiedName~Compute.Gpu}"
RUN

loader=$(ldconfig -p | sed -n 's/.*libOpenCL\.so\.1 (libc6,x86-64).*=> //p' | head -n 1)
if [[ -n $loader ]]; then cp -L "$loader" "$pack/lib/libOpenCL.so.1"; else echo "no OpenCL loader here to pack: Debian has it as ocl-icd-libopencl1" >&2; fi

XZ_OPT="-9e -T0" tar -C "$pack" -cJf "$pack.tar.xz" .
packed=$(stat -c %s "$pack.tar.xz") tree=$(git ls-files -z | xargs -0 du -cb | tail -n 1 | cut -f 1)
echo "$pack.tar.xz: $((packed / 1000000)) MB; with the working tree, $((tree / 1000000)) MB, it is $(((packed + tree) / 1000000)) MB"
((packed + tree <= most)) || { echo "that is more than $((most / 1000000)) MB" >&2; exit 1; }
