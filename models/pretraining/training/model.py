"""The Llama decoder (and Qwen2's, which adds biases to q, k and v), with parameters named as Hugging Face names them."""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

# PyTorch 1.13 has no scaled_dot_product_attention; the one of 2.x falls back to a slow product for bf16 on most CPUs.
FLASH = torch.cuda.is_available() and hasattr(F, "scaled_dot_product_attention")


@dataclass(frozen=True)
class Shape:
    layers: int
    width: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int
    vocabulary: int
    positions: int = 2048
    rope_theta: float = 10000.0
    norm_epsilon: float = 1e-5
    qkv_bias: bool = False
    tied: bool = True


class RMSNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight).to(x.dtype)


def rope_table(shape, positions, device=None):
    """-> cos, sin: [positions, head_dim / 2]"""
    frequencies = shape.rope_theta ** -(torch.arange(0, shape.head_dim, 2, device=device).float() / shape.head_dim)
    angles = torch.outer(torch.arange(positions, device=device).float(), frequencies)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    """RoPE on halves, as Hugging Face's Llama has it. x: [batch, heads, positions, head_dim]"""
    first, second = x.float().chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        self.q_proj = nn.Linear(shape.width, queries, bias=shape.qkv_bias)
        self.k_proj = nn.Linear(shape.width, keys, bias=shape.qkv_bias)
        self.v_proj = nn.Linear(shape.width, keys, bias=shape.qkv_bias)
        self.o_proj = nn.Linear(queries, shape.width, bias=False)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        shape = self.shape
        split = lambda y, heads: y.view(batch, length, heads, shape.head_dim).transpose(1, 2)
        q = rotate(split(self.q_proj(x), shape.heads), cos, sin)
        k = rotate(split(self.k_proj(x), shape.kv_heads), cos, sin)
        v = split(self.v_proj(x), shape.kv_heads)
        attend = flash_attention if FLASH else grouped_attention
        return self.o_proj(attend(q, k, v).transpose(1, 2).reshape(batch, length, -1))


def flash_attention(q, k, v):
    group = q.shape[1] // k.shape[1]
    return F.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=True)


def grouped_attention(q, k, v, block=256):
    """Causal attention as two batched products. The queries that share a key head stand below each other, so none is repeated.

    block: queries at a time; the keys behind a block are not touched, which saves up to half of a long row.
    """
    batch, heads, length, width = q.shape
    group = heads // k.shape[1]
    pieces = []
    for start in range(0, length, block):
        end = min(start + block, length)
        queries = q[:, :, start:end].reshape(batch, heads // group, group * (end - start), width)
        scores = queries @ k[:, :, :end].transpose(-1, -2)
        hidden = torch.ones(end - start, end, dtype=torch.bool, device=q.device).triu(start + 1).repeat(group, 1)
        weights = torch.softmax((scores.float() / math.sqrt(width)).masked_fill(hidden, float("-inf")), -1)
        pieces.append((weights.to(v.dtype) @ v[:, :, :end]).view(batch, heads, end - start, width))
    return torch.cat(pieces, 2)


class FeedForward(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down_proj = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_layernorm = RMSNorm(shape.width, shape.norm_epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RMSNorm(shape.width, shape.norm_epsilon)
        self.mlp = FeedForward(shape)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.norm_epsilon)
        self.lm_head = None if shape.tied else nn.Linear(shape.width, shape.vocabulary, bias=False)

    def initialise(self):
        """Embedding N(0, 0.02); matrices uniform of variance 1 / (3 fan_in); what writes into the residual stream starts at zero."""
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        for name, parameter in self.layers.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight", "bias")):
                nn.init.zeros_(parameter)
            elif parameter.dim() == 2:
                nn.init.uniform_(parameter, -parameter.shape[1] ** -0.5, parameter.shape[1] ** -0.5)
        if self.lm_head is not None:
            nn.init.normal_(self.lm_head.weight, std=0.02)
        return self

    def forward(self, ids):
        """-> hidden states after each layer, [batch, positions, width] each. ids: [batch, positions]"""
        x = self.embed_tokens(ids)
        cos, sin = rope_table(self.shape, ids.shape[1], ids.device)
        states = []
        for layer in self.layers:
            x = layer(x, cos, sin)
            states.append(x)
        return states

    def read_out(self, states):
        """-> logits of hidden states of any layer: all exits share the final norm and the head."""
        head = self.embed_tokens if self.lm_head is None else self.lm_head
        return F.linear(self.norm(states), head.weight)
