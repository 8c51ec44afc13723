"""What a corpus was made of: one line per package and split, to see what changed between two of them."""

from collections import defaultdict
from hashlib import sha256
from pathlib import Path

HEADER = "language\tsplit\tpackage\tversion\tlicences\tfiles\tbytes\tsha256"


def write_manifest(path: Path, language: str, packages, splits):
    """Replaces the lines of one language, and keeps those of the others."""
    old = path.read_text().splitlines()[1:] if path.exists() else []
    lines = [line for line in old if not line.startswith(language + "\t")]
    versions = {package.name: package.version for package in packages}
    for split, files in splits.items():
        by_package = defaultdict(list)
        for file in files:
            by_package[file.package].append(file)
        for name, members in by_package.items():
            texts = [file.text.encode() for file in sorted(members)]
            licences = ", ".join(sorted({file.licence for file in members}))
            digest = sha256(b"".join(texts)).hexdigest()
            lines.append("\t".join([language, split, name, versions[name], licences,
                                    str(len(texts)), str(sum(map(len, texts))), digest]))
    path.write_text("\n".join([HEADER, *sorted(lines)]) + "\n")
