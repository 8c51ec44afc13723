"""Python from Debian's binary packages: what is installed, without the packaging around it."""

import re
import sys

from .apt import Apt
from .archives import read_deb
from .control import Stanza, source_name
from .errors import CollectError
from .licences import Copyright, unless_copyleft
from .package import Package, kept

# Kept for measuring: the published figures come from these, so nothing may learn from them.
RESERVED = ("flask", "requests", "tornado", "networkx", "scrapy", "httpx", "jinja2", "trio")
STANDARD_LIBRARY = re.compile(r"libpython3\.\d+-(minimal|stdlib)")
LARGEST = 8_000_000  # bytes of a .deb: above it is data and compiled code for little Python

_INSTALLED = re.compile(r"usr/lib/python3(?:\.\d+)?/(?:dist-packages/)?(.+\.py)")
_NOT_CODE = re.compile(r"-(doc|dbg|dev|examples)$")


def packages(apt: Apt, only: list[str] | None) -> list[Package]:
    binaries = apt.binaries()
    reserved = {source_name(binaries[f"python3-{name}"]) for name in RESERVED if f"python3-{name}" in binaries}
    chosen = [binary for name, binary in sorted(binaries.items()) if _is_wanted(binary, source_name(binary) in reserved)]
    if only:
        chosen = [binary for binary in chosen if binary["Package"] in only or source_name(binary) in only]
        if unknown := set(only) - {name for binary in chosen for name in (binary["Package"], source_name(binary))}:
            raise CollectError(f"no Python package of Debian's to collect is called {sorted(unknown)[0]}")
    found: dict[str, Package] = {}
    apt.fetch_binaries(chosen)
    for number, binary in enumerate(chosen, 1):
        source = source_name(binary)
        package = found.setdefault(source, Package(source, binary["Version"], source in reserved))
        for path in apt.arrived(binary):
            package.files += _files(binary, path, package)
        if number % 100 == 0:
            size = sum(package.size for package in found.values())
            print(f"  read {number} of {len(chosen)} packages: {size / 1e6:.0f} MB", file=sys.stderr)
    return list(found.values())


def _is_wanted(binary: Stanza, reserved: bool) -> bool:
    name = binary["Package"]
    if STANDARD_LIBRARY.fullmatch(name):
        return True
    return (name.startswith("python3-") and not _NOT_CODE.search(name)
            and binary.get("Section") not in ("debug", "doc", "oldlibs")
            and (reserved or int(binary["Size"]) <= LARGEST))


def _files(binary: Stanza, path, package: Package):
    notice = f"usr/share/doc/{binary['Package']}/copyright"
    contents = dict(read_deb(path, lambda name: name == notice or _INSTALLED.fullmatch(name)))
    rights = Copyright(contents.pop(notice, b"").decode("utf-8", "replace"))
    for name, data in sorted(contents.items()):
        module = _INSTALLED.fullmatch(name)[1]
        if STANDARD_LIBRARY.fullmatch(binary["Package"]):
            licence = "PSF-2.0"  # its copyright file is prose; Lib/ is under the PSF's licence
        elif package.reserved:
            licence = "not trained on"
        elif _is_reserved(module):
            continue
        else:
            licence = unless_copyleft(rights.installed_licence(module), data)
        yield from kept(package.name, module, data, "python", licence)


def _is_reserved(module: str) -> bool:
    """Whether another package carries a copy of a reserved one, as pip does of requests."""
    return any(folder in RESERVED for folder in module.split("/")[:-1])
