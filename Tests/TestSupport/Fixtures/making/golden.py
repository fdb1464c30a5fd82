"""What the reference libraries compute on a model folder, and the files that keep it."""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer

from .declaration import POOLINGS

TEXTS = Path(__file__).resolve().parents[1]


def texts_of(file):
    return json.loads((TEXTS / file).read_text(encoding="utf-8"))


def numbers(values):
    return [float(f"{value:.7g}") for value in torch.as_tensor(values).float().tolist()]


def pooled(states):
    """Every pooling of the states of one text, by our names."""
    features = {"token_embeddings": states[None], "attention_mask": torch.ones(1, len(states), dtype=torch.long)}
    return {ours: numbers(Pooling(states.shape[1], pooling_mode=theirs)(dict(features))["sentence_embedding"][0])
            for ours, theirs in POOLINGS.items()}


def load_reference(folder):
    return SentenceTransformer(str(folder), device="cpu").float().eval()


def stored_tokenizer(folder, reference):
    """The tokenizer as its file says, or as the reference builds it from a vocabulary or puts before it."""
    lowercased = getattr(reference[0], "do_lower_case", False)
    if (folder / "tokenizer.json").exists() and not lowercased:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    else:
        tokenizer = Tokenizer.from_str(reference.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    return tokenizer


def token_row(tokenizer, text, max_length, direction="right", special=True):
    """Ids and what goes with them, cut to `max_length` with the special tokens (nil: not at all)."""
    tokenizer.no_truncation()
    total = len(tokenizer.encode(text, add_special_tokens=special).ids)
    if max_length:
        tokenizer.enable_truncation(max_length, direction=direction)
    encoding = tokenizer.encode(text, add_special_tokens=special)
    return {"text": text, "ids": encoding.ids, "tokens": encoding.tokens, "offsets": encoding.offsets,
            "special": [bool(mark) for mark in encoding.special_tokens_mask], "total_count": total}


def write_golden(folder, head, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    start = json.dumps(head, ensure_ascii=False)[:-1]
    (folder / "golden.json").write_text(f'{start}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")


def read_golden(folder):
    golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
    return golden, golden.pop("rows")


def compact(path):
    """A file that a library wrote with many blanks."""
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def write_states(folder, texts, passes):
    """`passes`: for each text its hidden states, by layer, and its attention maps, each with a batch of one."""
    tensors = {}
    for index, (hidden, maps) in enumerate(passes):
        states = torch.cat(list(hidden)).contiguous()
        tokens = states.shape[1]
        tensors[f"{index}.hidden_states"] = states
        tensors[f"{index}.attentions"] = torch.cat([*maps] or [torch.zeros(0, 0, tokens, tokens)]).contiguous()
    save_file(tensors, folder / "golden_states.safetensors",
              metadata={"texts": json.dumps(texts, ensure_ascii=False)})
