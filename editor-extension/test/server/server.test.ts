import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerCommand } from "../../src/server/locate";
import type { Problem } from "../../src/server/problem";
import { RestartPolicy } from "../../src/server/restartPolicy";
import { Server, type Connection } from "../../src/server/server";
import type { ServerProcess } from "../../src/server/serverProcess";
import { readSettings } from "../../src/settings";
import { Store, type Phase } from "../../src/state";

const forever = "process.stdin.resume(); process.stdin.on('end', () => process.exit(0))";
const script = (code: string): ServerCommand => ({ command: process.execPath, args: ["-e", code], origin: "setting" });

/** A connection that is ready at once, or when its process has gone fails to be. */
class FakeConnection implements Connection {
  sent: unknown[] = [];
  constructor(
    private readonly process: ServerProcess,
    private readonly answers: boolean,
  ) {}
  start(): Promise<void> {
    return this.answers ? Promise.resolve() : this.process.ended.then(() => Promise.reject(new Error("closed")));
  }
  stop(): Promise<void> {
    this.process.writer.end();
    return Promise.resolve();
  }
  sendRequest<Answer>(method: string): Promise<Answer> {
    return Promise.resolve(method as Answer);
  }
  sendNotification(method: string, params: unknown): Promise<void> {
    this.sent.push([method, params]);
    return Promise.resolve();
  }
}

function setUp(commands: (ServerCommand | Problem)[], answers = true, restarts = new RestartPolicy(1, 5, 180_000)) {
  const store = new Store();
  const processes: ServerProcess[] = [];
  const connections: FakeConnection[] = [];
  const problems: Problem[] = [];
  const ignore = (): void => undefined;
  let located = 0;
  const server = new Server(
    {
      locate: () => {
        const command = commands[Math.min(located++, commands.length - 1)]; // the last one stands for all that come after it
        assert.ok(command);
        return command;
      },
      connect: (process) => {
        const connection = new FakeConnection(process, answers);
        processes.push(process);
        connections.push(connection);
        return connection;
      },
      log: { info: ignore, warn: ignore, error: ignore },
      onStarted: ignore,
      onFailed: (problem) => problems.push(problem),
    },
    store,
    restarts,
  );
  const until = (reached: (phase: Phase) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const subscription = store.onChange(() => {
        if (!reached(store.state.phase)) return;
        subscription.dispose();
        resolve();
      });
    });
  return { server, store, processes, connections, problems, until, starts: () => located };
}

test("start_ServerThatWorks_RunsUntilItIsStopped", async () => {
  const { server, store, processes, problems } = setUp([script(forever)]);
  await server.start();
  assert.equal(store.state.phase.kind, "running");
  assert.equal(await server.request("codeexit/status"), "codeexit/status");
  await server.stop();
  assert.equal((await processes[0]?.ended)?.exitCode, 0);
  assert.deepEqual(problems, []);
  await assert.rejects(server.request("codeexit/status"), /not running/);
});

test("onEnded_ServerThatWorkedIsKilled_IsStartedAgain", async () => {
  const { server, processes, until, problems } = setUp([script(forever)]);
  await server.start();
  const again = until((phase) => phase.kind === "running");
  processes[0]?.kill();
  await again;
  assert.equal(processes.length, 2);
  assert.deepEqual(problems, []);
  await server.stop();
});

test("onEnded_ServerThatKeepsDying_IsGivenUpWithItsLastWords", async () => {
  const { server, until, problems, starts } = setUp([script("console.error('out of memory'); process.exit(9)")]);
  const failed = until((phase) => phase.kind === "failed");
  await server.start();
  await failed;
  assert.equal(starts(), 6);
  assert.match(problems[0]?.message ?? "", /stopped too often.*out of memory/);
});

test("launch_ServerThatNeverWorked_IsNotTriedAgain", async () => {
  const { server, until, problems, starts } = setUp([script("console.error('Unrecognized option --spam'); process.exit(2)")], false);
  const failed = until((phase) => phase.kind === "failed");
  await server.start();
  await failed;
  assert.equal(starts(), 1);
  assert.match(problems[0]?.message ?? "", /code 2.*Unrecognized option --spam/);
});

test("launch_NoServerFound_FailsWithTheProblem", async () => {
  const problem: Problem = { message: "nothing here", remedies: ["openSettings"] };
  const { server, store, problems } = setUp([problem]);
  await server.start();
  assert.deepEqual(store.state.phase, { kind: "failed", problem });
  assert.deepEqual(problems, [problem]);
});

test("start_AfterAFailure_TriesAgain", async () => {
  const { server, store, problems } = setUp([{ message: "nothing here", remedies: [] }, script(forever)]);
  await server.start();
  await server.start();
  assert.equal(store.state.phase.kind, "running");
  assert.equal(problems.length, 1);
  await server.stop();
});

test("start_SeveralAtATime_LeavesOneServer", async () => {
  const { server, processes } = setUp([script(forever)]);
  await server.start();
  await Promise.all([server.start(), server.start(), server.start()]);
  assert.equal(processes.length, 2);
  await server.stop();
  await Promise.all(processes.map((process) => process.ended));
});

test("stop_WhileTheServerWaitsToBeStartedAgain_StaysStopped", async () => {
  const { server, store, processes, until, starts } = setUp([script(forever)], true, new RestartPolicy(3_600_000));
  await server.start();
  const waiting = until((phase) => phase.kind === "restarting");
  processes[0]?.kill();
  await waiting;
  await server.stop();
  assert.equal(store.state.phase.kind, "stopped");
  assert.equal(starts(), 1);
});

test("sendSettings_RunningServer_IsToldBelowOurName", async () => {
  const { server, connections } = setUp([script(forever)]);
  await server.start();
  await server.sendSettings(readSettings((name) => (name === "mode" ? "saver" : undefined)));
  const [method, params] = connections[0]?.sent[0] as [string, { settings: { codeexit: { mode: string } } }];
  assert.equal(method, "workspace/didChangeConfiguration");
  assert.equal(params.settings.codeexit.mode, "saver");
  await server.stop();
});
