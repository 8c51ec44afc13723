#!/usr/bin/env bash
# codeexit beside llama.cpp: the same random weights, the same number of threads, in turns, medians and ratios at the end.
#   usage: bench/llamacpp.sh REFERENCE_DIR [SIZE…]        SIZE: 30m 400m (default: both)
# REFERENCE_DIR is a Debian root with llama.cpp, its converter and python3-transformers installed. Needs root, for chroot.
# ROUNDS (default 5) and THREADS (default: all) can be set in the environment.
set -euo pipefail
(($# >= 1)) || { echo "usage: bench/llamacpp.sh REFERENCE_DIR [SIZE…]" >&2; exit 2; }
reference=$1; shift
sizes=("$@"); ((${#sizes[@]})) || sizes=(30m 400m)
rounds=${ROUNDS:-5} threads=${THREADS:-$(nproc)}
[[ -x $reference/usr/bin/llama-bench ]] || { echo "no llama-bench in $reference" >&2; exit 1; }

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "$reference/tmp/codeexit-llamacpp.XXXXXX")
inside=${work#"$reference"}
trap 'rm -rf "$work"' EXIT
in_reference() {
  for mount in proc dev; do mountpoint -q "$reference/$mount" || mount --bind "/$mount" "$reference/$mount"; done
  chroot "$reference" "$@"
}

dotnet build "$root/src/CodeExit.Cli" -c Release --nologo -v quiet >&2
codeexit() { dotnet "$root/src/CodeExit.Cli/bin/Release/net10.0/codeexit.dll" "$@"; }
cp "$root"/bench/{convert_to_gguf,llamacpp_table}.py "$work"

# ours:theirs. llama.cpp's F16 is there because its BF16 is slow on some processors: the better of the two is the one to beat.
pairs=(int8:q8_0 bf16:bf16 bf16:f16)
for size in "${sizes[@]}"; do
  echo "== $size: making and converting" >&2
  codeexit bench speed --random "$size" --keep "$work/$size" --precision int8 >/dev/null
  for pair in "${pairs[@]}"; do
    in_reference python3 "$inside/convert_to_gguf.py" /usr/share/doc/llama.cpp-tools/scripts/convert_hf_to_gguf.py \
      "$inside/$size" --outtype "${pair#*:}" --outfile "$inside/$size-${pair#*:}.gguf" >"$work/convert.log" 2>&1 ||
      { cat "$work/convert.log" >&2; exit 1; }
  done
  for ((round = 1; round <= rounds; round++)); do
    for pair in "${pairs[@]}"; do
      echo "== $size: round $round of $rounds, ${pair%:*} and ${pair#*:}" >&2
      codeexit bench speed --model "$work/$size" --precision "${pair%:*}" --threads "$threads" \
        --json "$work/ours.$size.${pair/:/.}.$round.json" >/dev/null
      in_reference llama-bench -m "$inside/$size-${pair#*:}.gguf" -p 512 -n 64 -t "$threads" -r 3 -o json \
        >"$work/theirs.$size.${pair/:/.}.$round.json" 2>"$work/llama.log" || { cat "$work/llama.log" >&2; exit 1; }
    done
  done
done
in_reference python3 "$inside/llamacpp_table.py" "$inside"
