"""What a model is worth on text that it has not seen, at each exit: bits per byte, and single-line infilling."""
import difflib
import math
import random

import torch

from . import bpe, fim
from .model import rope_table, rotate


@torch.no_grad()
def bits_per_byte(model, tokenizer, texts, layers, context=1024, rows=8):
    """-> bits per byte of UTF-8 at each of `layers` (1-based). Files are told one by one, in pieces of `context` tokens."""
    end = tokenizer.special[bpe.END_OF_TEXT]
    pieces, size = [], 0
    for text in texts:
        ids = [end, *tokenizer.encode(text)]
        size += len(text.encode())
        pieces += [ids[start:start + context + 1] for start in range(0, len(ids) - 1, context)]
    pieces.sort(key=len)
    nats = [0.0] * len(layers)
    for start in range(0, len(pieces), rows):
        some = pieces[start:start + rows]
        longest = max(map(len, some))
        batch = torch.tensor([ids + [-1] * (longest - len(ids)) for ids in some])
        states, targets = model(batch[:, :-1].clamp(min=0)), batch[:, 1:]
        real = targets >= 0
        for index, layer in enumerate(layers):
            logits = model.read_out(states[layer - 1][real]).float()
            nats[index] += torch.nn.functional.cross_entropy(logits, targets[real], reduction="sum").item()
    return [total / math.log(2) / size for total in nats]


def single_line_tasks(texts, count, seed=0, before=1500, after=500):
    """-> (prefix, rest of the line, suffix): a random cursor in a random line of a random file. before, after: characters"""
    dice, tasks = random.Random(seed), []
    while len(tasks) < count:
        text = dice.choice(texts)
        start, end = dice.choice(fim.lines_of(text))
        cursor = dice.randrange(fim.indented(text, start, end), end)
        low = max(0, cursor - before)
        low = text.find("\n", low, cursor) + 1 if low else 0
        tasks.append((text[low:cursor], text[cursor:end], text[end:end + after]))
    return tasks


class Cache:
    """Keys and values of one sequence, for decoding token by token."""

    def __init__(self, model, past=None):
        self.model, self.past = model, past or [None] * model.shape.layers

    def fork(self):
        return Cache(self.model, list(self.past))

    def advance(self, ids, depth):
        """-> states of the last position after each of the first `depth` layers, [width] each."""
        model, shape = self.model, self.model.shape
        seen = 0 if self.past[0] is None else self.past[0][0].shape[1]
        cos, sin = (table[seen:] for table in rope_table(shape, seen + len(ids)))
        hidden = torch.ones(len(ids), seen + len(ids), dtype=torch.bool).triu(seen + 1)
        x, states = model.embed_tokens(torch.tensor(ids)), []
        for index, block in enumerate(model.layers[:depth]):
            x = x + self._attend(index, block.self_attn, block.input_layernorm(x), cos, sin, hidden)
            x = x + block.mlp(block.post_attention_layernorm(x))
            states.append(x[-1])
        return states

    def _attend(self, index, attention, x, cos, sin, hidden):
        shape = self.model.shape
        split = lambda y, heads: y.view(len(x), heads, shape.head_dim).transpose(0, 1)
        q = rotate(split(attention.q_proj(x), shape.heads), cos, sin)
        k = rotate(split(attention.k_proj(x), shape.kv_heads), cos, sin)
        v = split(attention.v_proj(x), shape.kv_heads)
        if self.past[index] is not None:
            k, v = (torch.cat(pair, 1) for pair in zip(self.past[index], (k, v)))
        self.past[index] = k, v
        k, v = (y.repeat_interleave(shape.heads // shape.kv_heads, 0) for y in (k, v))
        weights = torch.softmax((q @ k.transpose(1, 2) / math.sqrt(shape.head_dim)).masked_fill(hidden, float("-inf")), -1)
        return attention.o_proj((weights @ v).transpose(0, 1).reshape(len(x), -1))


def complete(model, tokenizer, cache, state, layer, longest=48):
    """-> the greedy continuation up to a line break, read out at `layer`, and whether the model ended it by itself.

    cache: what holds the prompt; state: of its last position after `layer` layers
    """
    out = []
    while len(out) < longest:
        token = int(model.read_out(state).argmax())
        if token == tokenizer.special[bpe.END_OF_TEXT]:
            return tokenizer.decode(out), True
        out.append(token)
        if "\n" in tokenizer.decode([token]):
            break
        state = cache.advance([token], layer)[-1]
    return tokenizer.decode(out).split("\n")[0], False


@torch.no_grad()
def infill(model, tokenizer, tasks, layers, suffix_first=False):
    """-> for each of `layers`: share of the tasks solved exactly, mean edit similarity, share that the model ended by itself."""
    sums = [[0.0, 0.0, 0.0] for _ in layers]
    for prefix, truth, suffix in tasks:
        prompt = fim.arrange(tokenizer, prefix, "", suffix, suffix_first)[:-1]
        cache = Cache(model)
        states = cache.advance(prompt, max(layers))
        for row, layer in zip(sums, layers):
            answer, by_itself = complete(model, tokenizer, cache.fork(), states[layer - 1], layer)
            row[0] += answer == truth
            row[1] += difflib.SequenceMatcher(None, answer, truth, autojunk=False).ratio()
            row[2] += by_itself
    return [[total / len(tasks) for total in row] for row in sums]
