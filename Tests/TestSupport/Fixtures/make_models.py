#!/usr/bin/env python3
"""Makes the tiny models of the tests, with what the reference libraries compute on them.

    make_models.py [NAME ...]        run from anywhere; writes Models/ beside this file

Only for making the fixtures anew: no test runs it. README.md names the versions it was last run with.
"""
import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, logging

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "Samples"
SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
           "mask_token": "[MASK]"}
HIDDEN, HEADS, INNER = 32, 4, 64
# The names of DESIGN, and what the reference calls them.
POOLINGS = {"cls": "cls", "mean": "mean", "max": "max", "mean_sqrt_len": "mean_sqrt_len_tokens",
            "weightedmean": "weightedmean", "lasttoken": "lasttoken"}
POOLING_KEYS = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens",
                "mean_sqrt_len": "mean_sqrt_len_tokens", "weightedmean": "weightedmean_tokens",
                "lasttoken": "lasttoken"}
POOLED_TEXTS = 12  # every pooling is recorded for the first texts and the last
STATE_TEXTS = ["Tea, please.", "他打了工"]


@dataclass
class Model:
    """One model to make: what its files shall declare."""
    pooling: list[str]
    normalize: bool = False
    dense: tuple[int, str] | None = None  # width, name of the activation in torch
    similarity: str = "cosine"
    prompts: dict[str, str] = field(default_factory=dict)
    include_prompt: bool = True
    max_length: int = 48
    layers: int = 2
    activation: str = "gelu"
    dtype: torch.dtype = torch.float32
    vocabulary: int = 400
    lowercase: bool = True
    strip_accents: bool | None = None
    added: list[AddedToken] = field(default_factory=list)
    stored_truncation: int | None = None
    vocab_file_only: bool = False
    sharded: bool = False  # two shards, with the names of the first BERT checkpoints
    with_pooler: bool = False  # keep BERT's own pooler, which no embedding uses


MODELS = {
    "bert-mean": Model(["mean"], normalize=True, stored_truncation=16),
    "bert-cls-prompts": Model(["cls"], normalize=True,
                              prompts={"query": "Find a text that answers this: ", "document": "Text: "}),
    "bert-cased-f16": Model(["cls"], normalize=True, dtype=torch.float16, vocabulary=600, lowercase=False,
                            prompts={"query": "请找出能回答这个问题的句子："}),
    "bert-dense-bf16": Model(["mean"], dense=(48, "linear.Identity"), similarity="dot", dtype=torch.bfloat16,
                             vocabulary=600, strip_accents=False),
    "bert-pooler-tanh": Model(["cls"], dense=(HIDDEN, "activation.Tanh"), activation="gelu_new", with_pooler=True),
    "bert-max-short": Model(["max"], max_length=24, activation="relu", similarity="manhattan"),
    "bert-concat": Model(["cls", "max", "mean"], normalize=True,
                         added=[AddedToken("[TITLE]", special=True, rstrip=True),
                                AddedToken("TeraWatt", normalized=True)]),
    "bert-sqrt-len": Model(["mean_sqrt_len"], similarity="euclidean", vocab_file_only=True),
    "bert-e5": Model(["mean"], normalize=True, layers=3, vocabulary=320,
                     prompts={"query": "query: ", "passage": "passage: "}),
    "bert-prompt-excluded": Model(["mean"], normalize=True, include_prompt=False, prompts={
        "query": "Represent the question for finding an answer: ", "document": "Represent the answer: "}),
    "bert-sharded": Model(["mean"], normalize=True, sharded=True, with_pooler=True),
}


def sample_texts():
    for language in ("en", "zh"):
        with open(SAMPLES / f"everyday-{language}.jsonl", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def train_vocabulary(words, size):
    """A WordPiece vocabulary by merging the most frequent pair, again and again.

    The library's own trainer breaks ties differently from run to run; here they go by the tokens' order.
    """
    letters = Counter(letter for word, count in words.items() for letter in word * count)
    kept = {letter for letter, _ in sorted(letters.items(), key=lambda entry: (-entry[1], entry[0]))[: size * 2 // 5]}
    pieces = {word: [word[0], *("##" + letter for letter in word[1:])] for word in words if kept.issuperset(word)}
    vocabulary = kept.union(*pieces.values())
    while len(vocabulary) < size - len(SPECIAL):
        pairs = Counter()
        for word, parts in pieces.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        left, right = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merged = left + right.removeprefix("##")
        vocabulary.add(merged)
        for parts in pieces.values():
            for index in range(len(parts) - 2, -1, -1):
                if parts[index : index + 2] == [left, right]:
                    parts[index : index + 2] = [merged]
    return {token: index for index, token in enumerate([*SPECIAL.values(), *sorted(vocabulary)])}


def make_tokenizer(model):
    normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=model.strip_accents, lowercase=model.lowercase)
    splitter = pre_tokenizers.BertPreTokenizer()
    words = Counter(word for text in sample_texts()
                    for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))
    vocabulary = train_vocabulary(words, model.vocabulary)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normalizer, splitter, decoders.WordPiece()
    tokenizer.add_special_tokens(list(SPECIAL.values()))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")])
    tokenizer.add_tokens(model.added)
    return tokenizer


def random_weights(config, model, seed):
    """Weights large enough that layers, heads and biases all show in the result."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, tensor in BertModel(config, add_pooling_layer=model.with_pooler).state_dict().items():
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("LayerNorm.weight"):
            value = 1 + 0.25 * noise
        elif name.endswith("bias"):
            value = 0.15 * noise
        elif "embeddings" in name:
            value = 0.5 * noise
        else:
            value = noise * 1.4 / tensor.shape[1] ** 0.5
        weights[name] = value.to(model.dtype)
    return weights


def write_weights(folder, weights, sharded):
    if not sharded:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return
    renamed = {}
    for name, value in weights.items():
        old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        renamed["bert." + old] = value
    names = sorted(renamed)
    files = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    homes = {name: files[0] if position < len(names) // 2 else files[1] for position, name in enumerate(names)}
    for file in files:
        part = {name: renamed[name] for name in names if homes[name] == file}
        save_file(part, folder / file, metadata={"format": "pt"})
    size = sum(value.numel() * value.element_size() for value in renamed.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": homes})


def write_tokenizer(folder, model, tokenizer):
    if model.vocab_file_only:
        vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
        (folder / "vocab.txt").write_text("".join(token + "\n" for token, _ in vocabulary), encoding="utf-8")
    else:
        document = json.loads(tokenizer.to_str())
        if length := model.stored_truncation:
            document["truncation"] = {"max_length": length, "strategy": "LongestFirst", "stride": 0,
                                      "direction": "Right"}
            document["padding"] = {"strategy": {"Fixed": length}, "direction": "Right", "pad_to_multiple_of": None,
                                   "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}
        write_json(folder / "tokenizer.json", document)
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": model.lowercase, "strip_accents": model.strip_accents,
        "tokenize_chinese_chars": True, "model_max_length": model.max_length, **SPECIAL})


def write_modules(folder, model, seed):
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    write_json(folder / "1_Pooling/config.json", {
        "word_embedding_dimension": HIDDEN,
        **{"pooling_mode_" + POOLING_KEYS[name]: name in model.pooling for name in POOLINGS},
        "include_prompt": model.include_prompt})
    if model.dense:
        width, activation = model.dense
        modules.append(("2_Dense", "Dense"))
        write_json(folder / "2_Dense/config.json", {
            "in_features": HIDDEN, "out_features": width, "bias": True,
            "activation_function": "torch.nn.modules." + activation})
        generator = torch.Generator().manual_seed(seed + 7)
        save_file({"linear.weight": (0.2 * torch.randn(width, HIDDEN, generator=generator)).to(model.dtype),
                   "linear.bias": (0.3 * torch.randn(width, generator=generator)).to(model.dtype)},
                  folder / "2_Dense/model.safetensors", metadata={"format": "pt"})
    if model.normalize:
        modules.append((f"{len(modules)}_Normalize", "Normalize"))
    write_json(folder / "modules.json", [
        {"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
        for index, (path, kind) in enumerate(modules)])
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.max_length, "do_lower_case": False})
    write_json(folder / "config_sentence_transformers.json", {
        "prompts": model.prompts, "default_prompt_name": None, "similarity_fn_name": model.similarity})


def write_model(folder, model, seed):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = make_tokenizer(model)
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": HIDDEN, "num_hidden_layers": model.layers,
        "num_attention_heads": HEADS, "intermediate_size": INNER, "hidden_act": model.activation,
        "max_position_embeddings": 48, "type_vocab_size": 2, "vocab_size": tokenizer.get_vocab_size(),
        "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
        "torch_dtype": str(model.dtype).removeprefix("torch.")}
    write_json(folder / "config.json", config)
    write_weights(folder, random_weights(BertConfig(**config), model, seed), model.sharded)
    write_tokenizer(folder, model, tokenizer)
    write_modules(folder, model, seed)


def numbers(tensor):
    return [float(f"{value:.7g}") for value in tensor.float().tolist()]


def pooled(states):
    features = {"token_embeddings": states[None], "attention_mask": torch.ones(1, len(states), dtype=torch.long)}
    return {ours: numbers(Pooling(states.shape[1], pooling_mode=theirs)(dict(features))["sentence_embedding"][0])
            for ours, theirs in POOLINGS.items()}


@torch.no_grad()
def golden_row(reference, tokenizer, text, model, with_pooled):
    tokenizer.no_truncation()
    total = len(tokenizer.encode(text).ids)
    tokenizer.enable_truncation(model.max_length)
    encoding = tokenizer.encode(text)
    ids = torch.tensor([encoding.ids])
    theirs = reference.preprocess([text])["input_ids"][0].tolist()
    assert theirs == encoding.ids, (text, theirs, encoding.ids)
    row = {"text": text, "ids": encoding.ids, "tokens": encoding.tokens, "offsets": encoding.offsets,
           "special": [bool(mark) for mark in encoding.special_tokens_mask], "total_count": total}
    if with_pooled:
        states = reference[0].auto_model(ids, torch.ones_like(ids)).last_hidden_state[0]
        row["pooled"] = pooled(states)
    row["embedding"] = numbers(torch.from_numpy(reference.encode(text)))
    if model.prompts:
        row["embedding_with_prompt"] = {
            name: numbers(torch.from_numpy(reference.encode(text, prompt_name=name))) for name in model.prompts}
    return row


@torch.no_grad()
def write_golden(folder, model):
    reference = SentenceTransformer(str(folder), device="cpu").float().eval()
    tokenizer = stored_tokenizer(folder, reference)
    texts = json.loads((HERE / "golden_texts.json").read_text(encoding="utf-8"))
    rows = [golden_row(reference, tokenizer, text, model, index < POOLED_TEXTS or index == len(texts) - 1)
            for index, text in enumerate(texts)]
    vectors = reference.encode(texts[:5])
    head = {"model": folder.name, "max_length": model.max_length, "pooling": model.pooling, "metric": model.similarity,
            "similarities": [numbers(row) for row in reference.similarity(vectors, vectors)]}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    start = json.dumps(head, ensure_ascii=False)[:-1]
    (folder / "golden.json").write_text(f'{start}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")
    write_states(folder, reference, tokenizer)


def stored_tokenizer(folder, reference):
    """The tokenizer as its file says, or as the reference builds it where there is only a vocabulary."""
    if (folder / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    else:
        tokenizer = Tokenizer.from_str(reference.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    return tokenizer


def write_states(folder, reference, tokenizer):
    encoder = reference[0].auto_model
    encoder.set_attn_implementation("eager")
    tensors = {}
    for index, text in enumerate(STATE_TEXTS):
        ids = torch.tensor([tokenizer.encode(text).ids])
        result = encoder(ids, torch.ones_like(ids), output_hidden_states=True, output_attentions=True)
        tensors[f"{index}.hidden_states"] = torch.cat(result.hidden_states)
        tensors[f"{index}.attentions"] = torch.cat(result.attentions)
    save_file(tensors, folder / "golden_states.safetensors",
              metadata={"texts": json.dumps(STATE_TEXTS, ensure_ascii=False)})


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    chosen = sys.argv[1:] or MODELS
    for seed, (name, model) in enumerate(MODELS.items(), start=1):
        if name not in chosen:
            continue
        folder = HERE / "Models" / name
        write_model(folder, model, 1000 * seed)
        write_golden(folder, model)
        print(name, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))


if __name__ == "__main__":
    main()
