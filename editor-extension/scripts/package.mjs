// Packs the extension with the server in it: artifacts/codeexit-VERSION.vsix, which needs nothing but the .NET runtime.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleExtension } from "./build.mjs";
import { notices } from "./notices.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const repository = join(root, "..");
const server = join(root, "server");
const artifacts = join(repository, "artifacts");
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

rmSync(server, { recursive: true, force: true });
// Without a runtime identifier, and without what is this platform's only: one package for every platform that .NET runs on. Taken out
// afterwards and not left out of the build, whose output others use.
run("dotnet", "publish", join(repository, "src", "CodeExit.Cli"), "-c", "Release", "-o", server);
for (const name of readdirSync(server).filter((name) => /^codeexit(\.exe)?$|\.pdb$/.test(name))) rmSync(join(server, name));
const metafile = await bundleExtension();
copyFileSync(join(repository, "LICENSE"), join(root, "LICENSE.txt"));
writeFileSync(join(root, "NOTICES.txt"), notices(metafile, root, join(server, "codeexit.deps.json")));

mkdirSync(artifacts, { recursive: true });
for (const old of readdirSync(artifacts).filter((name) => name.endsWith(".vsix"))) rmSync(join(artifacts, old));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const file = join(artifacts, `codeexit-${version}.vsix`);
run(process.execPath, createRequire(import.meta.url).resolve("@vscode/vsce/vsce"), "package", "--no-dependencies", "--allow-missing-repository", "--out", file);
console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
