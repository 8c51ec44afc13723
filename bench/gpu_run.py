"""What bench/gpu.sh does, step by step: each step's result is on disk before the next begins, and what fails or finds no time says why.

usage: gpu_run.py OUT, with CODEEXIT (the command), DEVICE, SHAPES, PRECISIONS, ROUNDS, BUDGET, WORK, PYTORCH, PYTORCH_ROOT and PYTORCH_DEVICE
from bench/gpu.sh, whose help explains them.
"""
import ctypes
import glob
import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from gpu_table import table

HERE = Path(__file__).resolve().parent
EXAMPLES = ["examples/find_files.py:6", "examples/find_files.py:3", "examples/logger.py:3"]
BEGAN = time.monotonic()


class Results:
    def __init__(self, folder, budget):
        self.folder, self.budget = Path(folder), budget
        self.data = {"rehearsal": bool(os.environ.get("REHEARSAL")), "steps": {}, "machine": {}, "check": {}, "models": {}}
        self.folder.mkdir(parents=True, exist_ok=True)

    def step(self, name, needs, work):
        """Runs work unless there are less than so many seconds left. None where it failed or was left out."""
        left = self.budget - (time.monotonic() - BEGAN)
        began, answer = time.monotonic(), None
        if left < needs:
            said = f"left out: {left:.0f} s are left of {self.budget:.0f}, and it takes about {needs}"
        else:
            try:
                answer = work(left)
                said = "done"
            except Exception as failure:  # of whatever kind: the next step may well work
                said = f"failed: {type(failure).__name__}: {failure}".replace("\n", " ")
        self.data["steps"][name] = {"said": said, "seconds": round(time.monotonic() - began, 1)}
        print(f"== {name}: {said} ({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
        self.write()
        return answer

    def model(self, shape):
        return self.data["models"].setdefault(shape, {"ours": {}, "pytorch": {"eager": [], "compiled": []}})

    def write(self):
        (self.folder / "gpu.json").write_text(json.dumps(self.data, indent=1))
        (self.folder / "gpu.md").write_text(table(self.data))


def finish(command, seconds):
    """(exit code, output, errors) of a command that has so much time; its children end with it, as the card is wanted for what comes next."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
    try:
        output, errors = process.communicate(timeout=seconds)
        return process.returncode, output, errors
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise RuntimeError(f"{' '.join(map(str, command[-6:]))}: not done in {seconds:.0f} s") from None


def run(command, seconds):
    code, output, errors = finish(command, seconds)
    if code:
        raise RuntimeError(f"{' '.join(map(str, command[-6:]))}: exit code {code}: {errors.strip()[-400:]}")
    return output


class CodeExit:
    def __init__(self, command, device, work):
        self.command, self.device, self.work = shlex.split(command), device, Path(work)

    def run(self, *arguments, seconds=120):
        return run([*self.command, *map(str, arguments)], seconds)

    def complete(self, place, device, precision):
        answer = json.loads(self.run("complete", place, "--device", device, "--precision", precision, "--policy", "full", "--json"))
        return answer["text"]

    def folder(self, shape):
        return self.work / shape

    def speed(self, shape, precision, joules, seconds):
        folder, file = self.folder(shape), self.work / "speed.json"
        model = ["--model", folder] if folder.exists() else ["--random", shape, "--keep", folder]
        self.run("bench", "speed", *model, "--device", self.device, "--precision", precision, "--json", file, *(["--joules"] if joules else []), seconds=seconds)
        return json.loads(file.read_text())


class PyTorch:
    """gpu_pytorch.py at work in a process of its own; it is asked in turns with ours."""

    def __init__(self, python, root, device, folder):
        self.log = open(folder.parent / "pytorch.log", "a")
        scripts = folder.parent / "scripts"
        scripts.mkdir(exist_ok=True)
        for name in "gpu_pytorch.py", "gpu_nvml.py":
            shutil.copy(HERE / name, scripts)
        inside = [str(path).removeprefix(root) for path in (scripts / "gpu_pytorch.py", folder)]
        self.process = subprocess.Popen([*shlex.split(python), *inside, device], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def answer(self, seconds):
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            raise RuntimeError("no answer in time" if not ready else f"it ended: {Path(self.log.name).read_text().strip()[-300:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def ask(self, question, seconds):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return self.answer(seconds)

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()


def machine(codeexit):
    """What there is, and what is missing."""
    def said(command):
        try:
            return run(command, 30).strip()
        except (OSError, RuntimeError) as failure:
            return f"missing: {failure}"

    def loads(library):
        try:
            ctypes.CDLL(library)
            return "there"
        except OSError as refusal:
            return f"missing: {refusal}"

    found = {
        "nvidiaSmi": said(["nvidia-smi", "--query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.max.mem", "--format=csv,noheader"]),
        "loader": loads("libOpenCL.so.1"),
        "icdFiles": {file: Path(file).read_text().strip() for folder in {"/etc/OpenCL/vendors", os.environ.get("OCL_ICD_VENDORS") or "/etc/OpenCL/vendors"}
                     for file in glob.glob(folder + "/*.icd")},
        "nvidiaOpenCl": [file for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/nvidia/lib64", "/usr/local/nvidia/lib")
                         for file in glob.glob(folder + "/libnvidia-opencl.so.1")] or "missing",
        "nvml": json.loads(said([sys.executable, str(HERE / "gpu_nvml.py")])),
        "processors": os.cpu_count(),
    }
    try:
        found["power"] = json.loads(codeexit.run("power", "--json"))
    except Exception as failure:
        found["power"] = str(failure)
    return found


def check(codeexit, results):
    """The embedded model writes on the device what it writes on the processor."""
    for precision in "f32", "bf16":
        for place in EXAMPLES:
            path = str(HERE.parent / place)
            ours, theirs = (codeexit.complete(path, device, precision) for device in (codeexit.device, "cpu"))
            results.data["check"][f"{place}, {precision}"] = {"same": ours == theirs, "gpu": ours, "cpu": theirs}


def tests(results, runner, seconds):
    """The backend's own tests, where a build of them was carried."""
    code, output, errors = finish(shlex.split(runner), seconds)
    results.data["check"]["the backend's own tests"] = {"exitCode": code, "said": output.strip()[-1500:]}
    if code:
        raise RuntimeError((output + errors).strip()[-400:])


def main(out):
    get = os.environ.get
    results = Results(out, float(get("BUDGET", "550")))
    work = Path(get("WORK"))
    codeexit = CodeExit(get("CODEEXIT"), get("DEVICE", "gpu"), work)
    shapes, precisions, rounds = get("SHAPES").split(), get("PRECISIONS").split(), int(get("ROUNDS", "2"))
    results.data["machine"] = results.step("machine", 0, lambda left: machine(codeexit)) or {}
    if get("TESTS"):
        results.step("the backend's own tests", 60, lambda left: tests(results, get("TESTS"), min(left, 150)))
    results.step("the embedded model, beside the processor", 20, lambda left: check(codeexit, results))

    peers = {}
    first, others = precisions[0], precisions[1:]

    def ours(shape, precision, number, joules):
        """The first run writes the model, which stays though the run should fail."""
        name, needs = f"{shape}, {precision}, round {number}" + (" with joules" if joules else ""), 75 if joules else 30
        report = results.step(name, needs, lambda left: codeexit.speed(shape, precision, joules, left))
        if report:
            results.model(shape)["ours"].setdefault(precision, []).append(report)

    def check_tokens(shape, precision):
        reports = results.model(shape)["ours"].get(precision)
        if shape in peers and reports and reports[0].get("gpu"):
            question = "check " + json.dumps(reports[0]["gpu"]["greedy"])
            results.model(shape).setdefault("check", {})[precision] = results.step(
                f"{shape}, {precision}: its tokens by PyTorch in F32", 15, lambda left: peers[shape].ask(question, left))

    def start(shape):
        def begin(left):
            peer = PyTorch(get("PYTORCH", sys.executable), get("PYTORCH_ROOT", ""), get("PYTORCH_DEVICE", "cuda"), codeexit.folder(shape))
            results.model(shape)["pytorch"]["version"] = peer.answer(left)
            results.model(shape)["pytorch"]["limits"] = peer.ask("limits", left)
            return peer

        if codeexit.folder(shape).exists():
            peer = results.step(f"{shape}, PyTorch opens it", 45, begin)
            if peer:
                peers[shape] = peer

    def theirs(shape, number):
        for engine in "eager", "compiled":
            if shape in peers:
                answer = results.step(f"{shape}, PyTorch {engine}, round {number}", 90 if engine == "compiled" and number == 1 else 15, lambda left: peers[shape].ask(engine, left))
                if answer:
                    results.model(shape)["pytorch"][engine].append(answer)

    def their_joules(shape):
        for engine in "eager", "compiled":
            if shape in peers:
                answer = results.step(f"{shape}, PyTorch {engine}, joules", 15, lambda left: peers[shape].ask(f"joules {engine}", left))
                results.model(shape)["pytorch"].setdefault("joules", {})[engine] = answer

    try:
        # What was asked for comes first: BF16 of all shapes, beside PyTorch; then joules, then the other precisions, in turns all the way.
        for shape in shapes:
            ours(shape, first, 1, joules=False)
            start(shape)
            check_tokens(shape, first)
            theirs(shape, 1)
        for number in range(2, rounds + 1):
            for shape in shapes:
                ours(shape, first, number, joules=number == 2)
                theirs(shape, number)
                if number == 2:
                    their_joules(shape)
        for precision in others:
            for shape in shapes:
                ours(shape, precision, 1, joules=True)
                check_tokens(shape, precision)
    finally:
        for peer in peers.values():
            peer.end()
        for shape in shapes:
            shutil.rmtree(codeexit.folder(shape), ignore_errors=True)
        results.write()
    print((results.folder / "gpu.md").read_text())


if __name__ == "__main__":
    main(sys.argv[1])
