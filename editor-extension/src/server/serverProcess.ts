import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import type { ServerCommand } from "./locate";
import type { Ending } from "./problem";

const LastWords = 20;
const PatienceMs = 3000;

/** The server's process: its streams for the client, its standard error for the log, and how it ended. */
export class ServerProcess {
  /** Settles when the process is gone; never rejects. */
  readonly ended: Promise<Ending>;
  /** Whether it could be started at all. */
  readonly spawned: Promise<boolean>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lastWords: string[] = [];

  constructor({ command, args }: ServerCommand, onLine: (line: string) => void) {
    this.child = spawn(command, args, { stdio: "pipe", windowsHide: true });
    // A pipe whose other end has gone is the business of `ended`.
    this.child.stdin.on("error", () => undefined);
    createInterface({ input: this.child.stderr }).on("line", (line) => {
      this.lastWords.push(line);
      if (this.lastWords.length > LastWords) this.lastWords.shift();
      onLine(line);
    });
    this.spawned = new Promise((resolve) => {
      this.child.once("spawn", () => resolve(true));
      this.child.once("error", () => resolve(false));
    });
    this.ended = new Promise((resolve) => {
      const end = (ending: Partial<Ending>) => resolve({ command, exitCode: null, signal: null, lastWords: this.lastWords, ...ending });
      this.child.once("error", (error: NodeJS.ErrnoException) => end({ spawnError: error.code ?? error.message }));
      // "close", not "exit": only then standard error has been read to its end.
      this.child.once("close", (exitCode, signal) => end({ exitCode, signal }));
    });
  }

  get reader(): NodeJS.ReadableStream {
    return this.child.stdout;
  }

  get writer(): NodeJS.WritableStream {
    return this.child.stdin;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Waits for a process that was asked to end, and ends it if it does not. */
  async finish(): Promise<Ending> {
    const timer = setTimeout(() => this.kill(), PatienceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}
