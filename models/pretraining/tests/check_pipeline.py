"""Holds what pipeline.sh left in a folder against what it should be.   usage: check_pipeline.py FOLDER"""
import json
import os
import sys


def check(truth, complaint):
    if not truth:
        sys.exit(f"pipeline: {complaint}")


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "run", "log.jsonl"), encoding="utf-8") as file:
        log = [json.loads(line) for line in file]
    losses = [entry["loss"]["last"] for entry in log if "loss" in entry]
    steps = [entry["step"] for entry in log]
    check(steps == sorted(steps) and steps[0] == 1, f"the resumed run counts its steps as {steps}")
    check(steps.count(1) == 1, "the second run began anew")
    check(losses[-1] < losses[0] - 0.5, f"the loss went from {losses[0]} to {losses[-1]} only")
    bits = log[-1]["bits_per_byte"]
    check(bits["layer 4"] < 3.5, f"{bits['layer 4']} bits per byte; guessing tokens blindly costs 3.7")

    with open(os.path.join(folder, "exits-model", "exits.json"), encoding="utf-8") as file:
        check(json.load(file)["exit_layers"] == [1, 2, 3, 4], "the fine-tuned model does not name its new exit")
    with open(os.path.join(folder, "exits", "log.jsonl"), encoding="utf-8") as file:
        tuned = [json.loads(line) for line in file]
    before, after = tuned[0]["loss"]["layer 1"], tuned[-1]["bits_per_byte"]["layer 1"]
    check(after < 4, f"the new exit stands at {after} bits per byte, {before} nats per token at first")
    with open(os.path.join(folder, "distilled", "log.jsonl"), encoding="utf-8") as file:
        distilled = [json.loads(line)["loss"] for line in file if '"loss"' in line]
    before, after = distilled[0]["layer 1"], distilled[-1]["layer 1"]
    check(after < before, f"the exit's divergence from the last layer went from {before} to {after} nats")
    print(f"pipeline: loss {losses[0]:.2f} to {losses[-1]:.2f} nats per token, {bits['layer 4']:.2f} bits per byte")


if __name__ == "__main__":
    main()
