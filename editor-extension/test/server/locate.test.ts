import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblem, locateServer, type Surroundings } from "../../src/server/locate";

const bundled = "/ext/server/codeexit.dll";
const none = { path: "", args: [] };

function around(files: string[], env: Record<string, string> = {}, platform: NodeJS.Platform = "linux"): Surroundings {
  return { platform, env, isFile: (path) => files.includes(path), home: "/home/ada" };
}

test("locateServer_NothingSet_RunsTheBundledServerWithDotnetOfThePath", () => {
  const found = locateServer(none, bundled, around([bundled, "/usr/bin/dotnet", "/usr/bin/codeexit"], { PATH: "/bin:/usr/bin" }));
  assert.deepEqual(found, { command: "/usr/bin/dotnet", args: [bundled, "lsp"], origin: "bundled" });
});

test("locateServer_DotnetRoot_GoesBeforeThePath", () => {
  const found = locateServer(none, bundled, around([bundled, "/usr/bin/dotnet", "/opt/net/dotnet"], { PATH: "/usr/bin", DOTNET_ROOT: "/opt/net" }));
  assert.ok(!isProblem(found));
  assert.equal(found.command, "/opt/net/dotnet");
});

test("locateServer_DotnetNotOnThePath_IsLookedForInTheUsualFolders", () => {
  for (const usual of ["/home/ada/.dotnet/dotnet", "/usr/share/dotnet/dotnet", "/usr/lib/dotnet/dotnet"]) {
    const found = locateServer(none, bundled, around([bundled, usual], { PATH: "/bin" }));
    assert.ok(!isProblem(found), usual);
    assert.equal(found.command, usual);
  }
});

test("locateServer_Windows_UsesItsOwnNamesAndFolders", () => {
  const dll = "C:\\ext\\server\\codeexit.dll";
  const dotnet = "D:\\Programs\\dotnet\\dotnet.exe";
  const found = locateServer(none, dll, around([dll, dotnet], { Path: "C:\\Windows;C:\\x", ProgramFiles: "D:\\Programs" }, "win32"));
  assert.deepEqual(found, { command: dotnet, args: [dll, "lsp"], origin: "bundled" });
});

test("locateServer_NoDotnet_TakesABinaryOfThePath", () => {
  const found = locateServer({ path: "", args: ["--standalone"] }, bundled, around([bundled, "/usr/bin/codeexit"], { PATH: "/usr/bin" }));
  assert.deepEqual(found, { command: "/usr/bin/codeexit", args: ["lsp", "--standalone"], origin: "path" });
});

test("locateServer_NoDotnetAndNoBinary_SaysWhatToInstall", () => {
  const found = locateServer(none, bundled, around([bundled], { PATH: "/bin" }));
  assert.ok(isProblem(found));
  assert.match(found.message, /\.NET 10/);
  assert.equal(found.remedies[0], "installDotnet");
});

test("locateServer_NothingBundledAndNoBinary_NamesTheSetting", () => {
  const found = locateServer(none, bundled, around(["/usr/bin/dotnet"], { PATH: "/usr/bin" }));
  assert.ok(isProblem(found));
  assert.match(found.message, /codeexit\.server\.path/);
});

test("locateServer_Setting_GoesBeforeTheBundledServer", () => {
  const files = [bundled, "/usr/bin/dotnet", "/home/ada/bin/codeexit", "/opt/codeexit.dll", "/usr/bin/codeexit"];
  const env = { PATH: "/usr/bin" };
  const locate = (path: string) => locateServer({ path, args: [] }, bundled, around(files, env));
  assert.deepEqual(locate("~/bin/codeexit"), { command: "/home/ada/bin/codeexit", args: ["lsp"], origin: "setting" });
  assert.deepEqual(locate("/opt/codeexit.dll"), { command: "/usr/bin/dotnet", args: ["/opt/codeexit.dll", "lsp"], origin: "setting" });
  assert.deepEqual(locate("codeexit"), { command: "/usr/bin/codeexit", args: ["lsp"], origin: "setting" });
});

test("locateServer_SettingThatIsWrong_IsNamedAndNothingElseIsRun", () => {
  for (const path of ["/nowhere/codeexit", "nonesuch"]) {
    const found = locateServer({ path, args: [] }, bundled, around([bundled, "/usr/bin/dotnet"], { PATH: "/usr/bin" }));
    assert.ok(isProblem(found));
    assert.ok(found.message.includes(path));
    assert.equal(found.remedies[0], "openSettings");
  }
});
