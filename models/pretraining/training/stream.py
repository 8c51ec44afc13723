"""An endless stream of training rows: documents, cut into windows, partly turned into fill-in-the-middle samples, packed."""
import bisect
import os
import random
import sys
from array import array

import json

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from . import bpe, fim

SHUFFLED = 4096  # windows that wait in random order, so that a batch does not hold one document


class Corpus:
    """Documents of one language by number, read from disk when asked for."""

    def __init__(self, folder, language):
        self.path = os.path.join(folder, f"{language}.train.jsonl")
        if not os.path.exists(self.path):
            sys.exit(f"{self.path} does not exist; make it with: collect.py --out {folder} --languages {language}")
        self.python = language == "python"
        self.starts = array("q")
        with open(self.path, "rb") as file:
            at = 0
            for line in file:
                self.starts.append(at)
                at += len(line)
        if not self.starts:
            sys.exit(f"{self.path} is empty")

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        with open(self.path, "rb") as file:
            file.seek(self.starts[index])
            return json.loads(file.readline())["text"]


class Rows(IterableDataset):
    """Yields (row, document number): `context` + 1 token ids, and how far in the corpus it is, to go on from there later.

    Every row begins with a new sample. A fill-in-the-middle sample is never cut: what space one leaves is filled with plain text.
    """

    def __init__(self, corpora, weights, tokenizer, stage, seed, first_document=0):
        self.corpora, self.weights, self.tokenizer = corpora, weights, tokenizer
        self.context, self.seed, self.first_document = stage["context"], seed, first_document
        self.fim_rate, self.suffix_first, self.kinds = stage["fim_rate"], stage["suffix_first"], fim.kinds(stage["line_share"])

    def __iter__(self):
        worker = get_worker_info()
        step, offset = (worker.num_workers, worker.id) if worker else (1, 0)
        first = self.first_document - self.first_document % step + offset
        dice = random.Random(f"{self.seed} {first}")
        return self._pack(self._shuffled(self._windows(first, step, dice), dice), dice)

    def _documents(self, first, step):
        """(number, text, is Python), each language in a random order that is new in every epoch."""
        orders = {}
        number = first
        while True:
            language = random.Random(f"{self.seed} language {number}").choices(range(len(self.corpora)), self.weights)[0]
            corpus = self.corpora[language]
            epoch, index = divmod(number, len(corpus))
            if orders.get(language, (-1,))[0] != epoch:
                orders[language] = epoch, np.random.RandomState((self.seed, epoch)).permutation(len(corpus))
            yield number, corpus[int(orders[language][1][index])], corpus.python
            number += step

    def _windows(self, first, step, dice):
        """(number, text, spans of syntax nodes in it or None): pieces of whole lines that hold about a row of tokens."""
        size = int(self.context * 3.2)  # characters; code of this vocabulary has about 3.5 to the token
        for number, text, python in self._documents(first, step):
            nodes = None
            start = 0
            while start < len(text):
                # The first piece of a document is of random length, so that cuts fall elsewhere in each epoch.
                end = start + (dice.randint(size // 4, size) if start == 0 else size)
                end = len(text) if end >= len(text) else text.rfind("\n", start, end) + 1 or end
                inside = None
                if python and len(text) < 60_000:
                    nodes = fim.syntax_nodes(text) if nodes is None and dice.random() < .5 else nodes
                    if nodes:
                        low = bisect.bisect_left(nodes, (start, start))
                        high = bisect.bisect_left(nodes, (end, end))
                        inside = [(a - start, b - start) for a, b in nodes[low:high] if b <= end]
                yield number, text[start:end], inside
                start = end

    @staticmethod
    def _shuffled(items, dice):
        waiting = []
        for item in items:
            if len(waiting) < SHUFFLED:
                waiting.append(item)
                continue
            index = dice.randrange(SHUFFLED)
            item, waiting[index] = waiting[index], item
            yield item

    def _pack(self, windows, dice):
        length, end = self.context + 1, self.tokenizer.special[bpe.END_OF_TEXT]
        row, furthest, held = [], 0, None
        while True:
            number, text, nodes = held or next(windows)
            held = None
            if row or dice.random() >= self.fim_rate:
                ids, plain = self.tokenizer.encode(text), True
                ids.append(end)
            else:
                ids, plain = fim.sample(self.tokenizer, text, nodes, dice, self.kinds, self.suffix_first), False
            if not plain and len(ids) > length:
                held = number, shorten(text, len(ids), length), None
                continue
            row += ids
            furthest = max(furthest, number)
            if len(row) >= length:
                yield torch.tensor(row[:length], dtype=torch.int32), furthest
                row = []


def shorten(text, tokens, limit):
    """The end of a text that has too many tokens, from a line start if there is one."""
    start = len(text) - int(len(text) * limit / tokens * .95)
    return text[text.find("\n", start) + 1 or start:]


def batches(corpora, weights, tokenizer, stage, seed, first_document, workers):
    """-> an iterator of (ids [rows, context + 1] int64, document number). stage: one of a configuration's"""
    stream = Rows(corpora, weights, tokenizer, stage, seed, first_document)
    loader = torch.utils.data.DataLoader(stream, batch_size=stage["rows"], num_workers=workers)
    return ((ids.long(), int(numbers.max())) for ids, numbers in loader)
