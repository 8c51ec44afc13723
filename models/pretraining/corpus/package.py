from dataclasses import dataclass, field
from hashlib import sha256
from typing import Iterator, NamedTuple

from .filters import clean


class File(NamedTuple):
    package: str
    path: str
    text: str
    licence: str


@dataclass
class Package:
    """What is kept of one source package."""

    name: str
    version: str
    reserved: bool
    files: list[File] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(file.text) for file in self.files)


def kept(package: str, path: str, data: bytes, language: str, licence: str | None) -> Iterator[File]:
    """The file, or nothing where no licence lets it be kept or it is not worth it."""
    if licence is not None and (text := clean(data, language)):
        yield File(package, path, text, licence)


def rank(*names: str) -> bytes:
    """A random order that stays the same when other names come or go."""
    return sha256("\0".join(names).encode()).digest()
