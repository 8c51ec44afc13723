#!/usr/bin/env python3
"""One person types in several windows over one daemon, faster than people do; then nobody does anything.

Shows that the daemon's memory stays flat and that nothing polls when nothing happens. Linux: it reads /proc.

    dotnet build -c Release
    bench/daemon_soak.py --minutes 60 --speed 10 -- dotnet src/CodeExit.Cli/bin/Release/net10.0/codeexit.dll

Ends with 1 where memory grew by more than --growth MiB after the first third, a request was not answered, or a thread other than the
runtime's own finalizer (which wakes every ten seconds in any .NET program) woke up while nothing happened.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

RUNTIMES_OWN = {".NET Finalizer"}
DEBOUNCE = 0.2  # seconds after a key before an editor asks
SESSION = 200  # characters typed in one window before the person goes to another


class Window:
    """An editor with one document: a client of codeexit lsp that knows only the protocol."""

    def __init__(self, program, env, number):
        self.uri, self.version, self.last_id, self.text = f"file:///soak/{number}.cs", 0, 0, ""
        self.pending, self.asked, self.answered, self.failed = {}, 0, 0, []
        self.process = subprocess.Popen([*program, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
        threading.Thread(target=self._read, daemon=True).start()
        self._request("initialize", {"processId": os.getpid(), "capabilities": {}}).wait(60)
        self._send({"method": "initialized", "params": {}})

    def open(self, text):
        if self.version:
            self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": self.uri}}})
        self.text, self.version = text, self.version + 1
        document = {"uri": self.uri, "languageId": "csharp", "version": self.version, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def type(self, at, key):
        self.text, self.version = self.text[:at] + key + self.text[at:], self.version + 1
        where = self._position(at)
        change = {"range": {"start": where, "end": where}, "text": key}
        self._send({"method": "textDocument/didChange", "params": {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]}})

    def ask(self, at):
        """Like VS Code: what was asked before and has no answer yet is given up."""
        for older in list(self.pending):
            self._send({"method": "$/cancelRequest", "params": {"id": older}})
        self.asked += 1
        return self._request("textDocument/inlineCompletion", {"textDocument": {"uri": self.uri}, "position": self._position(at), "context": {"triggerKind": 2}})

    def close(self):
        self._request("shutdown", None).wait(60)
        self._send({"method": "exit"})
        return self.process.wait(60)

    def _position(self, at):
        before = self.text[:at]
        return {"line": before.count("\n"), "character": len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2}

    def _request(self, method, params):
        self.last_id += 1
        done = self.pending[self.last_id] = threading.Event()
        self._send({"id": self.last_id, "method": method, "params": params})
        return done

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self):
        out = self.process.stdout
        while header := out.readline():
            length = int(header.split(b":")[1])
            out.readline()
            message = json.loads(out.read(length))
            if done := self.pending.pop(message.get("id"), None):
                self.answered += "error" not in message or message["error"]["code"] == -32800
                if "error" in message and message["error"]["code"] != -32800:
                    self.failed.append(message["error"]["message"])
                done.set()


def memory(pid):
    """Resident and anonymous (its own, not files') memory in MiB."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["RssAnon"].split()[0]) / 1024


def switches(pid):
    """Context switches of each thread so far, with its name."""
    found = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        lines = (thread / "status").read_text().splitlines()
        found[thread.name] = lines[0].split("\t")[1], sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return found


def ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def type_for(seconds, windows, files, speed, dice, tell):
    """Types random pieces of files into one window after the other. Time passes `speed` times faster."""
    end = time.monotonic() + seconds / speed
    while time.monotonic() < end:
        window, text = dice.choice(windows), dice.choice(files)
        at = dice.randrange(len(text))
        typed = text[at : at + SESSION]
        window.open(text[:at] + text[at + SESSION :])
        for key in typed:
            window.type(at, key)
            at += 1
            pause = dice.lognormvariate(-1.7, 0.6) if dice.random() < 0.97 else dice.uniform(1, 8)  # median 0.18 s; now and then a thought
            if pause > DEBOUNCE:
                time.sleep(DEBOUNCE / speed)
                window.ask(at)
                pause -= DEBOUNCE
            time.sleep(pause / speed)
            tell()
            if time.monotonic() > end:
                return


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=60, help="of the person's time")
    options.add_argument("--speed", type=float, default=10)
    options.add_argument("--windows", type=int, default=5)
    options.add_argument("--idle", type=float, default=60, help="seconds in which nothing happens")
    options.add_argument("--settle", type=float, default=30, help="seconds until idle threads of the runtime's pool have ended")
    options.add_argument("--growth", type=float, default=16, help="MiB")
    options.add_argument("--source", type=Path, default=Path(__file__).parent.parent / "src", help="folder of C# files to type")
    options.add_argument("program", nargs="+")
    given = options.parse_args()
    files = [path.read_text(encoding="utf-8-sig") for path in sorted(given.source.rglob("*.cs")) if "obj" not in path.parts]
    files = [text for text in files if len(text) > 2 * SESSION]
    folder = tempfile.TemporaryDirectory(prefix="codeexit-soak-")
    env = {**os.environ, "CODEEXIT_RUNTIME_DIR": folder.name, "CODEEXIT_DATA_DIR": folder.name}

    def status():
        return json.loads(subprocess.run([*given.program, "daemon", "status", "--json"], env=env, capture_output=True, check=True).stdout)

    bad = []
    windows = [Window(given.program, env, number) for number in range(given.windows)]
    pid = status()["pid"]
    try:
        start, samples = time.monotonic(), []
        every = max(1.0, given.minutes * 60 / given.speed / 30)
        print(f"{'s':>5}{'daemon MiB':>12}{'own MiB':>9}{'forwarders MiB':>16}{'asked':>8}", flush=True)

        def tell():
            now = time.monotonic() - start
            if now < len(samples) * every:
                return
            samples.append(memory(pid))
            forwarders = sum(memory(window.process.pid)[0] for window in windows)
            print(f"{now:5.0f}{samples[-1][0]:12.1f}{samples[-1][1]:9.1f}{forwarders:16.1f}{sum(window.asked for window in windows):8}", flush=True)

        type_for(given.minutes * 60, windows, files, given.speed, random.Random(11), tell)
        for window in windows:
            for done in list(window.pending.values()):
                if not done.wait(30):
                    bad.append("a request was not answered within 30 s")
            bad += window.failed
        third = samples[len(samples) // 3 :]
        growth = third[-1][1] - third[0][1]
        print(f"{sum(window.answered for window in windows)} answers; own memory grew by {growth:.1f} MiB in the last two thirds")
        if growth > given.growth:
            bad.append(f"memory grew by {growth:.1f} MiB")

        time.sleep(given.settle)
        watched = {"daemon": pid, "forwarder": windows[0].process.pid}
        before = {name: (switches(of), ticks(of)) for name, of in watched.items()}
        time.sleep(given.idle)
        for name, of in watched.items():
            woke = {}
            for thread, (called, count) in switches(of).items():
                more = count - before[name][0].get(thread, (called, 0))[1]
                woke[called] = woke.get(called, 0) + more
            woke = {called: more for called, more in woke.items() if more}
            print(f"{name}: woke in {given.idle:.0f} idle seconds {woke or 'not at all'}; {ticks(of) - before[name][1]} ticks of CPU time")
            if set(woke) - RUNTIMES_OWN:
                bad.append(f"the {name} polls: {woke}")
        print(json.dumps(status()))
        for window in windows:
            if window.close() != 0:
                bad.append("a forwarder did not end with 0")
    finally:
        for window in windows:
            if window.process.poll() is None:
                window.process.kill()
        subprocess.run([*given.program, "daemon", "stop"], env=env, check=False)
        if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]:
            os.kill(pid, signal.SIGKILL)
    for line in bad:
        print("BAD:", line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
