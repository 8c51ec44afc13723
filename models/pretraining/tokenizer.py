"""Learns a byte-level BPE vocabulary from the corpus.   usage: tokenizer.py --corpus DIR --out tokenizer.json [--size N]"""
import argparse
import itertools

from training import bpe
from training.corpus import documents


def sample(folder, languages, megabytes):
    """Texts of each language in turn, until each has given its share of the megabytes."""
    for language in languages:
        budget = megabytes * 1e6 / len(languages)
        for text in documents(folder, language, "train"):
            budget -= len(text)
            if budget < 0:
                break
            yield text


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpus", required=True, metavar="DIR")
    options.add_argument("--out", required=True, metavar="FILE")
    options.add_argument("--size", type=int, default=4096, help="tokens, the special ones included (default 4096)")
    options.add_argument("--languages", nargs="+", default=["python"])
    options.add_argument("--megabytes", type=float, default=60, help="text to learn from (default 60)")
    choice = options.parse_args()

    merges = bpe.learn(sample(choice.corpus, choice.languages, choice.megabytes), choice.size)
    bpe.save(choice.out, merges)

    tokenizer = bpe.Tokenizer(choice.out)
    held_out = list(itertools.islice(documents(choice.corpus, choice.languages[0], "validation"), 200))
    size = sum(len(text.encode()) for text in held_out)
    print(f"{tokenizer.size} tokens, {size / sum(len(tokenizer.encode(text)) for text in held_out):.2f} bytes per token "
          f"on {len(held_out)} held-out {choice.languages[0]} files")


if __name__ == "__main__":
    main()
