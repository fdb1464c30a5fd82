"""The models of the BERT family: one for each thing that a folder can declare."""
import json
import shutil
from dataclasses import dataclass, field

import torch
from tokenizers import AddedToken
from transformers import BertConfig, BertModel

from .declaration import Declaration, Dense, save, save_sharded, write_json, write_modules
from .golden import (load_reference, numbers, pooled, stored_tokenizer, texts_of, token_row, write_golden,
                     write_states)
from .vocabularies import WORDPIECE, wordpiece

HIDDEN, HEADS, INNER = 32, 4, 64
POOLED_TEXTS = 12  # every pooling is recorded for the first texts and the last
STATE_TEXTS = ["Tea, please.", "他打了工"]


@dataclass
class Bert(Declaration):
    """One model to make: what its files shall declare."""
    layers: int = 2
    activation: str = "gelu"
    vocabulary: int = 400
    lowercase: bool = True
    strip_accents: bool | None = None
    added: list[AddedToken] = field(default_factory=list)
    stored_truncation: int | None = None
    vocab_file_only: bool = False
    sharded: bool = False  # two shards, with the names of the first BERT checkpoints
    with_pooler: bool = False  # keep BERT's own pooler, which no embedding uses


MODELS = {
    "bert-mean": Bert(["mean"], normalize=True, stored_truncation=16),
    "bert-cls-prompts": Bert(["cls"], normalize=True,
                             prompts={"query": "Find a text that answers this: ", "document": "Text: "}),
    "bert-cased-f16": Bert(["cls"], normalize=True, dtype=torch.float16, vocabulary=600, lowercase=False,
                           prompts={"query": "请找出能回答这个问题的句子："}),
    "bert-dense-bf16": Bert(["mean"], dense=(Dense(48, "linear.Identity"),), similarity="dot", dtype=torch.bfloat16,
                            vocabulary=600, strip_accents=False),
    "bert-pooler-tanh": Bert(["cls"], dense=(Dense(HIDDEN, "activation.Tanh"),), activation="gelu_new",
                             with_pooler=True),
    "bert-max-short": Bert(["max"], max_length=24, activation="relu", similarity="manhattan"),
    "bert-concat": Bert(["cls", "max", "mean"], normalize=True,
                        added=[AddedToken("[TITLE]", special=True, rstrip=True),
                               AddedToken("TeraWatt", normalized=True)]),
    "bert-sqrt-len": Bert(["mean_sqrt_len"], similarity="euclidean", vocab_file_only=True),
    "bert-e5": Bert(["mean"], normalize=True, layers=3, vocabulary=320,
                    prompts={"query": "query: ", "passage": "passage: "}),
    "bert-prompt-excluded": Bert(["mean"], normalize=True, include_prompt=False, prompts={
        "query": "Represent the question for finding an answer: ", "document": "Represent the answer: "}),
    "bert-sharded": Bert(["mean"], normalize=True, sharded=True, with_pooler=True),
}


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
        save(weights, folder / "model.safetensors")
        return
    renamed = {}
    for name, value in weights.items():
        old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        renamed["bert." + old] = value
    save_sharded(renamed, folder)


def stored_limits(document, length, pad="[PAD]", pad_id=0):
    """The truncation and padding that some published tokenizer.json hold, and that the folder overrides."""
    document["truncation"] = {"max_length": length, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    document["padding"] = {"strategy": {"Fixed": length}, "direction": "Right", "pad_to_multiple_of": None,
                           "pad_id": pad_id, "pad_type_id": 0, "pad_token": pad}


def write_tokenizer(folder, model, tokenizer):
    if model.vocab_file_only:
        vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
        (folder / "vocab.txt").write_text("".join(token + "\n" for token, _ in vocabulary), encoding="utf-8")
    else:
        document = json.loads(tokenizer.to_str())
        if length := model.stored_truncation:
            stored_limits(document, length)
        write_json(folder / "tokenizer.json", document)
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": model.lowercase, "strip_accents": model.strip_accents,
        "tokenize_chinese_chars": True, "model_max_length": model.max_length, **WORDPIECE})


def write_model(folder, model, seed):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = wordpiece(model.vocabulary, model.lowercase, model.strip_accents)
    tokenizer.add_tokens(model.added)
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": HIDDEN, "num_hidden_layers": model.layers,
        "num_attention_heads": HEADS, "intermediate_size": INNER, "hidden_act": model.activation,
        "max_position_embeddings": 48, "type_vocab_size": 2, "vocab_size": tokenizer.get_vocab_size(),
        "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
        "torch_dtype": str(model.dtype).removeprefix("torch.")}
    write_json(folder / "config.json", config)
    write_weights(folder, random_weights(BertConfig(**config), model, seed), model.sharded)
    write_tokenizer(folder, model, tokenizer)
    write_modules(folder, model, HIDDEN, seed)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.max_length, "do_lower_case": False})


@torch.no_grad()
def golden_row(reference, tokenizer, text, model, with_pooled):
    row = token_row(tokenizer, text, model.max_length)
    ids = torch.tensor([row["ids"]])
    theirs = reference.preprocess([text])["input_ids"][0].tolist()
    assert theirs == row["ids"], (text, theirs, row["ids"])
    if with_pooled:
        states = reference[0].auto_model(ids, torch.ones_like(ids)).last_hidden_state[0]
        row["pooled"] = pooled(states)
    row["embedding"] = numbers(reference.encode(text))
    if model.prompts:
        row["embedding_with_prompt"] = {
            name: numbers(reference.encode(text, prompt_name=name)) for name in model.prompts}
    return row


@torch.no_grad()
def record(folder, model):
    reference = load_reference(folder)
    tokenizer = stored_tokenizer(folder, reference)
    texts = texts_of("golden_texts.json")
    rows = [golden_row(reference, tokenizer, text, model, index < POOLED_TEXTS or index == len(texts) - 1)
            for index, text in enumerate(texts)]
    vectors = reference.encode(texts[:5])
    head = {"model": folder.name, "max_length": model.max_length, "pooling": model.pooling, "metric": model.similarity,
            "similarities": [numbers(row) for row in reference.similarity(vectors, vectors)]}
    write_golden(folder, head, rows)
    encoder = reference[0].auto_model
    encoder.set_attn_implementation("eager")
    passes = []
    for text in STATE_TEXTS:
        ids = torch.tensor([tokenizer.encode(text).ids])
        result = encoder(ids, torch.ones_like(ids), output_hidden_states=True, output_attentions=True)
        passes.append((result.hidden_states, result.attentions))
    write_states(folder, STATE_TEXTS, passes)


def make(folder):
    model = MODELS[folder.name]
    write_model(folder, model, seed=1000 * (1 + list(MODELS).index(folder.name)))
    record(folder, model)
