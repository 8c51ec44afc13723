// Bundles the extension into dist/, or with --tests each unit test into dist-test/.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const common = { absWorkingDir: root, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

/** @returns esbuild's metafile: what went into the bundle. */
export async function bundleExtension() {
  const { metafile } = await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true, metafile: true });
  return metafile;
}

async function bundleTests() {
  const outdir = join(root, "dist-test");
  rmSync(outdir, { recursive: true, force: true });
  const tests = readdirSync(join(root, "test"), { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  const entryPoints = tests.map((name) => join("test", name));
  await build({ ...common, entryPoints, outdir, entryNames: "[name]", outExtension: { ".js": ".cjs" }, sourcemap: "inline" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await (process.argv.includes("--tests") ? bundleTests() : bundleExtension());
