#!/usr/bin/env python3
"""Makes the training corpus from the packages of Debian and npm: DIR/LANGUAGE.SPLIT.jsonl and DIR/manifest.tsv."""

import argparse
import json
import sys
from pathlib import Path

from corpus import npm, python, sources
from corpus.apt import Apt
from corpus.errors import CollectError
from corpus.manifest import write_manifest
from corpus.splits import split

LANGUAGES = ["python", "java", "typescript"]  # the last with JavaScript


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--packages", nargs="+", metavar="NAME", help="only these, of one language (default: all)")
    arguments = parser.parse_args()
    if arguments.packages and len(arguments.languages) > 1:
        parser.error("--packages goes with one of --languages")
    try:
        apt = Apt(arguments.out.resolve())
        for language in arguments.languages:
            print(language, file=sys.stderr)
            packages = gather(apt, arguments.out.resolve(), language, arguments.packages)
            splits = split(packages, language)
            for name, files in splits.items():
                write_files(arguments.out / f"{language}.{name}.jsonl", files)
            write_manifest(arguments.out / "manifest.tsv", language, packages, splits)
    except (CollectError, OSError) as error:
        print(f"collect: {error}", file=sys.stderr)
        return 1
    return 0


def gather(apt: Apt, folder: Path, language: str, only: list[str] | None):
    if language == "python":
        return python.packages(apt, only)
    from_npm = [name for name in npm.PACKAGES if not only or name in only] if language == "typescript" else []
    from_debian = [name for name in only or () if name not in from_npm]
    found = sources.packages(apt, language, from_debian) if from_debian or not only else []
    return found + npm.packages(folder, from_npm)


def write_files(path: Path, files):
    part = path.with_suffix(".part")  # a corpus that is being read stays whole until the new one is
    with part.open("w", encoding="utf-8") as stream:
        for file in files:
            row = {"package": file.package, "path": file.path, "text": file.text}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
