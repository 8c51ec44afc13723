"""The same folder in PyTorch: transformers' own class, eager and compiled with CUDA graphs.   usage: gpu_pytorch.py MODEL [cuda|cpu]

Stays in memory and answers on standard output, one JSON object a line, what it is asked on standard input:
  limits                      copy bandwidth of the device
  eager | compiled            decode at batch 1 from a prompt of one token, and first token of a long prompt: medians
  joules eager|compiled       of a decoded token (NVML's counter)
  check {"prompt", "tokens"}  whether F32 arithmetic would say these tokens
The host hears of each token, as whoever serves an editor must. BF16 weights as they are in the file, batch 1, SDPA attention.
Environment: TOKENS (64), PROMPT (1024), RUNS (5).
"""
import json
import os
import statistics
import sys
import time

import torch
import transformers
from transformers import Qwen2ForCausalLM
from transformers.cache_utils import DynamicCache, StaticCache

from gpu_nvml import Card

TOKENS, PROMPT, RUNS = (int(os.environ.get(name, default)) for name, default in (("TOKENS", 64), ("PROMPT", 1024), ("RUNS", 5)))
COPIED_BYTES = {"cuda": 512 << 20, "cpu": 64 << 20}


def once(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class Engine:
    """One way of running the model: decode and prefill, each a step from ids to the next id."""

    def __init__(self, model, compiled):
        self.model, self.device = model, model.device
        self.decode_step = self.prefill_step = self.step
        self.decode_cache = self.prefill_cache = None
        if not compiled:
            return
        # As long as is needed and no longer: compiled attention goes through all of a static cache. Filled once before anything is compiled,
        # as transformers asks for.
        self.decode_cache = StaticCache(config=model.config, max_cache_len=(TOKENS + 1 + 63) // 64 * 64)
        self.prefill_cache = StaticCache(config=model.config, max_cache_len=PROMPT + 64)
        for cache in self.decode_cache, self.prefill_cache:
            self.step(self.ids(1), cache)
        # Not dynamic: two lengths of caches would make sizes unknown, and graphs are of known ones.
        self.decode_step, self.prefill_step = (torch.compile(self.step, mode="reduce-overhead", fullgraph=True, dynamic=False) for _ in range(2))

    def ids(self, count):
        return torch.randint(0, self.model.config.vocab_size, (1, count), device=self.device)

    def step(self, ids, cache):
        return self.model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[:, -1].argmax(-1, keepdim=True)

    def cache(self, kept):
        if kept is None:
            return DynamicCache(config=self.model.config)
        kept.reset()
        return kept

    def decode(self):
        """Seconds of a token behind the first."""
        cache = self.cache(self.decode_cache)
        token = self.decode_step(self.ids(1), cache)
        token.item()
        began = time.perf_counter()
        for _ in range(TOKENS):
            torch.compiler.cudagraph_mark_step_begin()
            token = self.decode_step(token.clone(), cache)
            token.item()
        return (time.perf_counter() - began) / TOKENS

    def tokens(self):
        self.decode()
        return TOKENS + 1

    def first_token(self):
        """Seconds to the first token of a long prompt."""
        cache, ids = self.cache(self.prefill_cache), self.ids(PROMPT)
        return once(lambda: self.prefill_step(ids, cache).item())

    def measure(self):
        found = {}
        for name, work in ("decode", self.decode), ("firstToken", self.first_token):
            try:
                found[f"{name}WarmUpSeconds"] = once(lambda: [work() for _ in range(3)])  # compiles, and records its graph
                seconds = statistics.median(work() for _ in range(RUNS))
                found.update({"decodeTokensPerSecond": 1 / seconds} if name == "decode" else {"firstTokenMs": seconds * 1e3})
            except Exception as failure:  # whatever a compiler fails with is a result too
                found[f"{name}Error"] = f"{type(failure).__name__}: {failure}"[:500]
        return found


class Server:
    def __init__(self, folder, device):
        self.folder, self.device = folder, device
        self.model = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).to(device).eval()
        self.engines = {}

    def engine(self, name):
        if name not in self.engines:
            self.engines[name] = Engine(self.model, compiled=name == "compiled")
        return self.engines[name]

    def answer(self, command, *rest):
        if command == "limits":
            return self.limits()
        if command == "check":
            return self.check(**json.loads(" ".join(rest)))
        if command == "joules":
            uuid = torch.cuda.get_device_properties(0).uuid if self.device == "cuda" else None
            return Card(f"GPU-{uuid}" if uuid else None).window(self.engine(rest[0]).tokens)
        return self.engine(command).measure()

    def limits(self):
        source = torch.randn(COPIED_BYTES[self.device] // 4, device=self.device)
        target = torch.empty_like(source)

        def copy():
            for _ in range(4):
                target.copy_(source)
            if self.device == "cuda":
                torch.cuda.synchronize()

        copy()
        seconds = statistics.median(once(copy) for _ in range(RUNS)) / 4
        return {"copyGBs": 2 * source.nbytes / seconds / 1e9}

    def check(self, prompt, tokens):
        exact = Qwen2ForCausalLM.from_pretrained(self.folder, dtype=torch.float32).to(self.device).eval()
        logits = exact(input_ids=torch.tensor([prompt + tokens[:-1]], device=self.device)).logits[0, len(prompt) - 1:]
        said = torch.tensor(tokens, device=self.device)
        gaps = logits.max(-1).values - logits.gather(1, said[:, None])[:, 0]
        return {"same": int((logits.argmax(-1) == said).sum()), "of": len(tokens), "largestGap": gaps.max().item(), "deviation": logits.std().item()}


@torch.no_grad()
def serve(folder, device):
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    server = Server(folder, device)
    said = {"torch": torch.__version__, "transformers": transformers.__version__, "device": torch.cuda.get_device_name(0) if device == "cuda" else "cpu"}
    print(json.dumps(said), file=answers, flush=True)
    for line in sys.stdin:
        try:
            said = server.answer(*line.split())
        except Exception as failure:
            said = {"error": f"{type(failure).__name__}: {failure}"[:500]}
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "cuda")
