import { toServerOptions, Section, type Settings } from "../settings";
import type { Store } from "../state";
import { isProblem, type ServerCommand } from "./locate";
import { diagnose, gaveUp, type Ending, type Problem } from "./problem";
import { RestartPolicy } from "./restartPolicy";
import { ServerProcess } from "./serverProcess";

/** What this needs of a language client. */
export interface Connection {
  start(): Promise<void>;
  stop(): Promise<void>;
  sendRequest<Answer>(method: string): Promise<Answer>;
  sendNotification(method: string, params: unknown): Promise<void>;
}

/** The world around the server; tests pass their own. */
export interface ServerHost {
  locate(): ServerCommand | Problem;
  connect(process: ServerProcess): Connection;
  log: { info(line: string): void; warn(line: string): void; error(line: string): void };
  onStarted(): void;
  onFailed(problem: Problem): void;
}

interface Run {
  process: ServerProcess;
  connection?: Connection;
}

/** Keeps one server running: finds it, starts it, starts it again when it dies, and says why when it cannot. */
export class Server {
  private run: Run | undefined;
  /** Whether a server has worked since the user last asked for one: what never worked is not tried again by itself. */
  private hasWorked = false;
  /** How often it was asked to start or stop; of several askings at a time the last one counts. */
  private askings = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: ServerHost,
    private readonly store: Store,
    private readonly restarts = new RestartPolicy(),
  ) {}

  /** Starts the server, ending one that runs. */
  async start(): Promise<void> {
    const asking = this.askings + 1;
    await this.stop();
    if (this.askings !== asking) return;
    this.restarts.reset();
    this.hasWorked = false;
    await this.launch();
  }

  /** Ends the server; until `start` it stays ended. */
  async stop(): Promise<void> {
    this.askings++;
    clearTimeout(this.timer);
    const run = this.run;
    this.run = undefined;
    this.store.update({ phase: { kind: "stopped" } });
    if (run === undefined) return;
    if (run.connection === undefined) run.process.kill(); // a client that is still starting cannot be stopped
    await run.connection?.stop().catch(() => run.process.kill());
    await run.process.finish();
  }

  request<Answer>(method: string): Promise<Answer> {
    return this.run?.connection?.sendRequest<Answer>(method) ?? Promise.reject(new Error("CodeExit's server is not running."));
  }

  /** Tells a running server its settings. */
  async sendSettings(settings: Settings): Promise<void> {
    await this.run?.connection?.sendNotification("workspace/didChangeConfiguration", { settings: { [Section]: toServerOptions(settings) } });
  }

  private async launch(): Promise<void> {
    const { host, store } = this;
    const found = host.locate();
    if (isProblem(found)) {
      this.fail(found);
      return;
    }
    store.update({ phase: { kind: "starting" } });
    host.log.info(`Starting ${[found.command, ...found.args].join(" ")} (${found.origin})`);
    const run: Run = { process: new ServerProcess(found, (line) => host.log.info(`server: ${line}`)) };
    this.run = run;
    void run.process.ended.then((ending) => this.onEnded(run, ending));
    if (!(await run.process.spawned) || this.run !== run) return;

    const connection = host.connect(run.process);
    try {
      await connection.start();
    } catch (error) {
      host.log.error(error instanceof Error ? error.message : String(error));
      await run.process.finish(); // `ended` tells the rest
      return;
    }
    if (this.run !== run) return;
    run.connection = connection;
    this.hasWorked = true;
    host.log.info(`The server runs as process ${run.process.pid ?? "unknown"}`);
    store.update({ phase: { kind: "running" } });
    host.onStarted();
  }

  private onEnded(run: Run, ending: Ending): void {
    if (this.run !== run) return; // it was asked to
    this.run = undefined;
    this.host.log.warn(`The server ended: ${JSON.stringify(ending)}`);
    const delay = this.hasWorked ? this.restarts.onCrash(performance.now()) : undefined;
    if (delay === undefined) {
      this.fail(this.hasWorked ? gaveUp(ending) : diagnose(ending));
      return;
    }
    this.host.log.info(`Starting it again in ${delay} ms`);
    this.store.update({ phase: { kind: "restarting" } });
    this.timer = setTimeout(() => void this.launch(), delay);
  }

  private fail(problem: Problem): void {
    this.host.log.error(problem.message);
    this.store.update({ phase: { kind: "failed", problem } });
    this.host.onFailed(problem);
  }
}
