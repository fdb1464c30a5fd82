"""Folders that leave a file out, state a thing twice or in another way."""
import json

import torch
from tokenizers import normalizers

from . import sentencepiece_models as pieces
from .bert import stored_limits
from .decoders import GPT, LLAMA, QWEN, gpt_like, gpt_tokenizer, llama_tokenizer, qwen_tokenizer, rotary
from .encoders import E5, ROBERTA, T5, roberta_like, roberta_tokenizer, t5_like
from .family import Family, make_family

NO_LIMIT = int(1e30)


def roberta_files():
    model = json.loads(roberta_tokenizer().to_str())["model"]
    merges = "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in model["merges"])
    return {"vocab.json": json.dumps(model["vocab"], ensure_ascii=False).encode(), "merges.txt": merges.encode()}


def as_converted(tokenizer):
    """As transformers converts the file (LlamaConverter); what it loads it into leaves out a space before the first."""
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = None


HALF = {"dtype": torch.float16}
MODELS = {
    "roberta-stored-limits": Family(
        ["mean"], normalize=True, tokenizer=roberta_tokenizer, special=ROBERTA, config=roberta_like("roberta", 50),
        edit_tokenizer=lambda document: stored_limits(document, 12, "<pad>", 1), **HALF),
    "roberta-length-beyond-table": Family(
        ["mean"], tokenizer=roberta_tokenizer, special=ROBERTA, config=roberta_like("roberta", 32), max_length=30,
        stated_length=32, **HALF),
    "roberta-length-of-tokenizer": Family(
        ["cls"], tokenizer=roberta_tokenizer, special=ROBERTA, config=roberta_like("roberta", 50), max_length=26,
        sentence_file=False, **HALF),
    "qwen3-length-of-positions": Family(
        ["lasttoken"], tokenizer=qwen_tokenizer, special=QWEN, max_length=40, sentence_file=False,
        settings={"model_max_length": NO_LIMIT},
        config=rotary("qwen3", head_dim=4, rope_theta=10000.0, max_position_embeddings=40), **HALF),
    "xlmr-lower-case": Family(
        ["mean"], prompts=E5, tokenizer=pieces.xlmr, special=ROBERTA, config=roberta_like("xlm-roberta", 34),
        max_length=32, lowercase=True, **HALF),
    "gpt2-left-truncation": Family(
        ["weightedmean"], tokenizer=gpt_tokenizer, special=GPT, max_length=12, settings={"truncation_side": "left"},
        config=gpt_like("gpt2", n_embd=16, n_layer=2, n_head=2, n_positions=48, n_inner=24), **HALF),
    "llama-left-truncation": Family(
        ["lasttoken"], tokenizer=llama_tokenizer, special=LLAMA, max_length=10, settings={"truncation_side": "left"},
        config=rotary("llama", rope_theta=10000.0), **HALF),
    "roberta-merges-file": Family(
        ["mean"], special=ROBERTA, config=roberta_like("roberta", 50), tokenizer_files=roberta_files,
        tokenizer_class="RobertaTokenizer", **HALF),
    "t5-spiece-file": Family(
        ["mean"], normalize=True, special=T5, config=t5_like(), settings={"extra_ids": 8},
        tokenizer_files=lambda: {"spiece.model": pieces.t5_pieces()}, tokenizer_class="T5Tokenizer", **HALF),
    "xlmr-spiece-file": Family(
        ["mean"], normalize=True, special=ROBERTA, config=roberta_like("xlm-roberta", 50),
        tokenizer_files=lambda: {"sentencepiece.bpe.model": pieces.xlmr_pieces()},
        tokenizer_class="XLMRobertaTokenizer", **HALF),
    "llama-model-file": Family(
        ["lasttoken"], special=LLAMA, config=rotary("llama", rope_theta=10000.0),
        settings={"add_bos_token": True, "add_eos_token": True, "legacy": True},
        tokenizer_files=lambda: {"tokenizer.model": pieces.llama_pieces()}, tokenizer_class="LlamaTokenizer",
        adjust=as_converted, **HALF),
}


def make(folder):
    make_family(folder, MODELS[folder.name])
