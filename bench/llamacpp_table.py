"""Medians of codeexit and llama-bench side by side.   usage: llamacpp_table.py DIR

Reads ours.SIZE.OURS.THEIRS.ROUND.json (codeexit bench speed) and theirs.….json (llama-bench -o json).
"""
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

ours, theirs = defaultdict(list), defaultdict(list)
for file in sorted(Path(sys.argv[1]).glob("*.json")):
    parts = file.name.split(".")
    if len(parts) != 6:
        continue
    side, *key, _round, _ = parts
    data = json.loads(file.read_text())
    if side == "ours":
        ours[*key, "decode"].append(data["decodeTokensPerSecond"])
        ours[*key, "prefill"].append(data["prefillTokensPerSecond"])
    else:
        for test in data:
            theirs[*key, "decode" if test["n_gen"] else "prefill"].append(test["avg_ts"])

print(f"{'model':<8}{'codeexit':<10}{'llama.cpp':<11}{'what':<9}{'codeexit tok/s':>15}{'llama.cpp tok/s':>17}{'ratio':>8}")
for key in sorted(ours, key=lambda key: (len(key[0]), key)):
    mine, other = statistics.median(ours[key]), statistics.median(theirs[key])
    size, my_precision, their_precision, what = key
    print(f"{size:<8}{my_precision:<10}{their_precision:<11}{what:<9}{mine:>15.1f}{other:>17.1f}{mine / other:>8.2f}")
