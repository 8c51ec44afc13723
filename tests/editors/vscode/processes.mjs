// Processes of a test run, told by the run's own folder in their command line. Linux only.
import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes whose command line names a file below the folder that ends like this. */
export function processesBelow(root, ending = "") {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandOf(pid).some((part) => part.startsWith(`${root}/`) && part.endsWith(ending)))
    .map(Number);
}

/** @returns the ids of the killed. */
export function killBelow(root, ending = "") {
  const found = processesBelow(root, ending);
  for (const pid of found) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error; // it was faster
    }
  }
  return found;
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // ended meanwhile
  }
}
