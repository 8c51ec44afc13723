"""Debian's control files: the lists of packages, and machine-readable copyright files.

https://www.debian.org/doc/debian-policy/ch-controlfields.html
"""

import re
import subprocess

Stanza = dict[str, str]

# Upstream's tarball, and more of them whose names say in which folder each belongs; not what Debian adds.
TARBALL = re.compile(r"(?<!\.debian)(?:\.orig(?:-([A-Za-z0-9-]+))?)?\.tar\.\w+$")


def stanzas(text: str):
    """The paragraphs, as field to value; a folded value keeps its line ends."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        fields, name = {}, None
        for line in paragraph.split("\n"):
            if line[:1] in (" ", "\t"):
                if name:
                    fields[name] += "\n" + line.strip()
            elif ":" in line and not line.startswith("#"):
                name, value = line.split(":", 1)
                fields[name] = value.strip()
        if fields:
            yield fields


def newest(packages) -> dict[str, Stanza]:
    """The newest version of each package, by name."""
    found: dict[str, Stanza] = {}
    for package in packages:
        known = found.get(package["Package"])
        if known is None or _is_newer(package["Version"], known["Version"]):
            found[package["Package"]] = package
    return found


def _is_newer(version: str, other: str) -> bool:
    return version != other and subprocess.run(["dpkg", "--compare-versions", version, "gt", other]).returncode == 0


def source_name(binary: Stanza) -> str:
    """The source package that a binary package is built from."""
    return binary.get("Source", binary["Package"]).split(" ")[0]


def file_sizes(package: Stanza) -> dict[str, int]:
    """Names and bytes of what is to be downloaded of a binary package, or of a source package."""
    if "Size" in package:
        version = package["Version"].replace(":", "%3a")
        return {f"{package['Package']}_{version}_{package['Architecture']}.deb": int(package["Size"])}
    lines = (line.split() for line in package["Checksums-Sha256"].strip().splitlines())
    return {name: int(size) for _, size, name in lines if TARBALL.search(name)}
