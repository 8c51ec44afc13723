import { statSync } from "node:fs";
import type { LogOutputChannel } from "vscode";
import { DidChangeConfigurationNotification, type LanguageClient } from "vscode-languageclient/node";
import { currentSettings } from "../configuration";
import { Section, toServerOptions } from "../settings";
import type { Store } from "../state";
import { createClient, type ClientEvents } from "./client";
import { isProblem, locateServer } from "./locate";
import { diagnose, gaveUp, type Ending, type Problem } from "./problem";
import { RestartPolicy } from "./restartPolicy";
import { ServerProcess } from "./serverProcess";

interface Run {
  process: ServerProcess;
  client?: LanguageClient;
}

/** Keeps one server running: finds it, starts it, starts it again when it dies, and says why when it cannot. */
export class Server {
  private readonly restarts = new RestartPolicy();
  private run: Run | undefined;
  /** Whether a server has worked since the user last asked for one: what never worked is not tried again by itself. */
  private hasWorked = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bundled: string,
    private readonly log: LogOutputChannel,
    private readonly store: Store,
    private readonly events: ClientEvents & { onStarted(): void; onFailed(problem: Problem): void },
  ) {}

  /** Starts the server, ending one that runs. */
  async start(): Promise<void> {
    await this.stop();
    this.restarts.reset();
    this.hasWorked = false;
    await this.launch();
  }

  /** Ends the server; until `start` it stays ended. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const run = this.run;
    this.run = undefined;
    this.store.update({ phase: { kind: "stopped" } });
    if (run === undefined) return;
    // A client that is still starting cannot be stopped; its process can.
    await run.client?.stop().catch(() => run.process.kill());
    await run.process.finish();
  }

  async request<Answer>(method: string): Promise<Answer> {
    const client = this.run?.client;
    if (client === undefined) throw new Error("CodeExit's server is not running.");
    return client.sendRequest<Answer>(method);
  }

  /** Tells the server the settings as they are now. */
  async sendSettings(): Promise<void> {
    const settings = { [Section]: toServerOptions(currentSettings()) };
    if (this.store.state.phase.kind === "running")
      await this.run?.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  private async launch(): Promise<void> {
    const found = locateServer(currentSettings().server, this.bundled, { platform: process.platform, env: process.env, isFile });
    if (isProblem(found)) { this.fail(found); return; }

    this.store.update({ phase: { kind: "starting" } });
    this.log.info(`Starting ${[found.command, ...found.args].join(" ")} (${found.origin})`);
    const run: Run = { process: new ServerProcess(found, (line) => this.log.info(`server: ${line}`)) };
    this.run = run;
    void run.process.ended.then((ending) => this.onEnded(run, ending));
    if (!(await run.process.spawned) || this.run !== run) return;

    const client = createClient(run.process, this.log, this.events);
    try {
      await client.start();
    } catch (error) {
      // Its end is told by `ended`; a server that lives but did not answer `initialize` as it should is ended here.
      this.log.error(error instanceof Error ? error : String(error));
      await run.process.finish();
      return;
    }
    if (this.run !== run) return void client.stop().catch(() => run.process.kill());
    run.client = client;
    this.hasWorked = true;
    this.log.info(`Server runs (process ${run.process.pid ?? "unknown"})`);
    this.store.update({ phase: { kind: "running" } });
    this.events.onStarted();
  }

  private onEnded(run: Run, ending: Ending): void {
    if (this.run !== run) return; // asked for
    this.run = undefined;
    this.log.warn(`Server ended: ${JSON.stringify(ending)}`);
    if (!this.hasWorked) return this.fail(diagnose(ending));
    const delay = this.restarts.onCrash(performance.now());
    if (delay === undefined) return this.fail(gaveUp(ending));
    this.log.info(`Starting it again in ${delay} ms`);
    this.store.update({ phase: { kind: "restarting" } });
    this.timer = setTimeout(() => void this.launch(), delay);
  }

  private fail(problem: Problem): void {
    this.log.error(problem.message);
    this.store.update({ phase: { kind: "failed", problem } });
    this.events.onFailed(problem);
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
