"""Drops files that repeat an earlier one, exactly or nearly: MinHash over runs of tokens with banded look-up.

Broder, "On the resemblance and containment of documents", 1997; Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", chapter 3.
"""

import hashlib
import re
import zlib

import numpy as np

RUN = 5              # tokens that make one element of a file's set
HASHES = 64          # functions per signature: the estimate of the Jaccard index has a deviation of about 0.06
ROWS = 4             # per band: 16 bands find a pair at 0.7 with probability 0.99
SIMILAR = 0.7        # estimated Jaccard index from which two files count as one
CHUNK = 4096         # runs hashed at a time: 64 * 4096 * 8 bytes stay in the cache

_random = np.random.default_rng(0)
_ODD = _random.integers(0, 2**63, HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_ADD = _random.integers(0, 2**63, HASHES, dtype=np.uint64)
_MIX = _random.integers(0, 2**63, RUN, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_TOKEN = re.compile(rb"\w+|[^\w\s]")


def signature(text: str) -> np.ndarray:
    """HASHES minima, uint32: two texts agree in each with a probability equal to their Jaccard index."""
    tokens = np.fromiter(map(zlib.crc32, _TOKEN.findall(text.encode())), dtype=np.uint64)
    count = max(1, len(tokens) - RUN + 1)
    tokens = np.concatenate([tokens, np.zeros(max(0, RUN - len(tokens)), np.uint64)])
    runs = np.zeros(count, np.uint64)
    for offset in range(RUN):
        runs += tokens[offset:offset + count] * _MIX[offset]
    runs ^= runs >> np.uint64(32)
    minima = np.full(HASHES, 2**64 - 1, np.uint64)
    for start in range(0, count, CHUNK):
        hashed = runs[start:start + CHUNK, None] * _ODD + _ADD
        np.minimum(minima, hashed.min(axis=0), out=minima)
    return (minima >> np.uint64(32)).astype(np.uint32)


class Seen:
    """The files kept so far."""

    def __init__(self):
        self._exact: set[bytes] = set()
        self._bands: dict[bytes, list[int]] = {}
        self._signatures: list[np.ndarray] = []

    def add(self, text: str) -> bool:
        """Takes the text in, unless one like it is already here; says whether it did."""
        exact = hashlib.sha256("".join(text.split()).encode()).digest()
        if exact in self._exact:
            return False
        mine = signature(text)
        bands = [bytes([start]) + mine[start:start + ROWS].tobytes() for start in range(0, HASHES, ROWS)]
        for other in {other for band in bands for other in self._bands.get(band, ())}:
            if np.count_nonzero(self._signatures[other] == mine) >= SIMILAR * HASHES:
                return False
        self._exact.add(exact)
        for band in bands:
            self._bands.setdefault(band, []).append(len(self._signatures))
        self._signatures.append(mine)
        return True
