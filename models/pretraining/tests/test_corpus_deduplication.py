import random
import unittest

import numpy as np

from corpus.deduplication import Seen, signature


def words(count: int, seed: int) -> list[str]:
    chooser = random.Random(seed)
    return ["".join(chooser.choices("abcdefghij", k=6)) for _ in range(count)]


def jaccard(left: list[str], right: list[str]) -> float:
    runs = [{tuple(tokens[start:start + 5]) for start in range(len(tokens) - 4)} for tokens in (left, right)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def kept_after_the_original(change) -> int:
    """Of 20 texts of 500 words, how many are kept when changed, by a Seen that has the text as it was."""
    kept = 0
    for seed in range(20):
        base = words(500, seed)
        seen = Seen()
        seen.add(" ".join(base))
        kept += seen.add(" ".join(change(base, seed)))
    return kept


class Signature(unittest.TestCase):
    def test_signature_agreement_is_the_jaccard_index(self):
        base = words(2000, seed=1)
        errors = []
        for seed, changed in enumerate((100, 300, 600, 1000, 1500)):
            other = base[:-changed] + words(changed, seed=10 + seed)
            agreement = np.mean(signature(" ".join(base)) == signature(" ".join(other)))
            errors.append(agreement - jaccard(base, other))
        # 64 coins have a deviation of at most 1 / 16.
        self.assertLess(max(map(abs, errors)), 0.2)
        self.assertLess(abs(sum(errors) / len(errors)), 0.1)

    def test_signature_white_space_does_not_matter(self):
        self.assertTrue(np.array_equal(signature("def f(x):\n    return x"), signature("def f(x): return  x")))

    def test_signature_same_words_in_another_order_tells_apart(self):
        base = words(500, seed=1)
        self.assertLess(np.mean(signature(" ".join(base)) == signature(" ".join(sorted(base)))), 0.2)

    def test_signature_fewer_tokens_than_a_run_still_tells_apart(self):
        self.assertFalse(np.array_equal(signature("a b"), signature("a c")))


class SeenTexts(unittest.TestCase):
    def test_add_same_text_with_other_white_space_refused(self):
        seen = Seen()
        self.assertTrue(seen.add("def f(x):\n    return x\n"))
        self.assertFalse(seen.add("def f(x):\n\treturn x"))

    def test_add_slightly_changed_copies_refused(self):
        def changed(base, seed):
            return base[:100] + ["renamed"] + base[101:400] + ["imports"] + base[401:]

        self.assertEqual(kept_after_the_original(changed), 0)  # 10 of 496 runs: an index of 0.96

    def test_add_half_changed_texts_kept(self):
        self.assertEqual(kept_after_the_original(lambda base, seed: base[:300] + words(200, 100 + seed)), 20)  # an index of 0.43

    def test_add_refused_text_is_not_remembered(self):
        base = words(1000, seed=3)
        steps = [" ".join(base[:1000 - 50 * step]) for step in range(10)]
        seen = Seen()
        self.assertTrue(seen.add(steps[0]))
        self.assertFalse(seen.add(steps[2]))
        self.assertTrue(seen.add(steps[9]))  # 0.55 of the first, though refused ones in between are nearer
