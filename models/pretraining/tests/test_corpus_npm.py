import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from corpus import npm

CODE = "".join(f"export function add{index}(left: number, right: number) {{\n  return left + right + {index};\n}}\n" for index in range(8))


def tarball(folder: Path, name: str, licence: str, files: dict[str, str]) -> None:
    about = {"name": name, "version": "1.2.3", "license": licence}
    with tarfile.open(folder / f"{name}-1.2.3.tgz", "w:gz") as archive:
        for path, text in {"package.json": json.dumps(about), **files}.items():
            data = text.encode()
            member = tarfile.TarInfo("package/" + path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


class NpmTests(unittest.TestCase):
    def collect(self, licence="MIT", **files):
        with tempfile.TemporaryDirectory() as folder:
            downloads = Path(folder) / "downloads" / "npm"
            downloads.mkdir(parents=True)
            tarball(downloads, "thing", licence, files["files"])
            with mock.patch("sys.stderr", io.StringIO()):
                (package,) = npm.packages(Path(folder), ["thing"])
        self.assertEqual(package.version, "1.2.3")
        return [file.path for file in package.files]

    def test_packages_TypeScriptAndItsOutput_KeepsWhatWasWritten(self):
        files = {"src/add.ts": CODE, "lib/add.js": CODE.replace("number", "any"), "src/add.d.ts": CODE, "dist/add.ts": CODE}
        self.assertEqual(self.collect(files=files), ["src/add.ts"])

    def test_packages_PlainModules_KeepsThem(self):
        self.assertEqual(self.collect(files={"src/add.js": CODE, "src/add.min.js": CODE}), ["src/add.js"])

    def test_packages_LicenceThatIsNotPermissive_KeepsNothing(self):
        self.assertEqual(self.collect(licence="GPL-3.0", files={"src/add.ts": CODE}), [])
        self.assertEqual(self.collect(licence="MIT OR GPL-3.0", files={"src/add.ts": CODE}), ["src/add.ts"])

    def test_packages_FileThatNamesTheGpl_IsDropped(self):
        self.assertEqual(self.collect(files={"src/add.ts": "// under the GPL\n" + CODE, "src/b.ts": CODE}), ["src/b.ts"])


if __name__ == "__main__":
    unittest.main()
