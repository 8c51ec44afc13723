import unittest

from corpus.licences import COPYLEFT, Copyright, is_permissive

HEADER = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: example
License: GPL-3+
"""


def copyright_of(*stanzas: str) -> Copyright:
    return Copyright("\n".join([HEADER, *(stanza + "\n" for stanza in stanzas)]))


def stanza(files: str, licence: str) -> str:
    return f"Files: {files}\nCopyright: 2020 Somebody <s@example.org>\nLicense: {licence}"


class Expressions(unittest.TestCase):
    def test_is_permissive_permissive_name_or_combination_yes(self):
        for expression in ("Expat", "MIT", "apache-2.0", "BSD-3-Clause", "BSD 3-clause", "Expat and BSD-2-clause",
                           "Expat or GPL-2+", "GPL-2+ | BSD-3-clause", "GPL-2+ or (Expat and ISC)",
                           "(MIT OR Apache-2.0) AND BSD-3-Clause", "Apache-2.0, and Expat"):
            self.assertTrue(is_permissive(expression), expression)

    def test_is_permissive_copyleft_unknown_or_partly_so_no(self):
        for expression in ("", "GPL-2+", "LGPL-2.1+", "AGPL-3", "MPL-2.0", "EUPL-1.2", "CC-BY-SA-4.0", "BSD-4-clause",
                           "Expat and GPL-2+", "(Expat or ISC) and LGPL-3", "GPL-2+ with OpenSSL exception",
                           "custom", "MIT-like", "Apache-2.0 with restrictions", "Expat, GPL-2+",
                           "Expat or BSD-2-clause, and GPL-3"):
            self.assertFalse(is_permissive(expression), expression)


class SourceFiles(unittest.TestCase):
    def test_source_licence_several_stanzas_match_last_holds(self):
        rights = copyright_of(stanza("*", "Expat"), stanza("lib/gpl/*", "GPL-2+"), stanza("lib/gpl/free.js", "ISC"))
        self.assertEqual(rights.source_licence("lib/a.js"), "Expat")
        self.assertIsNone(rights.source_licence("lib/gpl/deep/a.js"))
        self.assertEqual(rights.source_licence("lib/gpl/free.js"), "ISC")

    def test_source_licence_folded_files_and_question_mark_match(self):
        rights = copyright_of(stanza("*", "GPL-3"), stanza("src/a?.js\n ./src/b*.js", "MIT"))
        self.assertEqual(rights.source_licence("src/a1.js"), "MIT")
        self.assertEqual(rights.source_licence("src/bc/d.js"), "MIT")
        self.assertIsNone(rights.source_licence("src/a12.js"))

    def test_source_licence_no_stanza_matches_none(self):
        self.assertIsNone(copyright_of(stanza("src/*", "MIT")).source_licence("lib/a.js"))

    def test_source_licence_prose_or_no_header_none(self):
        self.assertIsNone(Copyright("This package was debianized by somebody.\n\nLicense: MIT\n").source_licence("a.py"))
        self.assertIsNone(Copyright(stanza("*", "MIT")).source_licence("a.py"))
        self.assertIsNone(Copyright("").source_licence("a.py"))


class InstalledFiles(unittest.TestCase):
    def test_installed_licence_packaging_under_gpl_does_not_matter(self):
        rights = copyright_of(stanza("*", "BSD-3-clause"), stanza("debian/* debian/core.py", "GPL-2+"))
        self.assertEqual(rights.installed_licence("foo/core.py"), "BSD-3-clause")

    def test_installed_licence_stanza_names_folder_above_package_matches(self):
        rights = copyright_of(stanza("*", "Apache-2.0"), stanza("src/foo/vendor/*", "LGPL-2.1+"))
        self.assertIsNone(rights.installed_licence("foo/vendor/x.py"))
        self.assertEqual(rights.installed_licence("foo/core.py"), "Apache-2.0")

    def test_installed_licence_file_may_be_under_copyleft_none(self):
        # `python/` may be what was installed as `foo/`; a file of the same name may be the one that is meant.
        self.assertIsNone(copyright_of(stanza("*", "MIT"), stanza("python/*", "GPL-3+")).installed_licence("foo/a.py"))
        self.assertIsNone(copyright_of(stanza("*", "MIT"), stanza("old/a.py", "GPL-3+")).installed_licence("foo/a.py"))

    def test_installed_licence_copyleft_only_in_documents_kept(self):
        rights = copyright_of(stanza("*", "MIT"), stanza("docs/*", "CC-BY-SA-3.0"), stanza("examples/*", "GPL-3"))
        self.assertEqual(rights.installed_licence("foo/a.py"), "MIT")

    def test_installed_licence_permissive_island_in_copyleft_only_it(self):
        rights = copyright_of(stanza("*", "GPL-3+"), stanza("foo/compat/*", "Expat"))
        self.assertEqual(rights.installed_licence("foo/compat/six.py"), "Expat")
        self.assertIsNone(rights.installed_licence("foo/a.py"))


class Notices(unittest.TestCase):
    def test_copyleft_file_names_such_a_licence_found(self):
        for notice in ("under the terms of the GNU General\nPublic License", "# LGPL v3", "the Mozilla Public License"):
            self.assertTrue(COPYLEFT.search(notice), notice)
        self.assertFalse(COPYLEFT.search("Licensed under the Apache License, Version 2.0"))
