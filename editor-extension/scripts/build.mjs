// Bundles the extension into dist/, or with --tests each unit test into dist-test/.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const common = { absWorkingDir: root, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const outdir = join(root, "dist-test");
  rmSync(outdir, { recursive: true, force: true });
  const tests = readdirSync(join(root, "test"), { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  await build({ ...common, entryPoints: tests.map((name) => join("test", name)), outdir, outExtension: { ".js": ".cjs" }, outbase: "test", entryNames: "[name]", sourcemap: "inline" });
} else {
  // One extension host older than Node 20 is not supported by engines.vscode either.
  await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true });
}
