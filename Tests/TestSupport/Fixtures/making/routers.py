"""Asymmetric models: queries and documents go through encoders of their own."""
import shutil
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Router
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from .declaration import Dense
from .encoders import ROBERTA, bert_like, roberta_like, roberta_tokenizer
from .family import POOLED_TEXTS, TEXTS, Family, states_of, write_model, write_passes
from .golden import compact, load_reference, numbers, pooled, texts_of, token_row, write_golden
from .vocabularies import WORDPIECE, wordpiece

DOCUMENTS = Family(
    ["mean"], tokenizer=lambda: wordpiece(300), special=WORDPIECE, config=bert_like("bert", num_hidden_layers=1),
    max_length=40, dense=(Dense(12, "linear.Identity"),))
QUERIES = Family(
    ["cls"], tokenizer=roberta_tokenizer, special=ROBERTA, max_length=24, dense=(Dense(12, "activation.Tanh"),),
    config=roberta_like("roberta", 34, num_hidden_layers=1, hidden_size=12, intermediate_size=20))
PROMPTS = {"query": "query: ", "document": "passage: "}


def modules_of(family, place, seed):
    folder = Path(place) / str(seed)
    write_model(folder, family, seed)
    return list(SentenceTransformer(str(folder), device="cpu").children())


def static_queries(place):
    tokenizer = wordpiece(280)
    table = torch.randn(tokenizer.get_vocab_size(), 12, generator=torch.Generator().manual_seed(5))
    return [Router.for_query_document(
        query_modules=[StaticEmbedding(tokenizer, embedding_weights=table)],
        document_modules=modules_of(DOCUMENTS, place, seed=6)), Normalize()]


def two_encoders(place):
    """With the query's encoder as default: the first route stands for texts of no role."""
    routes = {"query": modules_of(QUERIES, place, seed=7), "document": modules_of(DOCUMENTS, place, seed=8)}
    return [Router(routes)]


MODELS = {"router-static-query": static_queries, "router-two-encoders": two_encoders}


def save(folder, modules, prompts):
    shutil.rmtree(folder, ignore_errors=True)
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    for path in folder.rglob("tokenizer.json"):
        compact(path)


def route_row(reference, text, task, prompt=""):
    first = reference[0].sub_modules[task][0]
    if isinstance(first, StaticEmbedding):
        return token_row(first.tokenizer, prompt + text, None, special=False)
    tokenizer = Tokenizer.from_str(first.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    return token_row(tokenizer, prompt + text, first.max_seq_length)


def default_encoder(reference):
    return reference[0].sub_modules[reference[0].default_route][0].auto_model


def golden_row(reference, text, prompts, with_pooled):
    row = route_row(reference, text, reference[0].default_route)
    if with_pooled:
        row["pooled"] = pooled(states_of(default_encoder(reference), row["ids"]))
    row["embedding"] = numbers(reference.encode(text))
    encode = {"query": reference.encode_query, "document": reference.encode_document}
    row["ids_with_role"] = {role: route_row(reference, text, role, prompts.get(role, ""))["ids"] for role in encode}
    row["embedding_with_role"] = {role: numbers(encode[role](text)) for role in encode}
    return row


@torch.no_grad()
def make(folder):
    prompts = PROMPTS if folder.name == "router-two-encoders" else {}
    with tempfile.TemporaryDirectory() as place:
        save(folder, MODELS[folder.name](place), prompts)
    reference = load_reference(folder)
    texts = texts_of(TEXTS)
    rows = [golden_row(reference, text, prompts, index < POOLED_TEXTS or index == len(texts) - 1)
            for index, text in enumerate(texts)]
    transformer, pooling = reference[0].sub_modules[reference[0].default_route][:2]
    vectors = torch.tensor([row["embedding"] for row in rows[:5]])
    write_golden(folder, {
        "model": folder.name, "max_length": transformer.max_seq_length, "pooling": [pooling.pooling_mode],
        "metric": "cosine", "similarities": [numbers(row) for row in reference.similarity(vectors, vectors)]}, rows)
    write_passes(folder, default_encoder(reference),
                 lambda text: route_row(reference, text, reference[0].default_route)["ids"])
