"""What a model folder declares, and the files that declare it."""
import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file

# The names of DESIGN, and what the reference calls them.
POOLINGS = {"cls": "cls", "mean": "mean", "max": "max", "mean_sqrt_len": "mean_sqrt_len_tokens",
            "weightedmean": "weightedmean", "lasttoken": "lasttoken"}
POOLING_KEYS = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens",
                "mean_sqrt_len": "mean_sqrt_len_tokens", "weightedmean": "weightedmean_tokens",
                "lasttoken": "lasttoken"}


@dataclass(frozen=True)
class Dense:
    """A dense layer after pooling."""
    width: int
    activation: str  # below torch.nn.modules
    bias: bool = True


@dataclass
class Declaration:
    """The facts that the sentence-transformers files of a model state."""
    pooling: list[str]
    normalize: bool = False
    dense: tuple[Dense, ...] = ()
    similarity: str = "cosine"
    prompts: dict[str, str] = field(default_factory=dict)
    include_prompt: bool = True
    max_length: int = 48
    dtype: torch.dtype = torch.float32


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def save(tensors, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata={"format": "pt"})


def save_sharded(tensors, folder):
    """Two shards and their index, the names in alphabetical order."""
    names = sorted(tensors)
    files = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    homes = {name: files[0] if position < len(names) // 2 else files[1] for position, name in enumerate(names)}
    for file in files:
        save({name: tensors[name] for name in names if homes[name] == file}, folder / file)
    size = sum(value.numel() * value.element_size() for value in tensors.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": homes})


def write_pooling(folder, model, hidden):
    write_json(folder / "config.json", {
        "word_embedding_dimension": hidden,
        **{"pooling_mode_" + POOLING_KEYS[name]: name in model.pooling for name in POOLINGS},
        "include_prompt": model.include_prompt})


def write_dense(folder, layer, inputs, dtype, seed):
    write_json(folder / "config.json", {
        "in_features": inputs, "out_features": layer.width, "bias": layer.bias,
        "activation_function": "torch.nn.modules." + layer.activation})
    generator = torch.Generator().manual_seed(seed)
    tensors = {"linear.weight": (0.2 * torch.randn(layer.width, inputs, generator=generator)).to(dtype)}
    if layer.bias:
        tensors["linear.bias"] = (0.3 * torch.randn(layer.width, generator=generator)).to(dtype)
    save(tensors, folder / "model.safetensors")


def write_modules(folder: Path, model: Declaration, hidden: int, seed: int):
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    write_pooling(folder / "1_Pooling", model, hidden)
    width = hidden
    for index, layer in enumerate(model.dense):
        path = f"{len(modules)}_Dense"
        write_dense(folder / path, layer, width, model.dtype, seed + 7 + index)
        modules.append((path, "Dense"))
        width = layer.width
    if model.normalize:
        modules.append((f"{len(modules)}_Normalize", "Normalize"))
    write_module_list(folder, modules)
    write_prompts(folder, model)


def write_module_list(folder, modules):
    write_json(folder / "modules.json", [
        {"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
        for index, (path, kind) in enumerate(modules)])


def write_prompts(folder, model):
    write_json(folder / "config_sentence_transformers.json", {
        "prompts": model.prompts, "default_prompt_name": None, "similarity_fn_name": model.similarity})
