"""A tiny model of any architecture: its folder, and what the reference libraries compute on it."""
import json
import shutil
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, T5EncoderModel, T5Model

from .declaration import Declaration, save, save_sharded, write_json, write_modules
from .golden import (load_reference, numbers, pooled, stored_tokenizer, texts_of, token_row, write_golden,
                     write_states)

TEXTS = "family_texts.json"
POOLED_TEXTS = 4  # every pooling is recorded for the first texts and the last
STATE_TEXTS = ["Tea, please.", "他打了工"]


@dataclass
class Family(Declaration):
    """One model to make: what its files shall declare and hold."""
    tokenizer: Callable[[], Tokenizer] | None = None
    special: dict[str, str] = field(default_factory=dict)  # of tokenizer_config.json
    config: dict = field(default_factory=dict)  # config.json, as a file of this family states it
    prefix: str = ""  # before the tensors' names
    library_names: bool = False  # the tensors' names as the library writes them, not as it holds them
    published: dict | None = None  # config.json as the authors' files state it, where the library cannot read that
    unused: Callable[[dict], dict] | None = None  # tensors that published files hold and nobody reads
    sharded: bool = False
    decoder: bool = False  # T5 with its decoder
    tokenizer_class: str = "PreTrainedTokenizerFast"
    settings: dict = field(default_factory=dict)  # more of tokenizer_config.json
    modules: bool = True  # the sentence-transformers files
    sentence_file: bool = True
    stated_length: int | None = None  # of sentence_bert_config.json, where it is not `max_length`
    lowercase: bool = False  # of sentence_bert_config.json
    tokenizer_files: Callable[[], dict[str, bytes]] | None = None  # instead of tokenizer.json
    edit_tokenizer: Callable[[dict], None] | None = None
    adjust: Callable[[Tokenizer], None] | None = None  # the reference's tokenizer, where it is not the authors'
    hub_name: str | None = None  # the id under which the built-in table knows the model

    @property
    def hidden(self):
        return next(self.config[key] for key in ("hidden_size", "d_model", "n_embd", "dim") if key in self.config)


def random_weights(model, seed):
    """Weights large enough that layers, heads, biases and positions all show in the result."""
    generator = torch.Generator().manual_seed(seed)
    kind = model.config.model_type
    weights = {}
    for name, tensor in model.named_parameters():
        noise = torch.randn(tensor.shape, generator=generator)
        if name.endswith("bias"):
            value = 0.15 * noise
        elif tensor.ndim == 1:
            value = 0.25 * noise + (kind != "gemma3_text")  # Gemma's norms multiply by 1 + weight
        elif "relative_attention_bias" in name:
            value = noise
        elif any(part in name for part in ("embed", "wte", "wpe", "shared")):
            value = 0.5 * noise
        else:
            inputs = tensor.shape[0] if kind == "gpt2" else tensor.shape[1]
            value = noise * 1.4 / inputs ** 0.5
            if kind in ("t5", "gpt_neo") and name.endswith((".q.weight", "q_proj.weight")):
                value /= 3  # nothing else scales the scores
        weights[name] = value
    return weights


def build(config, decoder=False):
    config = dict(config)
    described = AutoConfig.for_model(config.pop("model_type"), **config)
    if described.model_type == "t5":
        return (T5Model if decoder else T5EncoderModel)(described)
    return AutoModel.from_config(described)


def written_weights(network, weights):
    network.load_state_dict(weights, strict=False)
    with tempfile.TemporaryDirectory() as folder:
        network.save_pretrained(folder)
        return load_file(folder + "/model.safetensors")


def write_tokenizer(folder, model, tokenizer):
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": model.tokenizer_class, "model_max_length": model.max_length,
        "clean_up_tokenization_spaces": False, **model.special, **model.settings})
    if model.tokenizer_files:
        for name, stored in model.tokenizer_files().items():
            (folder / name).write_bytes(stored)
        return
    document = json.loads(tokenizer.to_str())
    if model.edit_tokenizer:
        model.edit_tokenizer(document)
    (folder / "tokenizer.json").write_text(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def write_model(folder, model, seed):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = model.tokenizer() if model.tokenizer else None
    write_tokenizer(folder, model, tokenizer)
    size = tokenizer.get_vocab_size() if tokenizer else len(AutoTokenizer.from_pretrained(str(folder)))
    config = {**model.config, "vocab_size": size,
              "torch_dtype": str(model.dtype).removeprefix("torch.")}
    network = build(config, model.decoder)
    weights = random_weights(network, seed)
    if model.library_names:
        weights = written_weights(network, weights)
    weights = {model.prefix + name: value.to(model.dtype) for name, value in weights.items()}
    weights.update(model.unused(config) if model.unused else {})
    write_json(folder / "config.json", config)
    if model.sharded:
        save_sharded(weights, folder)
    else:
        save(weights, folder / "model.safetensors")
    if model.modules:
        write_modules(folder, model, model.hidden, seed)
    if model.modules and model.sentence_file:
        write_json(folder / "sentence_bert_config.json", {
            "max_seq_length": model.stated_length or model.max_length, "do_lower_case": model.lowercase})


def golden_row(reference, tokenizer, text, model, with_pooled):
    row = token_row(tokenizer, text, model.max_length, model.settings.get("truncation_side", "right"))
    width = reference.get_embedding_dimension()
    if not row["ids"]:  # a text of no tokens has the zero vector
        row["embedding"] = [0.0] * width
    else:
        theirs = reference.preprocess([text])["input_ids"][0].tolist()
        assert theirs == row["ids"], (text, theirs, row["ids"])
        if with_pooled:
            row["pooled"] = pooled(last_states(reference, row["ids"]))
        row["embedding"] = numbers(reference.encode(text))
    if model.prompts:
        row["embedding_with_prompt"] = {
            name: numbers(reference.encode(text, prompt_name=name)) for name in model.prompts}
    return row


def last_states(reference, ids):
    return states_of(reference[0].auto_model, ids)


def states_of(encoder, ids):
    ids = torch.tensor([ids])
    return encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]


def full_pass(encoder, ids):
    ids = torch.tensor([ids])
    result = encoder(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True,
                     output_attentions=True)
    assert torch.equal(result.hidden_states[-1], result.last_hidden_state)
    return result.hidden_states, result.attentions


def write_passes(folder, encoder, ids_of):
    encoder.set_attn_implementation("eager")
    write_states(folder, STATE_TEXTS, [full_pass(encoder, ids_of(text)) for text in STATE_TEXTS])


def add_decoder(folder, rows):
    """The decoder's first state, from its start token alone, over the states of the text."""
    model = T5Model.from_pretrained(str(folder)).float().eval()
    start = torch.tensor([[model.config.decoder_start_token_id]])
    for row in rows:
        if "pooled" in row:
            states = model(input_ids=torch.tensor([row["ids"]]), decoder_input_ids=start).last_hidden_state
            row["pooled"]["decoder_first"] = numbers(states[0, 0])


@torch.no_grad()
def record(folder, model):
    reference = load_reference(folder)
    if model.stated_length:  # the reference goes beyond its table
        reference.max_seq_length = model.max_length
    assert reference.max_seq_length == model.max_length, reference.max_seq_length
    if model.adjust:
        model.adjust(reference.tokenizer.backend_tokenizer)
    tokenizer = stored_tokenizer(folder, reference)
    texts = texts_of(TEXTS)
    rows = [golden_row(reference, tokenizer, text, model, index < POOLED_TEXTS or index == len(texts) - 1)
            for index, text in enumerate(texts)]
    if model.decoder:
        add_decoder(folder, rows)
    vectors = torch.tensor([row["embedding"] for row in rows[:5]])
    head = {"model": folder.name, "max_length": model.max_length, "pooling": model.pooling, "metric": model.similarity,
            "similarities": [numbers(row) for row in reference.similarity(vectors, vectors)]}
    if model.hub_name:
        head["hub_name"] = model.hub_name
    write_golden(folder, head, rows)
    write_passes(folder, reference[0].auto_model, lambda text: tokenizer.encode(text).ids)


def seed_of(folder):
    return zlib.crc32(folder.name.encode())


def make_family(folder, model):
    write_model(folder, model, seed_of(folder))
    record(folder, model)
    if model.published:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        write_json(folder / "config.json", {
            **model.published, "vocab_size": config["vocab_size"], "torch_dtype": config["torch_dtype"]})
