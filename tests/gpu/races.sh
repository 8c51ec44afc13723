#!/usr/bin/env bash
# The GPU's kernels on Oclgrind, which reports accesses out of bounds, lanes that race and calls that are wrong: what PoCL always forgives, and
# a card on some days. After tests/gpu/setup.sh and `dotnet build -c Release`. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OCLGRIND_DATA_RACES=1 OCLGRIND_CHECK_API=1
passed=0 failed=0

# That it sees what it is here for: a lane reads what its neighbour writes, and the last one reads beyond the end.
cat >"$work/planted.cl" <<'CL'
kernel void planted(global float *data) { const int i = get_global_id(0); data[i] = data[i + 1]; }
CL
printf '%s\n' "$work/planted.cl" planted '16 1 1' '16 1 1' '<size=64 fill=0>' >"$work/planted.sim"
OCLGRIND_LOG=$work/planted.log oclgrind-kernel "$work/planted.sim"
for fault in 'data race' 'Invalid read'; do
  if grep -q "$fault" "$work/planted.log"; then passed=$((passed + 1)); else echo "not seen where it was planted: $fault"; failed=$((failed + 1)); fi
done

# Oclgrind empties its log whenever a context is made. A pipe keeps what came before; it is held open for as long as contexts come and go.
mkfifo "$work/pipe"
cat <"$work/pipe" >"$work/log" &
reader=$!
exec 9>"$work/pipe"

# One caller at a time is all that Oclgrind takes. Of the slow classes, the tests with small shapes that reach every kernel of a model.
CODEEXIT_OPENCL_LIBRARY=/usr/lib/oclgrind/liboclgrind-rt.so OCLGRIND_LOG=$work/pipe \
  dotnet test -c Release --no-build --logger "trx;LogFileName=$work/results.trx" --filter "$(paste -sd'|' <<'TESTS'
FullyQualifiedName~GpuKernelsTests
FullyQualifiedName~StateKernelsTests
FullyQualifiedName~GpuLogitsTests
FullyQualifiedName~GpuDistributionsTests.Set_
FullyQualifiedName~GpuDistributionsTests.Draw_Odd
(FullyQualifiedName~GpuDistributionsTests.Verify_&DisplayName~vocabulary: 6)
(FullyQualifiedName~Attend_EachVariant_EqualsDoublePrecision&DisplayName~width: 33)
(FullyQualifiedName~GpuDecoderModelTests.RunLayers_F32&DisplayName~opt-post-norm)
TESTS
)" -- xUnit.ParallelizeTestCollections=false || true
exec 9>&-
wait "$reader"
read -r run_passed run_failed < <(sed -nE 's/.*<Counters.* passed="([0-9]+)".* failed="([0-9]+)".*/\1 \2/p' "$work/results.trx")
passed=$((passed + run_passed)) failed=$((failed + run_failed))
if [[ -s $work/log ]]; then
  head -n 200 "$work/log"
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
((failed == 0))
