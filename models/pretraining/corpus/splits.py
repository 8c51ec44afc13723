"""Which package is trained on and which is measured on, and no file of one repeated in the other."""

import sys

from .deduplication import Seen
from .package import File, Package, rank

VALIDATION = {"python": 0.021, "java": 0.04, "typescript": 0.04}  # of the packages: more where there are fewer
LARGEST_VALIDATION = 900_000  # characters of a package: the measure is not to hang on one project
LARGEST_PACKAGE = 12_000_000  # more of one project teaches its habits, not the language


def split(packages: list[Package], language: str) -> dict[str, list[File]]:
    for package in packages:
        package.files = _capped(package.files)
    candidates = [package for package in packages if package.files and not package.reserved]
    validation = choose_validation(candidates, VALIDATION[language])
    seen = Seen()
    splits = {}
    # Training comes last, so that a file also found in what is measured on is dropped from it and not from there.
    for name, members in (
        ("reserved", [package for package in packages if package.reserved]),
        ("validation", [package for package in candidates if package.name in validation]),
        ("train", [package for package in candidates if package.name not in validation]),
    ):
        files = sorted((file for package in members for file in package.files), key=_rank)
        splits[name] = [file for file in files if seen.add(file.text)]
        print(f"  {name}: {len(splits[name])} of {len(files)} files are not repeated", file=sys.stderr)
    return splits


def choose_validation(packages: list[Package], share: float) -> set[str]:
    """Whole packages by the hash of their name: one keeps its side in every corpus, whatever else is collected."""
    fitting = [package.name for package in packages if package.size <= LARGEST_VALIDATION]
    chosen = {name for name in fitting if int.from_bytes(rank(name)[:8], "big") < share * 2**64}
    # A corpus of a few packages, made to try things out, has a validation split too.
    return chosen or set(sorted(fitting, key=rank)[:1] if len(packages) > 1 else ())


def _capped(files: list[File]) -> list[File]:
    kept, size = [], 0
    for file in sorted(files, key=_rank):
        size += len(file.text)
        if size > LARGEST_PACKAGE:
            break
        kept.append(file)
    return kept


def _rank(file: File) -> bytes:
    return rank(file.package, file.path)
