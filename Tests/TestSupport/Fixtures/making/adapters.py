"""Low-rank adapters beside the model that they change."""
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers import AutoModel

from .decoders import LLAMA, llama_tokenizer, rotary
from .declaration import Declaration, write_json, write_modules
from .family import POOLED_TEXTS, TEXTS, Family, last_states, make_family, seed_of, write_passes
from .golden import load_reference, numbers, pooled, texts_of, token_row, write_golden

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
NO_LIMIT = int(1e30)


@dataclass
class Adapter(Declaration):
    """An adapter: which model it belongs to, and what its folder declares."""
    base: str = ""
    rank: int = 4
    alpha: int = 8
    targets: tuple[str, ...] = tuple(TARGETS)
    hub_name: str | None = None  # then the folder has nothing but the adapter


REPLLAMA = {"query": "query: ", "document": "passage: "}
MODELS = {
    "repllama-base": Family(
        ["mean"], tokenizer=lambda: llama_tokenizer("<s> $A"), special=LLAMA, prefix="model.", dtype=torch.float16,
        modules=False, max_length=64, settings={"model_max_length": NO_LIMIT},
        config=rotary("llama", num_key_value_heads=4, rope_theta=10000.0, rms_norm_eps=1e-5, bos_token_id=1,
                      eos_token_id=2)),
    "repllama-adapter": Adapter(
        ["lasttoken"], normalize=True, similarity="dot", base="repllama-base", max_length=64,
        hub_name="castorini/repllama-v1-7b-lora-passage"),
    "lora-adapter": Adapter(
        ["lasttoken"], normalize=True, prompts=REPLLAMA, base="llama-sharded", rank=3, alpha=5, max_length=36,
        targets=("q_proj", "v_proj", "down_proj")),
}


def write_adapter(folder, model):
    """A random adapter as the library saves it, with its base named by its folder beside."""
    shutil.rmtree(folder, ignore_errors=True)
    base = AutoModel.from_pretrained(str(folder.parent / model.base)).float()
    adapted = get_peft_model(base, LoraConfig(
        task_type="FEATURE_EXTRACTION", r=model.rank, lora_alpha=model.alpha, target_modules=sorted(model.targets)))
    generator = torch.Generator().manual_seed(seed_of(folder))
    for name, tensor in adapted.named_parameters():
        if "lora_" in name:
            # Half of the base's weights in size, and such as its format holds: the library loads both in one.
            noise = torch.randn(tensor.shape, generator=generator) / tensor.shape[1] ** 0.5
            tensor.data = (0.7 * noise).half().float()
    adapted.save_pretrained(str(folder))
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config |= {"base_model_name_or_path": "../" + model.base, "target_modules": sorted(model.targets)}
    write_json(path, config)


def merged(folder, model):
    """The base's reference, its weights changed by the adapter."""
    reference = load_reference(folder.parent / model.base)
    PeftModel.from_pretrained(reference[0].auto_model, str(folder)).merge_and_unload()
    return reference


def write_declarations(folder, model):
    base = json.loads((folder.parent / model.base / "config.json").read_text(encoding="utf-8"))
    write_modules(folder, model, base["hidden_size"], seed=0)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.max_length, "do_lower_case": False})
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(folder.parent / model.base / name, folder / name)


def vector(reference, ids):
    return numbers(torch.nn.functional.normalize(last_states(reference, ids)[-1], dim=0))


def with_end(tokenizer: Tokenizer, text, max_length):
    """A row whose last token is the end token that the authors write behind the text."""
    row = token_row(tokenizer, text, max_length - 1)
    row["ids"].append(tokenizer.token_to_id("</s>"))
    row["tokens"].append("</s>")
    row["offsets"].append((0, 0))
    row["special"].append(True)
    row["total_count"] += 1
    return row


def golden_row(reference, tokenizer, text, model, with_pooled):
    cut = with_end if model.hub_name else token_row
    row = cut(tokenizer, text, model.max_length)
    if with_pooled:
        row["pooled"] = pooled(last_states(reference, row["ids"]))
    row["embedding"] = vector(reference, row["ids"])
    prompted = {name: cut(tokenizer, prompt + text, model.max_length)["ids"]
                for name, prompt in (model.prompts or REPLLAMA).items()}
    vectors = {name: vector(reference, ids) for name, ids in prompted.items()}
    if model.hub_name:
        row |= {"ids_with_role": prompted, "embedding_with_role": vectors}
    else:
        row["embedding_with_prompt"] = vectors
    return row


def check_against_library(folder, model, rows):
    """The library itself takes the adapter's folder, when the base stands where the configuration says."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        config = json.loads((copy / "adapter_config.json").read_text(encoding="utf-8"))
        config["base_model_name_or_path"] = str(folder.parent / model.base)
        write_json(copy / "adapter_config.json", config)
        theirs = SentenceTransformer(str(copy), device="cpu").float().eval()
        for row in rows[:4]:
            found = torch.from_numpy(theirs.encode(row["text"]))
            assert (found - torch.tensor(row["embedding"])).abs().max() < 1e-5, row["text"]


@torch.no_grad()
def make_adapter(folder, model):
    write_adapter(folder, model)
    if not model.hub_name:
        write_declarations(folder, model)
    reference = merged(folder, model)
    tokenizer = Tokenizer.from_file(str(folder.parent / model.base / "tokenizer.json"))
    texts = texts_of(TEXTS)
    rows = [golden_row(reference, tokenizer, text, model, index < POOLED_TEXTS or index == len(texts) - 1)
            for index, text in enumerate(texts)]
    if not model.hub_name:
        check_against_library(folder, model, rows)
    vectors = torch.tensor([row["embedding"] for row in rows[:5]])
    head = {"model": folder.name, "max_length": model.max_length, "pooling": model.pooling, "metric": model.similarity,
            "similarities": [numbers(row) for row in vectors @ vectors.T]}
    write_golden(folder, head | ({"hub_name": model.hub_name} if model.hub_name else {}), rows)
    cut = with_end if model.hub_name else token_row
    write_passes(folder, reference[0].auto_model, lambda text: cut(tokenizer, text, model.max_length)["ids"])


def make(folder):
    model = MODELS[folder.name]
    (make_adapter if isinstance(model, Adapter) else make_family)(folder, model)
