/** What a button under an error does. */
export type Remedy = "installDotnet" | "openSettings" | "restart" | "showLog";

/** Why there is no server, in words for its user: what is wrong, and what would mend it. */
export interface Problem {
  message: string;
  remedies: Remedy[];
}

/** How a server process ended. */
export interface Ending {
  command: string;
  /** Node's code where the process could not be started at all: `ENOENT`, `EACCES`. */
  spawnError?: string;
  exitCode: number | null;
  signal: string | null;
  /** The last lines that it wrote to standard error. */
  lastWords: string[];
}

/** The .NET host's own exit code for "the framework that this needs is not installed": 0x80008096, its low byte on Unix. */
const FrameworkMissing = new Set([150, 0x80008096, 0x80008096 | 0]);

export const DotnetMissing: Problem = {
  message:
    "CodeExit's server needs the .NET 10 runtime, and no `dotnet` was found. Install it (no restart of the editor needed), or set codeexit.server.path to a codeexit binary.",
  remedies: ["installDotnet", "openSettings", "restart"],
};

/** Turns the end of a server that never got to work into something that its user can act on. */
export function diagnose(ending: Ending): Problem {
  if (ending.spawnError === "ENOENT")
    return { message: `CodeExit's server cannot start: ${ending.command} is not there. Check codeexit.server.path.`, remedies: ["openSettings", "restart"] };
  if (ending.spawnError !== undefined)
    return {
      message: `CodeExit's server cannot start: ${ending.command} cannot be run (${ending.spawnError}). It must be an executable or a .dll.`,
      remedies: ["openSettings", "restart"],
    };
  if (ending.exitCode !== null && FrameworkMissing.has(ending.exitCode))
    return {
      message: "CodeExit's server needs the .NET 10 runtime; the `dotnet` that was found has only others. Install it, then restart the server.",
      remedies: ["installDotnet", "restart", "showLog"],
    };
  const lastWord = ending.lastWords.at(-1);
  const how = ending.signal !== null ? `was ended by ${ending.signal}` : `ended with code ${ending.exitCode ?? "unknown"}`;
  return {
    message: `CodeExit's server ${how} before it was ready${lastWord ? `: ${lastWord}` : "."}`,
    remedies: ["restart", "showLog", "openSettings"],
  };
}

/** For a server that worked, then kept dying. */
export function gaveUp(ending: Ending | undefined): Problem {
  const lastWord = ending?.lastWords.at(-1);
  return {
    message: `CodeExit's server stopped too often and is not started again by itself${lastWord ? `: ${lastWord}` : "."}`,
    remedies: ["restart", "showLog"],
  };
}
