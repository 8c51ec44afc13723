import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose, gaveUp, type Ending } from "../../src/server/problem";

const ending: Ending = { command: "/usr/bin/dotnet", exitCode: null, signal: null, lastWords: [] };

test("diagnose_CommandThatIsNotThere_NamesIt", () => {
  const problem = diagnose({ ...ending, spawnError: "ENOENT" });
  assert.match(problem.message, /\/usr\/bin\/dotnet is not there/);
});

test("diagnose_CommandThatMayNotRun_NamesItAndTheReason", () => assert.match(diagnose({ ...ending, spawnError: "EACCES" }).message, /cannot be run \(EACCES\)/));

// The host's codes for a missing framework: on Unix, and on Windows signed and unsigned.
for (const exitCode of [150, 0x80008096, -2147450730]) {
  test(`diagnose_ExitCode${exitCode}_AsksForTheRuntime`, () => {
    const problem = diagnose({ ...ending, exitCode });
    assert.match(problem.message, /\.NET 10 runtime/);
    assert.equal(problem.remedies[0], "installDotnet");
  });
}

test("diagnose_ServerThatSaidWhy_RepeatsItsLastLine", () => {
  const problem = diagnose({ ...ending, exitCode: 2, lastWords: ["usage: …", "Unrecognized option --spam"] });
  assert.match(problem.message, /code 2 before it was ready: Unrecognized option --spam/);
});

test("diagnose_ServerThatWasKilled_NamesTheSignal", () => assert.match(diagnose({ ...ending, signal: "SIGKILL" }).message, /ended by SIGKILL/));

test("gaveUp_OffersToTryAgain", () => assert.equal(gaveUp(ending).remedies[0], "restart"));
