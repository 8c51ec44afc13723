"""Writes a training checkpoint as a model folder in Hugging Face's layout, BF16.

usage: export.py --checkpoint OUT/checkpoint.pt --tokenizer tokenizer.json --out DIR
"""
import argparse
import os
import shutil

import torch

from training import bpe, checkpoint
from training.model import Decoder, Shape

# Most rows of the training are no longer; with prompts of 1,024 tokens suggestions were measurably worse (docs/context.md).
PROMPT_TOKENS = 512


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--checkpoint", required=True, metavar="FILE")
    options.add_argument("--tokenizer", required=True, metavar="FILE")
    options.add_argument("--out", required=True, metavar="DIR")
    choice = options.parse_args()

    state = torch.load(choice.checkpoint, map_location="cpu")
    model = Decoder(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    end_of_text = bpe.Tokenizer(choice.tokenizer).special[bpe.END_OF_TEXT]
    checkpoint.save(choice.out, model, state["exits"], end_of_text)
    shutil.copyfile(choice.tokenizer, os.path.join(choice.out, "tokenizer.json"))
    checkpoint.write_json(os.path.join(choice.out, "tokenizer_config.json"), {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": model.shape.positions,
        "bos_token": None, "eos_token": bpe.END_OF_TEXT, "pad_token": "<|fim_pad|>", "clean_up_tokenization_spaces": False,
        "fim_order": "spm" if state["suffix_first"] > 0.5 else "psm", "prompt_tokens": PROMPT_TOKENS})
    print(f"{choice.out}: {sum(value.numel() for value in model.parameters()) / 1e6:.2f} M parameters, "
          f"{state['tokens'] / 1e6:.1f} M tokens, {state['seconds'] / 60:.0f} minutes, "
          f"{os.path.getsize(os.path.join(choice.out, 'model.safetensors')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
