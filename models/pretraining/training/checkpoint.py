"""Model folders in Hugging Face's layout: config.json, model.safetensors, exits.json."""
import json
import os
import struct
import sys

import torch

from .model import Decoder, Shape

DTYPES = {"F32": (torch.float32, 4), "BF16": (torch.bfloat16, 2), "F16": (torch.float16, 2)}


def read_safetensors(path):
    """-> name -> float32 tensor."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] not in DTYPES:
            sys.exit(f"{path}: {name} is {entry['dtype']}; only {', '.join(DTYPES)} can be read")
        dtype, size = DTYPES[entry["dtype"]]
        start, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=dtype, count=(end - start) // size, offset=start)
        tensors[name] = flat.float().reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    """Writes BF16, rounded to nearest. tensors: name -> tensor"""
    header, offset, parts = {"__metadata__": {"format": "pt"}}, 0, []
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().cpu().bfloat16().contiguous().view(torch.int16).numpy().tobytes()
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)


def load(folder):
    """-> the decoder in a folder of Llama's or Qwen2's layout, and its exit layers."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    kind = config.get("model_type")
    if kind not in ("llama", "qwen2"):
        sys.exit(f"{folder}/config.json: model_type is {kind}; only llama and qwen2 can be trained further")
    if config.get("rope_scaling"):
        sys.exit(f"{folder}/config.json: rope_scaling is not supported here")
    tensors = {}
    for name in sorted(os.listdir(folder)):
        if name.startswith("model") and name.endswith(".safetensors"):  # one or shards; beside them lies what was learned on top
            tensors.update(read_safetensors(os.path.join(folder, name)))
    tensors = {name.removeprefix("model."): tensor for name, tensor in tensors.items()}
    tied = config.get("tie_word_embeddings", False)
    if tied and "lm_head.weight" in tensors:  # as transformers 5 has it: a head that is stored and differs is a head of its own
        tied = torch.equal(tensors["lm_head.weight"], tensors["embed_tokens.weight"])
        if tied:
            del tensors["lm_head.weight"]
    heads = config["num_attention_heads"]
    shape = Shape(
        layers=config["num_hidden_layers"], width=config["hidden_size"], heads=heads,
        kv_heads=config.get("num_key_value_heads", heads), head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        feed_forward=config["intermediate_size"], vocabulary=config["vocab_size"], positions=config["max_position_embeddings"],
        rope_theta=(config.get("rope_parameters") or config).get("rope_theta", 10000.0), norm_epsilon=config["rms_norm_eps"],
        qkv_bias=kind == "qwen2", tied=tied)
    model = Decoder(shape)
    model.load_state_dict(tensors)
    exits = os.path.join(folder, "exits.json")
    if not os.path.exists(exits):
        return model, []
    with open(exits, encoding="utf-8") as file:
        return model, [layer for layer in json.load(file)["exit_layers"] if layer < shape.layers]


def fim_order(folder):
    """-> "spm" or "psm", as tokenizer_config.json says; PSM where it does not."""
    path = os.path.join(folder, "tokenizer_config.json")
    if not os.path.exists(path):
        return "psm"
    with open(path, encoding="utf-8") as file:
        return json.load(file).get("fim_order", "psm")


def save(folder, model, exits, end_of_text):
    """Writes model.safetensors, config.json and exits.json. end_of_text: a token id"""
    os.makedirs(folder, exist_ok=True)
    shape = model.shape
    prefix = lambda name: name if name.startswith("lm_head") else "model." + name
    write_safetensors(os.path.join(folder, "model.safetensors"), {prefix(name): value for name, value in model.state_dict().items()})
    config = {
        "architectures": ["Qwen2ForCausalLM" if shape.qkv_bias else "LlamaForCausalLM"],
        "model_type": "qwen2" if shape.qkv_bias else "llama", "hidden_act": "silu",
        "hidden_size": shape.width, "intermediate_size": shape.feed_forward, "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads, "num_key_value_heads": shape.kv_heads, "head_dim": shape.head_dim,
        "vocab_size": shape.vocabulary, "max_position_embeddings": shape.positions, "rope_theta": shape.rope_theta,
        "rms_norm_eps": shape.norm_epsilon, "tie_word_embeddings": shape.tied, "attention_bias": False, "mlp_bias": False,
        "bos_token_id": end_of_text, "eos_token_id": end_of_text, "torch_dtype": "bfloat16"}
    write_json(os.path.join(folder, "config.json"), config)
    write_json(os.path.join(folder, "exits.json"), {
        "exit_layers": [*exits, shape.layers], "head": "shared",
        "note": "layers (1-based, after N blocks) trained to be read through the final norm and the LM head"})


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
