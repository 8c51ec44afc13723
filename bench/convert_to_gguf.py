"""Runs llama.cpp's own convert_hf_to_gguf.py on a model of ours.   usage: convert_to_gguf.py SCRIPT ARGUMENT…

Two things in it suit published models only and are stepped around; the weights go through its code untouched:
it wants sentencepiece installed before it considers a BPE vocabulary, and it knows BPE tokenizers by a hash of
their output. Timing does not depend on the vocabulary.
"""
import runpy
import sys

sys.path.insert(1, "/usr/share/llama.cpp/llama.cpp-tools")  # where Debian keeps its modules
from conversion.base import TextModel  # noqa: E402
from conversion.llama import LlamaModel  # noqa: E402

TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
LlamaModel.set_vocab = lambda self: self._set_vocab_gpt2()

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
