"""Java, TypeScript and JavaScript from Debian's source packages, where files lie as their authors wrote them."""

import re
import sys
from typing import NamedTuple

from .apt import Apt
from .archives import read_deb, read_tarball
from .control import TARBALL, Stanza, file_sizes, source_name
from .errors import CollectError
from .licences import Copyright, unless_copyleft
from .package import Package, kept


class Kind(NamedTuple):
    binaries: re.Pattern  # what a source package must build to be of this language
    files: re.Pattern
    left_out: re.Pattern


KINDS = {
    "java": Kind(
        re.compile(r"lib.+-java"),
        re.compile(r".+\.java"),
        re.compile(r"(?:^|/)(?:package|module)-info\.java$"),
    ),
    "typescript": Kind(
        re.compile(r"(?:node|libjs)-.+"),
        re.compile(r".+\.(?:[mc]?ts|tsx|m?js|jsx)"),
        # Declarations without code, bundles, copies of other packages, and inputs of compilers' own tests.
        re.compile(r"\.d\.[mc]?ts$|[.-](?:min|bundle|pack)\.|(?:^|/)(?:dist|build|lib-cov|bundles?|node_modules|vendor"
                   r"|third[_-]?party|i18n|locales?|_*fixtures?_*|baselines|cases|test262)/"),
    ),
}

LARGEST = 36_000_000  # bytes of a package's tarballs: above it is mostly data, or a whole distribution


def packages(apt: Apt, language: str, only: list[str] | None) -> list[Package]:
    # The smallest binary package of each source brings the copyright file: a fraction of the bytes of the rest.
    smallest = {source_name(binary): binary for binary in
                sorted(apt.binaries().values(), key=lambda binary: (-int(binary["Size"]), binary["Package"]))}
    chosen = [source for name, source in sorted(apt.sources().items())
              if name in smallest and _is_wanted(source, KINDS[language])]
    if only:
        chosen = [source for source in chosen if source["Package"] in only]
        if unknown := set(only) - {source["Package"] for source in chosen}:
            raise CollectError(f"no {language} source package of Debian's to collect is called {sorted(unknown)[0]}")
    apt.fetch_binaries([smallest[source["Package"]] for source in chosen])
    rights = {source["Package"]: _rights(apt, smallest[source["Package"]]) for source in chosen}
    chosen = [source for source in chosen if rights[source["Package"]].is_machine_readable]
    apt.fetch_tarballs(chosen)
    found = []
    for number, source in enumerate(chosen, 1):
        name = source["Package"]
        files = list(_files(apt, source, language, rights.pop(name)))
        found.append(Package(name, source["Version"], reserved=False, files=files))
        if number % 100 == 0:
            size = sum(package.size for package in found)
            print(f"  read {number} of {len(chosen)} packages: {size / 1e6:.0f} MB", file=sys.stderr)
    return found


def _is_wanted(source: Stanza, kind: Kind) -> bool:
    return (any(kind.binaries.fullmatch(name) for name in re.split(r",\s*", source["Binary"]))
            and sum(file_sizes(source).values()) <= LARGEST)


def _rights(apt: Apt, binary: Stanza) -> Copyright:
    name = f"usr/share/doc/{binary['Package']}/copyright"
    for path in apt.arrived(binary):
        return Copyright(read_deb(path, lambda found: found == name).get(name, b"").decode("utf-8", "replace"))
    return Copyright("")


def _files(apt: Apt, source: Stanza, language: str, rights: Copyright):
    kind = KINDS[language]
    for path in apt.arrived(source):
        folder = TARBALL.search(path.name)[1]
        contents = read_tarball(path, lambda name: kind.files.fullmatch(name) and not kind.left_out.search(name))
        for name, data in sorted(contents.items()):
            if folder:
                name = f"{folder}/{name}"
            licence = unless_copyleft(rights.source_licence(name), data)
            yield from kept(source["Package"], name, data, language, licence)
