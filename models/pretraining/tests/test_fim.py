import os
import random
import tempfile
import unittest

from training import bpe, fim

SOURCE = '''def größe(x):
    """Ä docstring."""
    if x > 1:
        return "ß" + str(x)

    return [y for y in range(x)]
'''


class FimTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tokenizer.json")
            bpe.save(path, bpe.learn([SOURCE], 300))
            cls.tokenizer = bpe.Tokenizer(path)

    def middles(self, kind, count=300):
        dice = random.Random(1)
        nodes = fim.syntax_nodes(SOURCE)
        return [fim.CHOOSERS[kind](SOURCE, nodes, dice) for _ in range(count)]

    def test_line_rest_AnyDraw_EndsItsLineAndStartsBehindTheIndentation(self):
        for start, end in self.middles("line"):
            self.assertEqual(SOURCE[end], "\n")
            self.assertNotIn("\n", SOURCE[start:end])
            line = SOURCE.rfind("\n", 0, start) + 1
            self.assertGreaterEqual(start, line + len(SOURCE[line:end]) - len(SOURCE[line:end].lstrip()))

    def test_whole_lines_ManyDraws_HalfProduceTheirIndentation(self):
        starts = [start for start, _ in self.middles("lines") if SOURCE[SOURCE.rfind("\n", 0, start) + 1:].startswith(" ")]
        own = sum(start == 0 or SOURCE[start - 1] == "\n" for start in starts)
        self.assertTrue(0.35 < own / len(starts) < 0.65, own / len(starts))
        self.assertTrue(all(SOURCE[end] == "\n" for _, end in self.middles("lines")))

    def test_syntax_nodes_SourceBeyondAscii_CountsCharacters(self):
        found = {SOURCE[start:end] for start, end in fim.syntax_nodes(SOURCE)}
        self.assertIn('"ß" + str(x)', found)
        self.assertIn('return "ß" + str(x)', found)
        self.assertIn("[y for y in range(x)]", found)

    def test_syntax_nodes_NotPython_FindsNone(self):
        self.assertEqual(fim.syntax_nodes("def f(:\n"), [])
        self.assertEqual(fim.syntax_nodes("x = '\0'"), [])

    def test_choose_middle_ManyDraws_SharesAreThoseAskedFor(self):
        dice = random.Random(2)
        empty = sum(start == end for start, end in (fim.choose_middle(SOURCE, [], dice, fim.kinds(1.0)) for _ in range(2000)))
        self.assertTrue(0.02 < empty / 2000 < 0.10, empty)  # 3 %, and carets at the end of a line
        self.assertAlmostEqual(sum(share for _, share in fim.kinds(0.45)), 1)

    def test_sample_EitherOrder_HoldsTheWholeText(self):
        special, decode = self.tokenizer.special, self.tokenizer.decode
        firsts = []
        for seed in range(200):
            ids = fim.sample(self.tokenizer, SOURCE, None, random.Random(seed), fim.kinds(0.45), suffix_first=0.7)
            self.assertEqual(ids[-1], special[bpe.END_OF_TEXT])
            before, after, gap = (ids.index(special[name]) for name in (bpe.FIM_PREFIX, bpe.FIM_SUFFIX, bpe.FIM_MIDDLE))
            prefix, suffix = (decode(ids[part + 1:gap if part else max(before, after)]) for part in (before, after))
            self.assertEqual(0, min(before, after))
            self.assertGreater(gap, max(before, after))
            whole = prefix + decode(ids[gap + 1:-1]) + suffix
            self.assertTrue(SOURCE == whole or (not suffix and SOURCE.startswith(whole)), whole)
            firsts.append(after == 0)
        self.assertTrue(0.6 < sum(firsts) / 200 < 0.8, sum(firsts))


if __name__ == "__main__":
    unittest.main()
