// Whose work is in the package: npm packages in the bundle with their licences, NuGet packages beside the server with their terms.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param metafile esbuild's, of the bundle; its paths are relative to the folder `root`.
 * @param dependencies path of the server's .deps.json.
 */
export function notices(metafile, root, dependencies) {
  return [...npmNotices(metafile, root), ...nugetNotices(dependencies)].join(`\n\n${"-".repeat(72)}\n\n`) + "\n";
}

function npmNotices(metafile, root) {
  const folders = new Set(Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]));
  return [...folders].filter((folder) => folder !== undefined).sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} is in the bundle and has no licence file`);
    return `${name} ${version} (${license}, npm)\n\n${readFileSync(join(root, folder, file), "utf8").trim()}`;
  });
}

function nugetNotices(dependencies) {
  const listed = execFileSync("dotnet", ["nuget", "locals", "global-packages", "--list", "--force-english-output"], { encoding: "utf8" });
  const packages = listed.trim().replace(/^[^:]*: /, "");
  const { libraries } = JSON.parse(readFileSync(dependencies, "utf8"));
  const names = Object.entries(libraries).filter(([, { type }]) => type === "package").map(([name]) => name);
  const further = new Set(); // packages of one project bring the same
  const own = names.sort().map((name) => {
    const [id, version] = name.split("/");
    const folder = join(packages, id.toLowerCase(), version.toLowerCase());
    const manifest = readFileSync(join(folder, `${id.toLowerCase()}.nuspec`), "utf8");
    const [, license] = /<license type="expression">([^<]+)</.exec(manifest) ?? [];
    const terms = texts[license];
    if (terms === undefined) throw new Error(`${name}: the text of its licence, ${license}, is missing in ${import.meta.url}`);
    const [, copyright] = /<copyright>([^<]+)</.exec(manifest) ?? [];
    const thirdParties = join(folder, "THIRD-PARTY-NOTICES.TXT");
    if (existsSync(thirdParties)) further.add(readFileSync(thirdParties, "utf8").trim());
    return [`${id} ${version} (${license}, NuGet)`, copyright, terms].filter(Boolean).join("\n\n");
  });
  return [...own, ...further];
}

const texts = {
  "Apache-2.0": "Apache License, Version 2.0: the text of LICENSE.txt in this package.",
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  "BSD-3-Clause": `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`,
};
