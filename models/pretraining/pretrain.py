"""Trains a model, or goes on with one.

usage: pretrain.py --config configs/cpu.json --corpus DIR --tokenizer tokenizer.json --out DIR [--init MODEL] [--minutes M]

Progress counts in time, so a run ends when it should on any machine. --out gets checkpoint.pt (and before-decay.pt, from which a
longer run can go on) and log.jsonl. Started again with the same --out, it goes on where it stopped.
"""
import argparse
import contextlib
import itertools
import json
import os
import signal
import sys
import time

import torch

from training import bpe, checkpoint, evaluation, exits
from training.corpus import documents
from training.model import Decoder, Shape
from training.muon import Muon
from training.stream import Corpus, batches

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Run:
    """A model in training: what a checkpoint keeps, and how far it is."""

    def __init__(self, config, model, exit_layers, minutes):
        self.config, self.model, self.exit_layers, self.minutes = config, model.to(DEVICE), exit_layers, minutes
        self.step = self.tokens = self.document = 0
        self.seconds = 0.0
        matrices = [parameter for parameter in model.layers.parameters() if parameter.dim() == 2]
        vectors = [parameter for parameter in model.parameters() if parameter.dim() == 1]
        tables = [model.embed_tokens.weight, *([] if model.lm_head is None else [model.lm_head.weight])]
        rates = config["learning_rates"]
        self.optimizers = [
            Muon(matrices, lr=rates["matrices"], weight_decay=config["weight_decay"]),
            torch.optim.AdamW([{"params": tables, "lr": rates["embedding"]}, {"params": vectors, "lr": rates["vectors"]}],
                              betas=(0.9, 0.95), weight_decay=0.0)]
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["peak"] = group["lr"]

    @property
    def progress(self):
        return self.seconds / 60 / self.minutes

    def rate(self):
        """Learning rate as a share of its peak: warm-up, constant, linear to the floor."""
        stable, floor = self.config["stable"], self.config["floor"]
        warm = min(1.0, (self.step + 1) / self.config["warmup_steps"])
        return warm * min(1.0, max(floor, floor + (1 - floor) * (1 - self.progress) / (1 - stable)))

    def stage(self):
        return next((stage for stage in self.config["stages"] if self.progress < stage["until"]), self.config["stages"][-1])

    def save(self, path):
        state = {"model": self.model.state_dict(), "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
                 "shape": vars(self.model.shape), "exits": self.exit_layers, "step": self.step, "tokens": self.tokens,
                 "document": self.document, "seconds": self.seconds, "suffix_first": self.stage()["suffix_first"]}
        torch.save(state, path + ".new")
        os.replace(path + ".new", path)

    def restore(self, path):
        state = torch.load(path, map_location=DEVICE)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            peaks = [group["peak"] for group in optimizer.param_groups]
            optimizer.load_state_dict(saved)
            for group, peak in zip(optimizer.param_groups, peaks):
                group["peak"] = peak  # the configuration's, which may have changed since
        self.step, self.tokens, self.document, self.seconds = (state[key] for key in ("step", "tokens", "document", "seconds"))


def objective(config, layers):
    choice = config["exits"]
    if choice["loss"] == "aggregated":
        return exits.Aggregated(layers, choice["layers"])
    if choice["loss"] == "self-distilled":
        return exits.SelfDistilled(choice["layers"], choice["weights"], config["z_loss"])
    return exits.SampledExit(layers, choice["layers"], choice["weight"], config["z_loss"])


def train(run, corpora, weights, tokenizer, held_out, out, seed):
    """Descends until the time is over. Yields nothing; the log and the checkpoints are its results."""
    config, model = run.config, run.model
    loss_of = objective(config, model.shape.layers)
    compiled = torch.compile(loss_of.__call__, dynamic=False) if config["compile"] and hasattr(torch, "compile") else loss_of
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    log = open(os.path.join(out, "log.jsonl"), "a", encoding="utf-8")
    stage, stream, smooth = None, None, {}
    saved = validated = run.seconds
    decaying = run.progress >= config["stable"]
    while run.progress < 1 and not stopped:
        if not decaying and run.progress >= config["stable"]:
            decaying = True
            run.save(os.path.join(out, "before-decay.pt"))
        new_stage = stage is not run.stage()
        if new_stage:
            stage = run.stage()
            stream = batches(corpora, weights, tokenizer, stage, seed, run.document, config["workers"])
        began = time.monotonic()
        batch, run.document = next(stream)
        rate = run.rate()
        for optimizer in run.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate
        pieces = batch.split(stage["micro_rows"])
        ramp = torch.tensor(min(1.0, run.progress / 0.05))
        distilled = torch.tensor(0.5 if run.progress > 0.7 else 0.0)
        chosen = loss_of.choose(run.step).to(DEVICE)
        losses = 0
        for piece in pieces:
            piece = piece.to(DEVICE, non_blocking=True)
            with torch.autocast(DEVICE, dtype=torch.bfloat16) if config["bf16"] else contextlib.nullcontext():
                loss, parts = compiled(model, piece[:, :-1], piece[:, 1:], chosen, ramp.to(DEVICE), distilled.to(DEVICE))
            (loss / len(pieces)).backward()
            losses = losses + parts / len(pieces)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in run.optimizers:
            optimizer.step()
        model.zero_grad(set_to_none=True)

        took = time.monotonic() - began
        if not (new_stage and config["compile"]):  # compiling is not training
            run.seconds += took
        for name, value in loss_of.label(run.step, losses.tolist()).items():
            smooth[name] = value if name not in smooth else 0.95 * smooth[name] + 0.05 * value
        run.step += 1
        count = batch.shape[0] * (batch.shape[1] - 1)
        run.tokens += count
        if not torch.isfinite(norm):
            sys.exit(f"the gradient is {norm} at step {run.step}: lower the learning rates and start from {out}/checkpoint.pt")
        if run.step in (1, 10) or run.step % config["log_steps"] == 0:
            entry = {"step": run.step, "minutes": round(run.seconds / 60, 2), "tokens": run.tokens, "rate": round(rate, 3),
                     "tokens_per_second": round(count / took), "loss": {name: round(value, 4) for name, value in sorted(smooth.items())}}
            write(log, entry)
        if run.seconds - validated > 60 * config["validate_minutes"]:
            validated = run.seconds
            write(log, validation(run, tokenizer, held_out))
        if run.seconds - saved > 60 * config["save_minutes"]:
            saved = run.seconds
            run.save(os.path.join(out, "checkpoint.pt"))
    run.save(os.path.join(out, "checkpoint.pt"))
    write(log, validation(run, tokenizer, held_out))


def validation(run, tokenizer, held_out):
    layers = [*run.exit_layers, run.model.shape.layers]
    bits = evaluation.bits_per_byte(run.model, tokenizer, held_out, layers, context=512)
    return {"step": run.step, "minutes": round(run.seconds / 60, 2), "tokens": run.tokens,
            "bits_per_byte": {f"layer {layer}": round(value, 4) for layer, value in zip(layers, bits)}}


def write(log, entry):
    line = json.dumps(entry)
    print(line, flush=True)
    log.write(line + "\n")
    log.flush()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--config", required=True, metavar="FILE")
    options.add_argument("--corpus", required=True, metavar="DIR")
    options.add_argument("--tokenizer", required=True, metavar="FILE")
    options.add_argument("--out", required=True, metavar="DIR")
    options.add_argument("--init", metavar="MODEL", help="a model folder (Llama or Qwen2 layout) to fine-tune")
    options.add_argument("--minutes", type=float, help="instead of the configuration's")
    options.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="overrides, for example learning_rates.matrices=0.01")
    options.add_argument("--seed", type=int, default=0)
    choice = options.parse_args()

    with open(choice.config, encoding="utf-8") as file:
        config = json.load(file)
    for override in choice.set:
        path, value = override.split("=", 1)
        *parents, key = path.split(".")
        target = config
        for parent in parents:
            target = target[int(parent) if parent.isdigit() else parent]
        target[key] = json.loads(value)

    torch.manual_seed(choice.seed)
    tokenizer = bpe.Tokenizer(choice.tokenizer)
    exit_layers = config["exits"]["layers"]
    if choice.init:
        model, _ = checkpoint.load(choice.init)
    else:
        model = Decoder(Shape(vocabulary=tokenizer.size, **config["shape"])).initialise()
    if any(layer >= model.shape.layers for layer in exit_layers):
        sys.exit(f"exits {exit_layers} must lie before the last of the model's {model.shape.layers} layers")

    os.makedirs(choice.out, exist_ok=True)
    run = Run(config, model, exit_layers, choice.minutes or config["minutes"])
    before = os.path.join(choice.out, "checkpoint.pt")
    if os.path.exists(before):
        run.restore(before)
    size = sum(parameter.numel() for parameter in model.parameters())
    print(f"{size / 1e6:.2f} M parameters on {DEVICE}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads, "
          f"{run.minutes - run.seconds / 60:.1f} minutes to go", flush=True)
    corpora = [Corpus(choice.corpus, language) for language in config["languages"]]
    held_out = list(itertools.islice(documents(choice.corpus, "python", "validation"), config["validation_files"]))
    train(run, corpora, list(config["languages"].values()), tokenizer, held_out, choice.out, choice.seed)


if __name__ == "__main__":
    main()
