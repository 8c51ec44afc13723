import json
import os
import tempfile
import unittest
from collections import Counter

import regex

from training import bpe

SOURCE = '''import os

def find(folder, name="näme"):
    """Yields paths."""
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        if entry == name:
            yield path  # — found
'''


def learn_slowly(text, merges):
    """The definition: count all pairs, join the most frequent one, repeat. Ties as in `bpe.learn`: the smallest pair."""
    words = Counter(regex.findall(bpe.PATTERN, text))
    spelt = {word: bpe.spell(word) for word in words}
    found = []
    for _ in range(merges):
        pairs = Counter()
        for word, count in words.items():
            for pair in zip(spelt[word], spelt[word][1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        found.append(best)
        spelt = {word: bpe.join(parts, best) for word, parts in spelt.items()}
    return found


class BpeTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "tokenizer.json")

    def tokenizer(self, size=320):
        bpe.save(self.path, bpe.learn([SOURCE * 3], size))
        return bpe.Tokenizer(self.path)

    def test_learn_Text_FindsMergesOfTheDefinition(self):
        self.assertEqual(bpe.learn([SOURCE], 256 + len(bpe.SPECIAL) + 40), learn_slowly(SOURCE, 40))

    def test_learn_MoreThanTheTextHolds_StopsEarly(self):
        self.assertEqual(bpe.learn(["ab"], 1000), [("a", "b")])

    def test_encode_AnyText_DecodesToItself(self):
        tokenizer = self.tokenizer()
        for text in (SOURCE, "", "\t\t x\r\n\r\n", "日本語 🎉 \u200b", "a" * 1000, "<|endoftext|>", "   \n   "):
            self.assertEqual(tokenizer.decode(tokenizer.encode(text)), text)

    def test_encode_Text_IsShorterThanItsBytes(self):
        self.assertLess(len(self.tokenizer().encode(SOURCE)), len(SOURCE.encode()) / 1.5)

    def test_encode_LineBreakAndIndentation_AreOneToken(self):
        tokenizer = self.tokenizer()
        ids = tokenizer.encode("x\n        y")
        self.assertEqual([tokenizer.decode([index]) for index in ids], ["x", "\n        ", "y"])

    def test_encode_SpecialTokenWrittenOut_StaysText(self):
        tokenizer = self.tokenizer()
        self.assertNotIn(tokenizer.special[bpe.END_OF_TEXT], tokenizer.encode(bpe.END_OF_TEXT))

    def test_save_Merges_GivesEveryIdOnce(self):
        tokenizer = self.tokenizer()
        with open(self.path, encoding="utf-8") as file:
            document = json.load(file)
        ids = [*document["model"]["vocab"].values(), *(token["id"] for token in document["added_tokens"])]
        self.assertEqual(sorted(ids), list(range(320)))
        self.assertEqual(tokenizer.size, 320)


if __name__ == "__main__":
    unittest.main()
