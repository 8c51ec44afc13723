import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerCommand } from "../../src/server/locate";
import { diagnose } from "../../src/server/problem";
import { ServerProcess } from "../../src/server/serverProcess";

const script = (code: string): ServerCommand => ({ command: process.execPath, args: ["-e", code], origin: "setting" });
const ignore = (): void => undefined;

test("ended_ProcessThatFails_HasItsCodeAndLastWords", async () => {
  const lines: string[] = [];
  const server = new ServerProcess(script("console.error('one'); console.error('two'); process.exit(3)"), (line) => lines.push(line));
  const ending = await server.ended;
  assert.equal(await server.spawned, true);
  assert.equal(ending.exitCode, 3);
  assert.deepEqual(ending.lastWords, ["one", "two"]);
  assert.deepEqual(lines, ["one", "two"]);
});

test("ended_CommandThatIsNotThere_IsAnEndingThatCanBeDiagnosed", async () => {
  const server = new ServerProcess({ command: "/nowhere/codeexit", args: [], origin: "setting" }, ignore);
  assert.equal(await server.spawned, false);
  assert.match(diagnose(await server.ended).message, /nowhere.*is not there/);
});

test("writer_ProcessThatIsGone_DoesNotThrow", async () => {
  const server = new ServerProcess(script("process.stdin.destroy(); setTimeout(() => process.exit(0), 100)"), ignore);
  await server.spawned;
  for (let line = 0; line < 50; line++) server.writer.write("x".repeat(10_000));
  assert.equal((await server.ended).exitCode, 0);
});

test("kill_ProcessThatGoesOn_EndsIt", async () => {
  const server = new ServerProcess(script("setInterval(() => {}, 1000)"), ignore);
  await server.spawned;
  server.kill();
  assert.equal((await server.finish()).signal, "SIGKILL");
});
