import itertools
import json
import os
import tempfile
import unittest
from unittest import mock

from training import bpe, stream
from training.stream import Corpus, Rows, batches

CONTEXT = 48
STAGE = {"context": CONTEXT, "rows": 4, "fim_rate": 0.5, "suffix_first": 0.5, "line_share": 0.45}


@mock.patch.object(stream, "SHUFFLED", 32)
class StreamTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        texts = [f"def function_{index}(x):\n" + f"    return x + {index}\n" * (index % 7 + 1) + "# end\n" for index in range(300)]
        with open(os.path.join(self.folder, "python.train.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": text}) + "\n" for text in texts)
        path = os.path.join(self.folder, "tokenizer.json")
        bpe.save(path, bpe.learn(texts, 400))
        self.tokenizer = bpe.Tokenizer(path)
        self.corpora = [Corpus(self.folder, "python")]

    def rows(self, count, fim_rate=0.5, seed=0, first=0):
        rows = Rows(self.corpora, [1], self.tokenizer, {**STAGE, "fim_rate": fim_rate}, seed, first)
        return [(row.tolist(), number) for row, number in itertools.islice(rows, count)]

    def test_Rows_AnyRow_HasOneTokenMoreThanTheContext(self):
        self.assertEqual({len(row) for row, _ in self.rows(50)}, {CONTEXT + 1})

    def test_Rows_SameSeed_GivesSameRows(self):
        self.assertEqual(self.rows(20), self.rows(20))
        self.assertNotEqual(self.rows(20), self.rows(20, seed=1))

    def test_Rows_InfillingSample_IsNeverCut(self):
        special = self.tokenizer.special
        found = 0
        for row, _ in self.rows(200, fim_rate=1.0):
            for name in (bpe.FIM_PREFIX, bpe.FIM_SUFFIX, bpe.FIM_MIDDLE):
                self.assertEqual(row.count(special[name]), 1)
            self.assertIn(row[0], (special[bpe.FIM_PREFIX], special[bpe.FIM_SUFFIX]))
            self.assertIn(special[bpe.END_OF_TEXT], row[row.index(special[bpe.FIM_MIDDLE]):])
            found += 1
        self.assertEqual(found, 200)

    def test_Rows_NoInfilling_IsTextOfTheCorpus(self):
        whole = "".join(self.corpora[0][index] for index in range(300))
        for row, _ in self.rows(30, fim_rate=0.0):
            first = row[:row.index(self.tokenizer.special[bpe.END_OF_TEXT])] if self.tokenizer.special[bpe.END_OF_TEXT] in row else row
            self.assertIn(self.tokenizer.decode(first), whole)

    def test_Rows_LaterDocument_GoesOnFromThere(self):
        self.assertGreaterEqual(min(number for _, number in self.rows(5, first=5000)), 5000)

    def test_Rows_LongerThanTheCorpus_BeginsANewEpoch(self):
        self.assertGreater(self.rows(1500)[-1][1], len(self.corpora[0]))

    def test_batches_Stage_GivesItsShape(self):
        ids, document = next(batches(self.corpora, [1], self.tokenizer, STAGE, 0, 0, 0))
        self.assertEqual(tuple(ids.shape), (4, CONTEXT + 1))
        self.assertGreater(document, 0)


if __name__ == "__main__":
    unittest.main()
