"""Which files may be trained on, read from a package's own machine-readable copyright file (DEP-5).

https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

import re
from functools import lru_cache

from .control import stanzas

# Licences that ask at most for attribution, under the names Debian (left as people write them) and SPDX give them.
PERMISSIVE = frozenset("""
    0bsd afl-2.1 apache apache-2 apache-2.0 apache2 apache2.0 asl-2.0 beerware biopython blueoak-1.0.0 boost boost-1.0
    bsd bsd-2 bsd-2-clause bsd-2-clauses bsd-3 bsd-3-clause bsd-3-clauses bsd-new bsd-simplified bsd-style bsd2 bsd3
    bsl-1.0 cc0 cc0-1.0 cnri-python edl-1.0 expat expat/mit hpnd isc mit mit-0 mit-cmu mit-style mit/expat mit/x11
    ncsa pd pil postgresql psf psf-2 psf-2.0 psfl psflv2 public-domain python python-2.0 unlicense w3c wtfpl wtfpl-2
    x11 zlib zope-2.1 zpl zpl-2.0 zpl-2.1
""".split())

# Folders of a source tree that are not installed as part of a Python package.
NOT_INSTALLED = frozenset("""
    .github benchmark benchmarks bin build contrib data debian demo demos doc docs documentation etc example
    examples extra extras images m4 man po scripts share static test testdata testing tests tools tutorials utils www
""".split())

# A file that names one of these at its top is dropped, whatever the copyright file says of it.
COPYLEFT = re.compile(r"\b[AL]?GPL|General\s+Public\s+Licen|Mozilla\s+Public|Creative\s+Commons\s+Attribution-Share")


def unless_copyleft(licence: str | None, data: bytes) -> str | None:
    """The licence that a file is said to have, or None when its own top names another that asks for more."""
    return None if COPYLEFT.search(data[:4000].decode("utf-8", "replace")) else licence


def is_permissive(expression: str) -> bool:
    """Whether a licence expression such as `Expat or (GPL-2+ and BSD-3-clause)` can be met by permissive licences."""
    expression = expression.strip().lower()
    while True:
        inner = re.search(r"\(([^()]*)\)", expression)
        if inner is None:
            return _is_flat_permissive(expression)
        verdict = " mit " if _is_flat_permissive(inner[1]) else " other "
        expression = expression[:inner.start()] + verdict + expression[inner.end():]


def _is_flat_permissive(expression: str) -> bool:
    alternatives = re.split(r"\s*,?\s+or\s+|\s*\|+\s*", expression)
    choices = [[re.sub(r"\s+", "-", name.strip()) in PERMISSIVE for name in re.split(r"\s*,?\s+and\s+|\s*[,&]\s*", alternative)]
               for alternative in alternatives]
    if "," in expression and len(choices) > 1:
        # DEP-5 lets a comma change what binds first: without working that out, only an expression
        # with nothing but permissive names is surely one.
        return all(all(choice) for choice in choices)
    return any(all(choice) for choice in choices)


class Copyright:
    """The `Files` stanzas of a DEP-5 file; the last one that matches a file holds for it."""

    def __init__(self, text: str):
        paragraphs = list(stanzas(text.replace("\r\n", "\n")))
        self.is_machine_readable = bool(paragraphs) and "Format" in paragraphs[0]
        self._files = []
        for paragraph in paragraphs:
            # What is under debian/ is the packaging, and never part of what we read.
            patterns = [pattern.removeprefix("./") for pattern in paragraph.get("Files", "").split()
                        if not pattern.startswith("debian/")]
            if patterns:
                licence = paragraph.get("License", "").split("\n")[0].strip()
                self._files.append((patterns, licence, is_permissive(licence)))
        self._files.reverse()

    def source_licence(self, path: str) -> str | None:
        """The permissive licence of a file of the source tree, or None."""
        if self.is_machine_readable:
            for patterns, licence, permissive in self._files:
                if any(_matches(pattern, path) for pattern in patterns):
                    return licence if permissive else None
        return None

    def installed_licence(self, path: str) -> str | None:
        """The permissive licence of a file known only by where it is installed, or None.

        Where the source tree held it is unknown, so any stanza that might mean it must be permissive.
        """
        if self.is_machine_readable:
            for patterns, licence, permissive in self._files:
                if any(_surely_covers(pattern, path) for pattern in patterns):
                    return licence if permissive else None
                if not permissive and any(_may_cover(pattern, path) for pattern in patterns):
                    return None
        return None


def _surely_covers(pattern: str, path: str) -> bool:
    """`src/foo/*` covers the installed `foo/bar.py`: what is left of a pattern's leading folders matches it."""
    return _matches(pattern, path) or any(not _is_wild(tail) and _matches(tail, path) for tail in _tails(pattern))


def _may_cover(pattern: str, path: str) -> bool:
    if any(not _is_wild(tail) and _matches(tail, path_tail)
           for tail in (pattern, *_tails(pattern)) for path_tail in (path, *_tails(path))):
        return True
    # `src/*` may be the folder above the installed package; `src/other/*` may not when `other` is not its name,
    # but a folder can be renamed on the way, so only those that are never installed are ruled out.
    folders = pattern.split("/")[:-1]
    return bool(folders) and _is_wild(pattern.split("/")[-1]) \
        and path.split("/")[0] not in folders and folders[0].lower() not in NOT_INSTALLED


def _is_wild(pattern: str) -> bool:
    return "/" not in pattern and "*" in pattern


def _tails(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(1, len(parts))]


def _matches(pattern: str, path: str) -> bool:
    return _regex(pattern).fullmatch(path) is not None


@lru_cache(maxsize=100_000)
def _regex(pattern: str) -> re.Pattern:
    # Unlike a shell's, the wildcards of DEP-5 match slashes too.
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    return re.compile("".join({"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)
