// Packs the extension with the server in it: codeexit-VERSION.vsix, which needs nothing but the .NET runtime.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const repository = join(root, "..");
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell: false });

rmSync(join(root, "server"), { recursive: true, force: true });
// Framework-dependent and without a runtime identifier: one package for every platform that .NET runs on.
run("dotnet", "publish", join(repository, "src", "CodeExit.Cli"), "-c", "Release", "-p:UseAppHost=false", "-p:DebugType=none", "-o", join(root, "server"));
run(process.execPath, join("scripts", "build.mjs"));
copyFileSync(join(repository, "LICENSE"), join(root, "LICENSE.txt"));

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = join(repository, "artifacts");
mkdirSync(folder, { recursive: true });
const file = join(folder, `codeexit-${version}.vsix`);
const vsce = createRequire(import.meta.url).resolve("@vscode/vsce/vsce");
run(process.execPath, vsce, "package", "--no-dependencies", "--allow-missing-repository", "--out", file);
console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
