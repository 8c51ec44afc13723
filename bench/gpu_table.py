"""What bench/gpu.sh found, as Markdown for docs/performance.md and docs/energy.md.   usage: gpu_table.py FILE (gpu.json)"""
import json
import statistics
import sys

LEAST_SHARE, LEAST_R2 = 0.60, 0.99  # of issue 7: decode at batch 1 of the measured copy bandwidth in BF16; a straight line


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def number(value, form=".1f", unit=""):
    return "–" if value is None else f"{value:{form}}{unit}"


def percent(share):
    return number(None if share is None else share * 100, ".0f", " %")


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def head(*cells):
    return [row(*cells), row(*("---" for _ in cells))]


def of(reports, *path):
    """Median over reports of a field; None where none has it."""
    found = []
    for report in reports:
        for name in path:
            report = (report or {}).get(name)
        found.append(report)
    return median(found)


def speed(models):
    lines = head("model", "weights", "decode, tok/s", "of copy bandwidth", "ms a layer", "ms beside", "R²", "PyTorch eager", "compiled", "ratio to the faster")
    for shape, model in models.items():
        eager, compiled = (of(model["pytorch"][engine], "decodeTokensPerSecond") for engine in ("eager", "compiled"))
        best = max((each for each in (eager, compiled) if each), default=None)
        for precision, reports in model["ours"].items():
            decode = of(reports, "decodeTokensPerSecond")
            lines.append(row(
                shape, precision, number(decode), percent(of(reports, "bandwidthShare")), number(of(reports, "gpu", "msLine", "perLayer"), ".4f"),
                number(of(reports, "gpu", "msLine", "outside"), ".3f"), number(of(reports, "gpu", "msLine", "rSquared"), ".4f"),
                number(eager), number(compiled), number(decode / best if best else None, ".2f")))
    return lines


def first_token(models):
    lines = head("model", "weights", "prompt", "first token, ms", "PyTorch eager", "compiled", "prefill of 512, tok/s", "of F32 peak")
    for shape, model in models.items():
        for precision, reports in model["ours"].items():
            lines.append(row(
                shape, precision, number(of(reports, "gpu", "firstTokenPrompt"), ".0f"), number(of(reports, "gpu", "firstTokenMs")),
                *(number(of(model["pytorch"][engine], "firstTokenMs")) for engine in ("eager", "compiled")),
                number(of(reports, "prefillTokensPerSecond"), ".0f"), percent(of(reports, "peakShare"))))
    return lines


def traffic(models):
    lines = head("model", "weights", "moved a token, MB", "× least", "launches", "a layer", "host bytes a token", "floor, ms: memory", "arithmetic", "launches", "launch, µs", "and wait", "copy, GB/s", "PyTorch's copy")
    for shape, model in models.items():
        for precision, reports in model["ours"].items():
            def gpu(*path):
                return of(reports, "gpu", *path)
            moved = gpu("memoryBytesPerToken")
            lines.append(row(
                shape, precision, number(moved / 1e6 if moved else None), number(gpu("memoryOverLeast"), ".3f"), number(gpu("launchesPerToken"), ".0f"),
                number(gpu("launchesPerLayer"), ".2f"), number(gpu("hostBytesPerToken"), ".0f"), number(gpu("floorMs", "memory"), ".3f"),
                number(gpu("floorMs", "arithmetic"), ".3f"), number(gpu("floorMs", "launches"), ".3f"), number(gpu("launchUs")), number(gpu("launchAndWaitUs")),
                number(of(reports, "copyBandwidthGBs"), ".0f"), number((model["pytorch"].get("limits") or {}).get("copyGBs"), ".0f")))
    return lines


def joules(models):
    lines = head("model", "engine", "layers", "J a token, net", "gross", "W", "idle W", "tokens", "label")
    for shape, model in models.items():
        for precision, reports in model["ours"].items():
            for report in reports:
                found = report.get("joules")
                for point in found["points"] if found else []:
                    lines.append(row(
                        shape, f"codeexit, {precision}", str(point["layers"]), number(point["joulesPerToken"], ".4f"), number(point["grossJoulesPerToken"], ".4f"),
                        number(point["watts"], ".0f"), number(point["idleWatts"], ".0f"), str(point["tokens"]), f"{found['label']} ({found['scope']})"))
        for engine, point in model["pytorch"].get("joules", {}).items():
            if point:
                lines.append(row(
                    shape, f"PyTorch {engine}, bf16", "all", number(point["joulesPerToken"], ".4f"), number(point["grossJoulesPerToken"], ".4f"),
                    number(point["watts"], ".0f"), number(point["idleWatts"], ".0f"), str(point["tokens"]), point["label"]))
    return lines


def verdict(name, value, good, form):
    return f"- {name}: " + ("not measured" if value is None else f"{form.format(value)}, **{'met' if good(value) else 'missed'}**")


def targets(models):
    lines = []
    for shape, model in models.items():
        reports = model["ours"].get("bf16", [])
        lines.append(verdict(f"{shape}, BF16 decode, at least 60 % of copy bandwidth", of(reports, "bandwidthShare"), lambda share: share >= LEAST_SHARE, "{:.0%}"))
        lines.append(verdict(f"{shape}, time a straight line in the layers run, R² at least {LEAST_R2}", of(reports, "gpu", "msLine", "rSquared"), lambda r2: r2 >= LEAST_R2, "{:.4f}"))
        ours = of(reports, "gpu", "firstTokenMs")
        theirs = median([of(model["pytorch"][engine], "firstTokenMs") for engine in ("eager", "compiled")])
        beside = median([of(model["pytorch"]["eager"], "firstTokenMs")])
        lines.append(f"- {shape}, first token of 1,024: " + ("not measured" if ours is None else f"{ours:.1f} ms" + ("; PyTorch was not measured" if theirs is None else f", PyTorch eager {number(beside)} ms")) + " (no figure was asked for)")
        label = next((report["joules"]["label"] for report in reports if report.get("joules")), None)
        scope = next((report["joules"]["scope"] for report in reports if report.get("joules")), None)
        lines.append(f"- {shape}, joules by exit layer from the card's counter: " + ("not measured" if label is None else f"{label} ({scope}), **{'met' if label == 'measured-counter' and scope == 'gpu' else 'missed'}**"))
    return lines


def checks(data):
    lines = []
    for name, found in data["check"].items():
        lines.append(f"- {name}: " + ("the same text" if found.get("same") else found["said"].splitlines()[-1] if "exitCode" in found and found["said"] else f"exit code {found['exitCode']}" if "exitCode" in found else f"DIFFERS: {found}"))
    for shape, model in data["models"].items():
        for precision, found in (model.get("check") or {}).items():
            if found:
                lines.append(f"- {shape}, {precision}: {found['same']} of {found['of']} greedy tokens are F32 PyTorch's; largest logit gap {found['largestGap']:.4f}, logits' deviation {found['deviation']:.2f}")
    return lines


def table(data):
    machine, models = data["machine"], data["models"]
    lines = ["**A rehearsal: it shows that the script works and the counting counts. No figure here is a measurement of a card.**", ""] if data.get("rehearsal") else []
    lines += [f"Machine: {machine.get('nvidiaSmi', 'unknown')}; OpenCL loader {machine.get('loader')}; NVML {json.dumps(machine.get('nvml'))}", ""]
    for shape, model in models.items():
        ran = next((report.get("card") for reports in model["ours"].values() for report in reports), None)
        lines.append(f"{shape}: codeexit on {ran}; PyTorch {json.dumps(model['pytorch'].get('version'))}; rounds: {', '.join(f'{precision} {len(reports)}' for precision, reports in model['ours'].items()) or 'none'}")
    for title, rows in (("Decode, batch 1", speed(models)), ("First token", first_token(models)), ("Counted", traffic(models)), ("Joules", joules(models))):
        lines += ["", f"### {title}", ""] + rows
    lines += ["", "### Targets", ""] + targets(models) + ["", "### Right or wrong", ""] + checks(data)
    failures = [f"- {name}: {step['said']}" for name, step in data["steps"].items() if step["said"] != "done"]
    if failures:
        lines += ["", "### Not done", ""] + failures
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print(table(json.load(file)))
