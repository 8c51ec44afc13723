import { statSync } from "node:fs";
import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import { DotnetMissing, type Problem } from "./problem";

/** A command line of the server, and where it came from, for the log. */
export interface ServerCommand {
  command: string;
  args: string[];
  origin: "setting" | "bundled" | "path";
}

/** What locating looks at; tests pass their own. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isFile: (path: string) => boolean;
  home?: string;
}

/**
 * Finds the server: the user's setting first, then the one in the extension, then `codeexit` on the PATH.
 * A setting that is wrong is a problem, never a reason to run something else.
 * @param bundled path of the extension's own codeexit.dll, which need not exist (a build without a server).
 */
export function locateServer(setting: { path: string; args: string[] }, bundled: string, around: Surroundings): ServerCommand | Problem {
  const args = ["lsp", ...setting.args];
  if (setting.path !== "") return fromSetting(setting.path, args, around);

  const onPath = findOnPath("codeexit", around);
  if (around.isFile(bundled)) {
    const dotnet = findDotnet(around);
    if (dotnet !== undefined) return { command: dotnet, args: [bundled, ...args], origin: "bundled" };
    if (onPath === undefined) return DotnetMissing;
  }
  if (onPath !== undefined) return { command: onPath, args, origin: "path" };
  return {
    message: "This build of the CodeExit extension brings no server, and no `codeexit` is on the PATH. Set codeexit.server.path to one.",
    remedies: ["openSettings", "restart"],
  };
}

/** The surroundings as they are. */
export const surroundings: Surroundings = {
  platform: process.platform,
  env: process.env,
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
};

export function isProblem(found: ServerCommand | Problem): found is Problem {
  return "message" in found;
}

function fromSetting(given: string, args: string[], around: Surroundings): ServerCommand | Problem {
  const home = around.home ?? homedir();
  const expanded = given === "~" || /^~[\\/]/.test(given) ? home + given.slice(1) : given;
  const isName = !/[\\/]/.test(expanded);
  const path = isName ? findOnPath(expanded, around) : around.isFile(expanded) ? expanded : undefined;
  if (path === undefined) {
    const where = isName ? "is not on the PATH" : "is no file";
    return { message: `codeexit.server.path is “${given}”, which ${where}. Give the path of a codeexit binary or codeexit.dll, or leave it empty.`, remedies: ["openSettings", "restart"] };
  }
  if (!path.toLowerCase().endsWith(".dll")) return { command: path, args, origin: "setting" };
  const dotnet = findDotnet(around);
  return dotnet === undefined ? DotnetMissing : { command: dotnet, args: [path, ...args], origin: "setting" };
}

/** `dotnet` as its installers leave it: DOTNET_ROOT, the PATH, then the usual folders, as an editor started from a desktop may lack the shell's PATH. */
function findDotnet(around: Surroundings): string | undefined {
  const { env, platform } = around;
  const { join } = flavour(platform);
  const name = platform === "win32" ? "dotnet.exe" : "dotnet";
  const home = around.home ?? homedir();
  const usual =
    platform === "win32"
      ? [join(env.ProgramFiles ?? "C:\\Program Files", "dotnet")]
      : [join(home, ".dotnet"), "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet", "/opt/homebrew/bin", "/snap/bin"];
  const inRoot = env.DOTNET_ROOT ? join(env.DOTNET_ROOT, name) : undefined;
  if (inRoot !== undefined && around.isFile(inRoot)) return inRoot;
  return findOnPath("dotnet", around) ?? usual.map((folder) => join(folder, name)).find(around.isFile);
}

function findOnPath(name: string, { env, platform, isFile }: Surroundings): string | undefined {
  const { join, delimiter } = flavour(platform);
  const file = platform === "win32" && !name.includes(".") ? `${name}.exe` : name;
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, file)).find(isFile);
}

/** The other system's paths too, so that tests need no other system. */
function flavour(platform: NodeJS.Platform): { join: (...parts: string[]) => string; delimiter: string } {
  return platform === "win32" ? win32 : posix;
}
