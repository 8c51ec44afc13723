import contextlib
import io
import json
import random
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from corpus.manifest import write_manifest
from corpus.package import File, Package
from corpus.python import _is_reserved
from corpus.splits import LARGEST_VALIDATION, VALIDATION, choose_validation, split

SHARE = VALIDATION["python"]


def text_of(seed: int, size: int = 2000) -> str:
    chooser = random.Random(seed)
    return "".join(chooser.choices("abcdefgh \n", k=size))


def package(name: str, texts: list[str], reserved: bool = False) -> Package:
    files = [File(name, f"{name}/{number}.py", text, "MIT") for number, text in enumerate(texts)]
    return Package(name, "1.0", reserved, files)


def many(count: int = 400) -> list[Package]:
    return [package(f"package{number}", [text_of(number)]) for number in range(count)]


def quiet_split(packages):
    with contextlib.redirect_stderr(io.StringIO()):
        return split(packages, "python")


class Validation(unittest.TestCase):
    def test_choose_validation_many_packages_about_the_share_asked_for(self):
        packages = [package(f"package{number}", ["text"]) for number in range(10_000)]
        self.assertAlmostEqual(len(choose_validation(packages, SHARE)) / len(packages), SHARE, delta=0.004)

    def test_choose_validation_other_packages_around_same_side(self):
        every = choose_validation(many(), SHARE)
        self.assertEqual(choose_validation(many()[::-1][:390], SHARE), every & {package.name for package in many()[10:]})

    def test_choose_validation_few_packages_one_of_them(self):
        self.assertEqual(len(choose_validation(many(3), SHARE)), 1)
        self.assertEqual(choose_validation(many(1), SHARE), set())

    def test_choose_validation_big_package_left_to_training(self):
        packages = many()
        big = next(package for package in packages if package.name in choose_validation(packages, SHARE))
        big.files *= LARGEST_VALIDATION // big.size + 1
        self.assertNotIn(big.name, choose_validation(packages, SHARE))


class Splits(unittest.TestCase):
    def test_split_package_is_measured_on_or_trained_on_never_both(self):
        splits = quiet_split(many())
        self.assertEqual({file.package for file in splits["validation"]}, choose_validation(many(), SHARE))
        self.assertFalse({file.package for file in splits["train"]} & choose_validation(many(), SHARE))
        self.assertEqual(sum(map(len, splits.values())), 400)

    def test_split_training_repeats_reserved_dropped(self):
        secret = text_of(1001)
        packages = many(30) + [package("flask", [secret], reserved=True), package("copier", [secret + "extra", text_of(1002)])]
        splits = quiet_split(packages)
        self.assertEqual([file.package for file in splits["reserved"]], ["flask"])
        self.assertEqual([file.text for name in ("train", "validation") for file in splits[name] if file.package == "copier"],
                         [text_of(1002)])

    def test_split_reserved_never_in_other_splits(self):
        packages = many(30) + [package("flask", [text_of(number) for number in range(100, 110)], reserved=True)]
        splits = quiet_split(packages)
        self.assertEqual(len(splits["reserved"]), 10)
        self.assertFalse([file for name in ("train", "validation") for file in splits[name] if file.package == "flask"])

    def test_split_same_packages_same_order_and_shuffled(self):
        names = [file.package for file in quiet_split(many())["train"]]
        self.assertEqual(names, [file.package for file in quiet_split(many()[::-1])["train"]])
        self.assertNotEqual(names, sorted(names))

    def test_split_huge_package_is_capped(self):
        huge = package("huge", [text_of(number) for number in range(1000, 1010)])
        with mock.patch("corpus.splits.LARGEST_PACKAGE", 3 * 2000):
            splits = quiet_split(many(20) + [huge])
        self.assertEqual([file.package for file in splits["train"]].count("huge"), 3)

    def test_is_reserved_copy_inside_another_package(self):
        self.assertTrue(_is_reserved("pip/_vendor/requests/sessions.py"))
        self.assertFalse(_is_reserved("pip/_vendor/rich/requests.py"))


class Manifest(unittest.TestCase):
    def test_write_manifest_other_language_again_keeps_lines_sorted(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "manifest.tsv"
            for language in ("python", "java", "python"):
                packages = [package("b", ["two"]), package("a", ["one", "three"])]
                write_manifest(path, language, packages, {"train": [file for p in packages for file in p.files]})
            header, *lines = path.read_text().splitlines()
            self.assertEqual([line.split("\t")[:7] for line in lines], [
                [language, "train", name, "1.0", "MIT", count, size]
                for language in ("java", "python") for name, count, size in (("a", "2", "8"), ("b", "1", "3"))])
            self.assertEqual(len(header.split("\t")), len(lines[0].split("\t")))
