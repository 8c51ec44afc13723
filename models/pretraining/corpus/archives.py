"""What is inside packages, read without unpacking them to disk."""

import subprocess
import tarfile
from pathlib import Path


def read_deb(path: Path, wanted) -> dict[str, bytes]:
    """The regular files of a binary package whose name `wanted` accepts."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            return {name: archive.extractfile(member).read() for name, member in _members(archive)
                    if member.isfile() and wanted(name)}


def read_tarball(path: Path, wanted) -> dict[str, bytes]:
    """The same of upstream's tarball, without the one folder that most put everything in."""
    contents, tops = {}, set()
    with tarfile.open(path, mode="r|*") as archive:
        for name, member in _members(archive):
            top, _, rest = name.partition("/")
            tops.add(top if rest or member.isdir() else None)
            if member.isfile() and wanted(name):
                contents[name] = archive.extractfile(member).read()
    if len(tops) == 1 and None not in tops:
        return {name.partition("/")[2]: data for name, data in contents.items()}
    return contents


def _members(archive):
    for member in archive:
        name = member.name.removeprefix("./")
        if name not in ("", "."):
            yield name, member
