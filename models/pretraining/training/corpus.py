"""Reads what `collect.py` wrote."""
import json
import os
import sys


def documents(folder, language, split):
    """Yields the texts of one language and split, in the file's order (train is shuffled)."""
    path = os.path.join(folder, f"{language}.{split}.jsonl")
    if not os.path.exists(path):
        sys.exit(f"{path} does not exist; make it with: collect.py --out {folder} --languages {language}")
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]
