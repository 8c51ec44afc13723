#!/usr/bin/env bash
# The GPU backend on a real card, in one go, in under ten minutes: what is there, whether it is right, how fast and at how many joules, beside
# PyTorch on the same card in turns.
#   usage: bench/gpu.sh [OUT]        OUT (default: $OUT, else artifacts/gpu) gets gpu.json and gpu.md, written after each step
#          bench/gpu.sh --rehearse [OUT]      a tiny model and whatever device OpenCL has: shows that the script works, measures nothing
# What it needs and does not find it names, and does the rest. It leaves the card's settings alone.
#
# From the environment, all with defaults:
#   CODEEXIT_DIR   folder of a published codeexit.dll: bench/gpu_pack.sh makes one (default: artifacts/gpu-pack, else it is built here)
#   DOTNET_ROOT    folder of a .NET runtime (default: the pack's, else dotnet of PATH)
#   SHAPES         "qwen-0.5b qwen-1.5b"      PRECISIONS "bf16 int8"      ROUNDS 2      BUDGET 550 (seconds)      DEVICE gpu
#   TESTS          a command that runs the backend's own tests (default: the pack's build of them, where it has one)
#   PYTORCH        a Python with torch and transformers (default: python3); PYTORCH_ROOT: the folder it is chrooted to; PYTORCH_DEVICE cuda
#   WORK           where models are written and removed again, up to 5 GB (default: a temporary folder)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rehearse=
if [[ ${1:-} == --rehearse ]]; then rehearse=1; shift; fi
case ${1:-} in -*) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 2;; esac
out=${1:-${OUT:-$root/artifacts/gpu}}
cd "$root"
pack=$root/artifacts/gpu-pack

if [[ -n $rehearse ]]; then
  export REHEARSAL=1
  : "${SHAPES:=qwen-tiny}" "${PYTORCH_DEVICE:=cpu}" "${PRECISIONS:=bf16}"
fi
export SHAPES=${SHAPES:-qwen-0.5b qwen-1.5b} PRECISIONS=${PRECISIONS:-bf16 int8} ROUNDS=${ROUNDS:-2} BUDGET=${BUDGET:-550} DEVICE=${DEVICE:-gpu}
export PYTORCH=${PYTORCH:-python3} PYTORCH_ROOT=${PYTORCH_ROOT:-} PYTORCH_DEVICE=${PYTORCH_DEVICE:-cuda} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# .NET and codeexit: carried, installed, or built here.
if [[ -f $pack.tar.xz && ! -d $pack ]]; then mkdir -p "$pack"; tar -xJf "$pack.tar.xz" -C "$pack"; fi
[[ -n ${DOTNET_ROOT:-} || ! -x $pack/dotnet/dotnet ]] || export DOTNET_ROOT=$pack/dotnet
dotnet=${DOTNET_ROOT:+$DOTNET_ROOT/}dotnet
command -v "$dotnet" >/dev/null || { echo "no .NET runtime: set DOTNET_ROOT, or carry what bench/gpu_pack.sh makes" >&2; exit 1; }
if [[ -z ${CODEEXIT_DIR:-} ]]; then
  CODEEXIT_DIR=$pack/codeexit
  if [[ ! -f $CODEEXIT_DIR/codeexit.dll ]]; then
    "$dotnet" build src/CodeExit.Cli -c Release --nologo -v quiet >&2
    CODEEXIT_DIR=$root/src/CodeExit.Cli/bin/Release/net10.0
  fi
fi
export CODEEXIT="$dotnet $CODEEXIT_DIR/codeexit.dll"
# Without ICU .NET does not start, and only tokenizers that normalise Unicode need it.
if ! ldconfig -p 2>/dev/null | grep -q libicuuc; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi

# The OpenCL loader, and what tells it of NVIDIA's driver: a container often has the driver alone.
if ! ldconfig -p 2>/dev/null | grep -q 'libOpenCL\.so\.1' && [[ -f $pack/lib/libOpenCL.so.1 ]]; then
  export LD_LIBRARY_PATH=$pack/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  echo "no OpenCL loader here: the carried one is used" >&2
fi
if ! compgen -G '/etc/OpenCL/vendors/*.icd' >/dev/null && [[ -z ${OCL_ICD_VENDORS:-} ]]; then
  driver=$({ ldconfig -p 2>/dev/null | sed -n 's/.*libnvidia-opencl\.so\.1.*=> //p'; ls /usr/local/nvidia/lib*/libnvidia-opencl.so.1 2>/dev/null; } | head -n 1)
  if [[ -n $driver ]]; then
    export OCL_ICD_VENDORS=$(mktemp -d)
    echo "$driver" >"$OCL_ICD_VENDORS/nvidia.icd"
    echo "no ICD file here: one for $driver is used" >&2
  else
    echo "no OpenCL driver here (no ICD file, no libnvidia-opencl.so.1): the backend cannot run, PyTorch alone will" >&2
  fi
fi

if [[ -z ${TESTS:-} && -f $pack/tests/run.sh ]]; then export TESTS="bash $pack/tests/run.sh $dotnet"; fi

made=
[[ -n ${WORK:-} ]] || { WORK=$(mktemp -d); made=$WORK; }
export WORK
trap '[[ -z $made ]] || rm -rf "$made"' EXIT
mkdir -p "$WORK"
python=$(command -v python3) || { echo "no Python 3: nothing here runs without it" >&2; exit 1; }
"$python" bench/gpu_run.py "$out"
