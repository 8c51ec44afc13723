"""Byte-level byte-pair encoding: learns a vocabulary, writes and reads it as Hugging Face's `tokenizer.json`, encodes.

Sennrich et al. 2016 (1508.07909) on the bytes of GPT-2's printable alphabet.
"""
import heapq
import json
from collections import Counter, defaultdict

import regex

END_OF_TEXT = "<|endoftext|>"  # ends a document, and a middle
FIM_PREFIX, FIM_MIDDLE, FIM_SUFFIX = "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"
SPECIAL = (END_OF_TEXT, FIM_PREFIX, FIM_MIDDLE, FIM_SUFFIX, "<|fim_pad|>", "<|file_sep|>")

# Words with one leading character (".append", "_name"), single digits, runs of punctuation, spaces. A line break takes the
# indentation that follows it along: "\n        " is one token, so a new line costs no more than a word.
PATTERN = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|(?:[ \t]*[\r\n]+)+[ \t]*|\s+(?!\S)|\s+"


def printable_bytes():
    """byte -> the character that stands for it in tokenizer.json: itself where it prints, else the next one after U+00FF."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in plain}
    for shift, byte in enumerate(byte for byte in range(256) if byte not in table):
        table[byte] = chr(256 + shift)
    return table


ALPHABET = printable_bytes()
BYTE_OF = {character: byte for byte, character in ALPHABET.items()}


def spell(text):
    return [ALPHABET[byte] for byte in text.encode()]


def learn(texts, vocabulary_size):
    """-> the merges, most frequent pair first, that fill a vocabulary of this size. texts: iterable of str."""
    counts, split = Counter(), regex.compile(PATTERN)
    for text in texts:
        counts.update(split.findall(text))
    words = [spell(word) for word in counts]
    weights = list(counts.values())

    pairs, places = Counter(), defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += weights[index]
            places[pair].add(index)
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)

    merges = []
    while len(ALPHABET) + len(merges) + len(SPECIAL) < vocabulary_size and heap:
        count, pair = heapq.heappop(heap)
        if pairs[pair] != -count:
            continue  # a stale entry: the pair was pushed again when its count changed
        if count == 0:
            break
        merges.append(pair)
        changed = set()
        for index in places.pop(pair):
            word, weight = words[index], weights[index]
            merged = join(word, pair)
            for old in zip(word, word[1:]):
                pairs[old] -= weight
                changed.add(old)
            for new in zip(merged, merged[1:]):
                pairs[new] += weight
                places[new].add(index)
                changed.add(new)
            words[index] = merged
        for pair in changed:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
    return merges


def join(word, pair):
    """Replaces each occurrence of the pair, from the left, by its concatenation."""
    out, at = [], 0
    while at < len(word):
        if at + 1 < len(word) and (word[at], word[at + 1]) == pair:
            out.append(word[at] + word[at + 1])
            at += 2
        else:
            out.append(word[at])
            at += 1
    return out


def save(path, merges):
    tokens = sorted(ALPHABET.values()) + [left + right for left, right in merges]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    split = {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False}
    special = [{"id": len(tokens) + index, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True} for index, content in enumerate(SPECIAL)]
    document = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
        "post_processor": byte_level, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {token: index for index, token in enumerate(tokens)}, "merges": [list(pair) for pair in merges]}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False)


class Tokenizer:
    """Encodes with a tokenizer.json of the kind that `save` writes."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        model = document["model"]
        self.vocabulary = model["vocab"]
        self.special = {token["content"]: token["id"] for token in document["added_tokens"]}
        self.size = len(self.vocabulary) + len(self.special)
        self._ranks = {tuple(pair): rank for rank, pair in enumerate(model["merges"])}
        self._split = regex.compile(document["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"])
        self._words = {}
        self._bytes = {index: bytes(BYTE_OF[character] for character in token) for token, index in self.vocabulary.items()}

    def encode(self, text):
        """-> token ids. Special tokens written out in the text are text."""
        ids, words = [], self._words
        for word in self._split.findall(text):
            known = words.get(word)
            if known is None:
                known = self._encode_word(word)
                if len(words) < 1_000_000:
                    words[word] = known
            ids += known
        return ids

    def decode(self, ids):
        """-> text; special tokens are left out, broken UTF-8 becomes U+FFFD."""
        return b"".join(self._bytes.get(index, b"") for index in ids).decode(errors="replace")

    def _encode_word(self, word):
        parts = spell(word)
        while len(parts) > 1:
            rank, pair = min((self._ranks.get(pair, len(self._ranks)), pair) for pair in zip(parts, parts[1:]))
            if rank == len(self._ranks):
                break
            parts = join(parts, pair)
        return [self.vocabulary[part] for part in parts]
