// Processes of a test run, told by the run's own folder in their command line. Linux only.
import { readdirSync, readFileSync } from "node:fs";

/** Processes whose command line names a file below the folder, and this word. */
export function processesBelow(root, word = "") {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: commandOf(name) }))
    .filter(({ command }) => command.some((part) => part.startsWith(`${root}/`)) && (word === "" || command.includes(word)));
}

export function killBelow(root, word = "") {
  const found = processesBelow(root, word);
  for (const { pid } of found) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error; // it was faster
    }
  }
  return found.map(({ pid }) => pid);
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // ended meanwhile
  }
}
