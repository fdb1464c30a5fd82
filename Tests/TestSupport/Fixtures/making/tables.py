"""Static models: a table of token vectors and nothing else."""
import shutil

import numpy as np
import torch
from model2vec import StaticModel
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from .family import POOLED_TEXTS, STATE_TEXTS, TEXTS, seed_of
from .golden import compact, load_reference, numbers, pooled, texts_of, token_row, write_golden, write_states
from .vocabularies import wordpiece

WIDTH = 20
MODELS = {"static-embedding": True, "model2vec-table": False}  # whether sentence-transformers saved it
QUERY = {"query": "find: "}


def random_table(rows, seed):
    return torch.randn(rows, WIDTH, generator=torch.Generator().manual_seed(seed))


def write_static(folder, seed):
    tokenizer = wordpiece(300)
    table = random_table(tokenizer.get_vocab_size(), seed)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=table)], prompts=QUERY,
                        similarity_fn_name="dot", device="cpu").save(str(folder), create_model_card=False)
    compact(folder / "tokenizer.json")


def write_model2vec(folder, seed):
    """As model2vec saves a table with fewer rows than tokens: each token has a row and a weight."""
    tokenizer = wordpiece(300)
    random = np.random.default_rng(seed)
    mapping = random.integers(0, 90, tokenizer.get_vocab_size())
    weights = random.uniform(0.2, 2, tokenizer.get_vocab_size()).astype(np.float32)
    model = StaticModel(random_table(90, seed).half().numpy(), tokenizer, normalize=True, weights=weights,
                        token_mapping=mapping)
    model.save_pretrained(str(folder))
    (folder / "README.md").unlink(missing_ok=True)
    compact(folder / "tokenizer.json")


def table_of(reference):
    return reference[0].embedding.weight.detach()


def golden_row(reference, tokenizer, text, prompts, with_pooled):
    row = token_row(tokenizer, text, None, special=False)
    row["special"] = [False] * len(row["ids"])
    if with_pooled and row["ids"]:
        row["pooled"] = pooled(table_of(reference)[row["ids"]])
    row["embedding"] = numbers(reference.encode(text))
    if prompts:
        row["embedding_with_prompt"] = {name: numbers(reference.encode(text, prompt_name=name)) for name in prompts}
    return row


@torch.no_grad()
def make(folder):
    shutil.rmtree(folder, ignore_errors=True)
    saved = MODELS[folder.name]
    (write_static if saved else write_model2vec)(folder, seed_of(folder))
    reference = load_reference(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    texts = texts_of(TEXTS)
    rows = [golden_row(reference, tokenizer, text, QUERY if saved else {},
                       index < POOLED_TEXTS or index == len(texts) - 1) for index, text in enumerate(texts)]
    vectors = reference.encode(texts[:5])
    head = {"model": folder.name, "pooling": ["mean"], "metric": "dot" if saved else "cosine",
            "similarities": [numbers(row) for row in reference.similarity(vectors, vectors)]}
    write_golden(folder, head, rows)
    write_states(folder, STATE_TEXTS, [
        ([table_of(reference)[tokenizer.encode(text, add_special_tokens=False).ids][None]], [])
        for text in STATE_TEXTS])
