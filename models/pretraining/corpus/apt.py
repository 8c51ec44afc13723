"""Packages of Debian through apt: which there are, and fetching them.

A private set of apt's lists adds the source packages to the machine's own Debian sources. The system's lists
stay as they are, and no mirror is named here.
"""

import subprocess
import sys
from pathlib import Path

from .control import Stanza, file_sizes, newest, stanzas
from .errors import CollectError

BATCH = 100  # packages per apt-get call: few enough for a command line, and for progress to be seen
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Apt:
    def __init__(self, folder: Path):
        self._downloads = folder / "downloads"
        lists, cache, sources = (folder / "apt" / name for name in ("lists", "cache", "sources.list"))
        for needed in (self._downloads, lists / "partial", cache / "archives" / "partial"):
            needed.mkdir(parents=True, exist_ok=True)
        self._options = []
        if not sources.exists():
            sources.write_text(self._system_sources())
        for option in (f"Dir::Etc::sourcelist={sources}", "Dir::Etc::sourceparts=/dev/null",
                       f"Dir::State::lists={lists}", f"Dir::Cache={cache}",
                       "APT::Sandbox::User=root",  # the folder may be one that apt's own user cannot enter
                       "Acquire::Languages=none", "Acquire::Retries=3"):
            self._options += ["-o", option]
        if not any(lists.glob("*_Sources*")):
            self._run("apt-get", "update", "--error-on=any")

    def binaries(self) -> dict[str, Stanza]:
        return self._listed("Packages")

    def sources(self) -> dict[str, Stanza]:
        return self._listed("Sources")

    def fetch_binaries(self, packages: list[Stanza]) -> None:
        self._fetch(packages, "download")

    def fetch_tarballs(self, packages: list[Stanza]) -> None:
        """Upstream's part of source packages; what Debian adds to it is not needed."""
        self._fetch(packages, "source", "--download-only", "--only-source", "--tar-only")

    def arrived(self, package: Stanza) -> list[Path]:
        """Those files of a package that are here, whole."""
        paths = ((self._downloads / name, size) for name, size in file_sizes(package).items())
        return [path for path, size in paths if path.exists() and path.stat().st_size == size]

    def _fetch(self, packages, *command):
        missing = [package for package in packages if len(self.arrived(package)) < len(file_sizes(package))]
        for start in range(0, len(missing), BATCH):
            batch = missing[start:start + BATCH]
            print(f"  downloading {start + len(batch)} of {len(missing)} packages", file=sys.stderr)
            _, errors = self._try("apt-get", *command, *(f"{each['Package']}={each['Version']}" for each in batch))
            # A mirror may lack a file or two; anything else that goes wrong would for the next package too.
            errors = [error for error in errors if " 404 " not in error and "some archives" not in error]
            if errors:
                raise CollectError(f"apt-get {command[0]} failed: {errors[0]}")
        lost = sum(not self.arrived(package) for package in missing)
        if lost:
            print(f"  {lost} packages are not on the mirror and are left out", file=sys.stderr)

    def _system_sources(self) -> str:
        """Binary and source packages of each release that the machine gets Debian's packages from."""
        entries = self._run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                            "Created-By: Packages", "Origin: Debian")
        if not entries:
            raise CollectError("apt lists no Debian packages: run `apt-get update` on a Debian machine first")
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        return "".join(f"{kind} {signed}{entry}\n"
                       for entry in sorted(set(entries.splitlines())) for kind in ("deb", "deb-src"))

    def _listed(self, kind: str) -> dict[str, Stanza]:
        files = self._run("apt-get", "indextargets", "--format", "$(FILENAME)", f"Created-By: {kind}").split()
        return newest(stanza for file in sorted(files)
                      for stanza in stanzas(self._run("/usr/lib/apt/apt-helper", "cat-file", file)))

    def _run(self, *command: str) -> str:
        output, errors = self._try(*command)
        if errors:
            raise CollectError(f"{Path(command[0]).name} {command[1]} failed: {errors[0]}")
        return output

    def _try(self, *command: str) -> tuple[str, list[str]]:
        """Standard output, and what apt calls errors."""
        command = (command[0], *self._options, *command[1:])
        try:
            done = subprocess.run(command, cwd=self._downloads, text=True, capture_output=True)
        except FileNotFoundError:
            raise CollectError(f"{command[0]} is missing: run this on Debian, or in a container of it") from None
        errors = [line[3:] for line in done.stderr.splitlines() if line.startswith("E: ")]
        return done.stdout, (errors or ["it gave no reason"]) if done.returncode else []
