"""TypeScript and JavaScript from npm: packages that ship the sources they are built from."""

import json
import subprocess
import sys
from pathlib import Path

from .archives import read_tarball
from .errors import CollectError
from .licences import is_permissive, unless_copyleft
from .package import Package, kept
from .sources import KINDS

# Debian has little TypeScript. These carry it, or plain modules, in a folder of their own beside what is built.
PACKAGES = (
    "@apollo/client", "@lexical/list", "@noble/curves", "@noble/hashes", "@reduxjs/toolkit", "@tanstack/query-core",
    "@tanstack/react-query", "@tanstack/router-core", "@tanstack/virtual-core", "@trpc/client", "@trpc/server", "@wagmi/core",
    "abitype", "effect", "ethers", "fastify", "graphql-request", "immer", "lib0", "mobx", "ol", "prosemirror-model",
    "prosemirror-view", "redux", "reselect", "rxjs", "three", "viem", "wagmi", "yjs", "zod",
)


def packages(folder: Path, names: list[str]) -> list[Package]:
    downloads = folder / "downloads" / "npm"
    downloads.mkdir(parents=True, exist_ok=True)
    found = []
    for name in names:
        tarball = _fetch(name, downloads)
        contents = read_tarball(tarball, lambda path: True)
        about = json.loads(contents["package.json"])
        files = list(_files(name, contents, about)) if is_permissive(str(about.get("license", ""))) else []
        found.append(Package(name, about["version"], reserved=False, files=files))
        print(f"  {name} {about['version']}: {len(files)} files", file=sys.stderr)
    return found


def _fetch(name: str, downloads: Path) -> Path:
    """The newest version, or the one that is here already."""
    start = name.removeprefix("@").replace("/", "-") + "-"
    here = [path for path in sorted(downloads.glob(start + "*.tgz")) if path.name[len(start)].isdigit()]
    if here:
        return here[-1]
    try:
        done = subprocess.run(["npm", "pack", name, "--silent", "--pack-destination", str(downloads)],
                              text=True, capture_output=True)
    except FileNotFoundError:
        raise CollectError("npm is missing: install Node.js, or leave out --languages typescript") from None
    if done.returncode:
        raise CollectError(f"npm pack {name} failed: {(done.stderr.strip() or 'it gave no reason').splitlines()[0]}")
    return downloads / done.stdout.split()[-1]


def _files(name: str, contents: dict[str, bytes], about: dict):
    kind = KINDS["typescript"]
    written_in_typescript = any(path.endswith((".ts", ".tsx")) and not path.endswith(".d.ts") for path in contents)
    for path, data in sorted(contents.items()):
        if not kind.files.fullmatch(path) or kind.left_out.search(path):
            continue
        # Beside TypeScript sources, JavaScript is what they were compiled to.
        if written_in_typescript and not path.endswith((".ts", ".mts", ".tsx")):
            continue
        yield from kept(name, path, data, "typescript", unless_copyleft(str(about["license"]), data))
