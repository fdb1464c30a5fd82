"""Models that tell queries from documents by more than a prompt, and what only the built-in table knows of a model."""
from dataclasses import dataclass, field

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from .declaration import Declaration
from .decoders import BLOOM, GPT, bloom_tokenizer, gpt_like, gpt_tokenizer
from .encoders import bert_like
from .family import Family, last_states, make_family
from .golden import load_reference, numbers, pooled, read_golden, write_golden
from .vocabularies import WORDPIECE, wordpiece


@dataclass
class Marked(Family):
    """A model whose texts stand between two tokens of their role."""
    markers: dict[str, tuple[str, str]] = field(default_factory=dict)


BRACKETS = {"query": ("[", "]"), "document": ("{", "}")}
UDEVER = {"query": ("[BOQ]", "[EOQ]"), "document": ("[BOD]", "[EOD]")}
MODELS = {
    "sgpt-brackets": Marked(
        ["weightedmean"], tokenizer=gpt_tokenizer, special=GPT, dtype=torch.float16, max_length=32, markers=BRACKETS,
        hub_name="Muennighoff/SGPT-125M-weightedmean-msmarco-specb-bitfit",
        config=gpt_like("gpt_neo", hidden_size=16, num_layers=2, attention_types=[[["global", "local"], 1]],
                        num_heads=4, intermediate_size=None, max_position_embeddings=48, window_size=8,
                        activation_function="gelu_new")),
    "udever-markers": Marked(
        ["lasttoken"], dtype=torch.float16, max_length=40, markers=UDEVER, special=BLOOM,
        tokenizer=lambda: bloom_tokenizer(mark for pair in UDEVER.values() for mark in pair),
        hub_name="izhx/udever-bloom-560m",
        config={"model_type": "bloom", "hidden_size": 16, "n_layer": 2, "n_head": 4, "layer_norm_epsilon": 1e-5,
                "apply_residual_connection_post_layernorm": False, "bos_token_id": 1, "eos_token_id": 2,
                "pad_token_id": 3}),
    "simcse-supervised": Family(
        ["cls"], tokenizer=lambda: wordpiece(300), special=WORDPIECE, config=bert_like("bert"), modules=False,
        dtype=torch.float16, hub_name="princeton-nlp/sup-simcse-bert-base-uncased"),
}


def marked_ids(tokenizer: Tokenizer, text, max_length, pair):
    """The authors cut the text first, so that both tokens always stand there, and are never parts of others."""
    tokenizer.enable_truncation(max_length - 2)
    opening, closing = (tokenizer.token_to_id(mark) for mark in pair)
    return [opening, *tokenizer.encode(text).ids, closing]


def add_markers(folder, model):
    reference = load_reference(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    head, rows = read_golden(folder)
    for row in rows:
        ids = {role: marked_ids(tokenizer, row["text"], model.max_length, pair)
               for role, pair in model.markers.items()}
        row["ids_with_role"] = ids
        row["embedding_with_role"] = {
            role: pooled(last_states(reference, values))[model.pooling[0]] for role, values in ids.items()}
    write_golden(folder, head, rows)


def add_pooler(folder):
    """What the authors' own evaluation takes of a supervised model: the pooler's output."""
    encoder = BertModel.from_pretrained(str(folder)).float().eval()
    head, rows = read_golden(folder)
    for row in rows:
        ids = torch.tensor([row["ids"]])
        row["embedding"] = numbers(encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).pooler_output[0])
    vectors = torch.tensor([row["embedding"] for row in rows[:len(head["similarities"])]])
    head["similarities"] = [numbers(row) for row in load_reference(folder).similarity(vectors, vectors)]
    write_golden(folder, head, rows)


@torch.no_grad()
def make(folder):
    model: Declaration = MODELS[folder.name]
    make_family(folder, model)
    if isinstance(model, Marked):
        add_markers(folder, model)
    else:
        add_pooler(folder)
