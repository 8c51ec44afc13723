#!/usr/bin/env bash
# The whole pipeline on a small corpus, in about two minutes: collect, tokenizer, pretrain (stopped and resumed), export, evaluate,
# fine-tune with a new exit, let exits learn from the last layer, and a completion from the result by CodeExit itself.
#   usage: pipeline.sh FOLDER          (python3 with PyTorch and regex; dotnet with a Release build)
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
out=$1
python=${PYTHON:-python3}
export PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 # OpenBLAS and OpenMP would each take all cores
rm -rf "$out"
mkdir -p "$out"
cd "$here"

"$python" collect.py --out "$out/corpus" --languages python --packages python3-click python3-attr python3-pluggy python3-markdown python3-itsdangerous python3-docutils
"$python" tokenizer.py --corpus "$out/corpus" --out "$out/tokenizer.json" --size 1024

pretrain=("$python" pretrain.py --config configs/tiny.json --corpus "$out/corpus" --tokenizer "$out/tokenizer.json" --out "$out/run")
"${pretrain[@]}" --minutes 60 & # stopped by a signal after some steps
training=$!
trap 'kill $training 2>/dev/null || true' EXIT
until [[ -s $out/run/log.jsonl ]]; do kill -0 $training; sleep 0.2; done
sleep 5
kill $training
wait $training
"${pretrain[@]}"

"$python" export.py --checkpoint "$out/run/checkpoint.pt" --tokenizer "$out/tokenizer.json" --out "$out/model"
"$python" evaluate.py --model "$out/model" --corpus "$out/corpus" --files 5 --tasks 6 --order psm spm

"$python" pretrain.py --config configs/exits.json --init "$out/model" --corpus "$out/corpus" --tokenizer "$out/tokenizer.json" \
  --out "$out/exits" --minutes 0.1 --set exits.layers='[1,2,3]' bf16=false compile=false stages.0.context=64
"$python" pretrain.py --config configs/self-distillation.json --init "$out/model" --corpus "$out/corpus" --tokenizer "$out/tokenizer.json" \
  --out "$out/distilled" --minutes 0.1 --set exits.layers='[1,2]' exits.weights='[1,1]' log_steps=10 bf16=false compile=false \
  stages='[{"until":1,"context":64,"rows":16,"micro_rows":16,"fim_rate":0.8,"suffix_first":0.9,"line_share":0.6}]'
"$python" export.py --checkpoint "$out/exits/checkpoint.pt" --tokenizer "$out/tokenizer.json" --out "$out/exits-model"
"$python" tests/check_pipeline.py "$out"

for model in model exits-model; do
  dotnet run --project ../../src/CodeExit.Cli -c Release --no-build -- complete ../../examples/find_files.py:6 --model "$out/$model" --json
done
