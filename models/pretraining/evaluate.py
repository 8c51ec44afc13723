"""Measures a model folder on held-out files: per exit bits per byte, and single-line infilling.

usage: evaluate.py --model DIR --corpus DIR [--split validation|reserved] [--tasks 500]
"""
import argparse
import itertools
import os
import random
import time

import torch

from training import bpe, checkpoint, evaluation
from training.corpus import documents


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", required=True, metavar="DIR")
    options.add_argument("--corpus", required=True, metavar="DIR")
    options.add_argument("--language", default="python")
    options.add_argument("--split", default="validation", choices=("validation", "reserved"))
    options.add_argument("--tasks", type=int, default=500, help="cursor positions to infill (default 500)")
    options.add_argument("--files", type=int, default=200, help="files to count bits per byte on (default 200)")
    options.add_argument("--context", type=int, default=1024, help="tokens a file is told in at a time (default 1024)")
    options.add_argument("--order", nargs="+", choices=("psm", "spm"), help="of an infilling prompt's parts (default: the model's)")
    options.add_argument("--layers", nargs="+", type=int, help="instead of the model's exits")
    choice = options.parse_args()

    began = time.monotonic()
    model, exits = checkpoint.load(choice.model)
    tokenizer = bpe.Tokenizer(os.path.join(choice.model, "tokenizer.json"))
    orders = choice.order or [checkpoint.fim_order(choice.model)]
    layers = choice.layers or [*exits, model.shape.layers]
    texts = list(documents(choice.corpus, choice.language, choice.split))
    random.Random(0).shuffle(texts)
    told = list(itertools.islice(texts, choice.files))
    tasks = evaluation.single_line_tasks(texts, choice.tasks)

    bits = evaluation.bits_per_byte(model, tokenizer, told, layers, choice.context)
    print(f"{choice.model} on {choice.language}.{choice.split}: {len(told)} files in pieces of {choice.context} tokens, "
          f"{len(tasks)} tasks")
    print("layer  bits/byte" + "".join(f"  {order}: exact  similarity  ended by itself" for order in orders))
    scores = [evaluation.infill(model, tokenizer, tasks, layers, suffix_first=order == "spm") for order in orders]
    for index, layer in enumerate(layers):
        row = f"{layer:5}  {bits[index]:9.3f}"
        for score in scores:
            exact, similarity, ended = score[index]
            row += f"     {exact:7.1%}  {similarity:10.1%}  {ended:15.1%}"
        print(row)
    print(f"{time.monotonic() - began:.0f} s, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
