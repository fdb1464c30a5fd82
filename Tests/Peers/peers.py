"""What is compared: each contender turns texts into vectors, from the string to the normalised vector."""
import json
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
import onnx
from tokenizers import Tokenizer

BATCH_SIZES = (8, 16, 32, 64)
USUAL_BATCH_SIZE = 32  # That of sentence-transformers, whatever its backend, when nobody says anything.


class NotAvailable(Exception):
    """A contender that cannot run here, with the reason."""


class Timing:
    """One round of a contender: the seconds of each query, and of all texts."""

    def __init__(self, query, bulk):
        self.query, self.bulk = statistics.median(query), bulk


class Vecscope:
    """The program itself, a process a round; it warms itself up."""
    library = "vecscope"

    def __init__(self, program, model, precision, threads, query, file, count):
        self.precision, self.options = precision, ""
        self.count, self.program, self.model, self.threads = count, program, model, threads
        self.arguments = ["bench", "encode", "--precision", precision, "--query", query, "--input", str(file),
                          "--repeats", "1", "--json"]
        self.report = {}

    def run(self, *arguments):
        common = ["--model", str(self.model.folder), "--threads", str(self.threads), "--offline"]
        done = subprocess.run([self.program, *arguments, *common], capture_output=True, text=True)
        if done.returncode:
            raise NotAvailable(done.stderr.strip() or f"exit code {done.returncode}")
        return done.stdout

    def prepare(self, texts, query):
        self.round(texts, query, 0)

    def vectors(self, file, output):
        self.run("encode", str(file), "--precision", self.precision, "--format", "npy", "--output", str(output))
        return np.load(output)

    def round(self, texts, query, calls):
        self.report = json.loads(self.run(*self.arguments))
        return Timing([self.report["query_median_ms"] / 1000], self.count / self.report["texts_speed_texts_per_s"])


class Peer:
    """A library in this process, as it comes or with the `variant` and `batch` that were fastest on a sample."""
    variants = ("",)  # The usual one first

    def __init__(self, model, precision, threads, tuned):
        self.model, self.precision, self.threads, self.tuned = model, precision, threads, tuned
        self.variant, self.query_variant, self.batch = None, None, USUAL_BATCH_SIZE

    @property
    def options(self):
        both = {self.variant, self.query_variant} - {""}
        named = self.variant if len(both) < 2 else f"{self.variant}, query {self.query_variant}"
        kind = "tuned" if self.tuned else "as it comes"
        return ", ".join(part for part in (f"{kind}: {named}" if named else kind, f"batch {self.batch}") if part)

    def prepare(self, texts, query):
        """Looks for what is fastest on some of the texts, if it is to be tuned, then goes through all of them once."""
        self.variant = self.query_variant = self.variants[0]
        if self.tuned:
            self.choose(texts, query)
        self.encode(texts, self.variant, self.batch)

    def choose(self, texts, query):
        sample = sorted(texts, key=len)[::max(1, len(texts) // 128)]

        def seconds(variant, batch):
            self.encode(sample, variant, batch)
            start = time.perf_counter()
            self.encode(sample, variant, batch)
            return time.perf_counter() - start

        self.variant = min(self.variants, key=lambda variant: seconds(variant, 16))
        self.batch = min(BATCH_SIZES, key=lambda batch: seconds(self.variant, batch))
        self.query_variant = min(
            self.variants, key=lambda variant: statistics.median(self.query_seconds(query, 30, variant)))

    def query_seconds(self, query, calls, variant):
        times = []
        for call in range(calls + 10):
            start = time.perf_counter()
            self.encode([query], variant, 1)
            if call >= 10:
                times.append(time.perf_counter() - start)
        return times

    def round(self, texts, query, calls):
        query_times = self.query_seconds(query, calls, self.query_variant)
        start = time.perf_counter()
        self.encode(texts, self.variant, self.batch)
        return Timing(query_times, time.perf_counter() - start)

    def vectors(self, texts):
        return self.encode(texts, self.variant, self.batch)


class GraphPeer(Peer):
    """A runtime of ONNX files: the tokenizer is the `tokenizers` library, batches are sorted by length."""

    @cached_property
    def tokenizer(self):
        tokenizer = Tokenizer.from_file(str(self.model.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.model.maximum_length)
        return tokenizer

    def encode(self, texts, variant, batch):
        if len(texts) == 1:
            ids = [self.tokenizer.encode(texts[0]).ids]
        else:
            ids = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]), reverse=True)
        places = [order[start:start + batch] for start in range(0, len(order), batch)]
        vectors = np.empty((len(texts), self.model.hidden), np.float32)
        for place, result in self.run(variant, ((place, padded([ids[index] for index in place])) for place in places)):
            vectors[place] = result
        return vectors


def padded(ids):
    """`input_ids` and `attention_mask`, both `[batch, tokens]`."""
    longest = max(map(len, ids))
    rows, mask = np.zeros((2, len(ids), longest), np.int64)
    for row, values in enumerate(ids):
        rows[row, :len(values)] = values
        mask[row, :len(values)] = 1
    return {"input_ids": rows, "attention_mask": mask}


class ONNXRuntime(GraphPeer):
    """The graph as exported, and after the optimiser for transformers that comes with the runtime."""
    library = "ONNX Runtime"

    def __init__(self, model, precision, threads, tuned):
        super().__init__(model, precision, threads, tuned)
        kinds = [""] if precision == "f32" else [" QInt8", " QUInt8"]
        self.variants = [graph + kind for graph in ("exported", "fused") for kind in kinds]
        self.sessions = {}

    def file(self, variant):
        graph, *kind = variant.split()
        path = self.model.onnx
        if graph == "fused":
            path = derived(self.model, "fused", self.fuse)
        if not kind:
            return path
        return derived(self.model, f"{graph}-{kind[0]}", lambda target: self.quantise(path, target, kind[0]))

    def fuse(self, target):
        from onnxruntime.transformers.optimizer import optimize_model
        optimised = optimize_model(str(self.model.onnx), model_type=self.model.kind, num_heads=self.model.heads,
                                   hidden_size=self.model.hidden, opt_level=0)
        optimised.save_model_to_file(str(target))

    @staticmethod
    def quantise(source, target, kind):
        from onnxruntime.quantization import QuantType, quantize_dynamic
        # Per tensor, as `quantize_dynamic` does by default and as it is fastest; what it costs is in the table.
        quantize_dynamic(source, target, weight_type=QuantType[kind],
                         extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})

    def session(self, variant):
        if variant not in self.sessions:
            import onnxruntime
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.inter_op_num_threads = self.threads, 1
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
            options.log_severity_level = 3
            self.sessions[variant] = onnxruntime.InferenceSession(
                str(self.file(variant)), options, providers=["CPUExecutionProvider"])
        return self.sessions[variant]

    def prepare(self, texts, query):
        super().prepare(texts, query)
        self.sessions = {name: session for name, session in self.sessions.items()
                         if name in (self.variant, self.query_variant)}

    def run(self, variant, batches):
        session = self.session(variant)
        for place, batch in batches:
            yield place, session.run(None, batch)[0]


class OpenVINO(GraphPeer):
    """One stream of all threads, or a stream for each thread with requests side by side."""
    library = "OpenVINO"

    def __init__(self, model, precision, threads, tuned):
        super().__init__(model, precision, threads, tuned)
        self.variants = ["1 stream"] if threads == 1 else ["1 stream", f"{threads} streams"]
        self.compiled = {}

    def model_for(self, variant):
        if variant not in self.compiled:
            import openvino
            core = openvino.Core()
            if self.precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                raise NotAvailable("OpenVINO has no bf16 on this processor")
            file = self.model.onnx
            if self.precision == "int8":
                file = derived(self.model, "weights-int8", lambda target: compress_weights(self.model.onnx, target))
            hint = "bf16" if self.precision == "bf16" else "f32"
            self.compiled[variant] = core.compile_model(str(file), "CPU", {
                "INFERENCE_NUM_THREADS": self.threads, "NUM_STREAMS": int(variant.split()[0]),
                "INFERENCE_PRECISION_HINT": hint, "ENABLE_CPU_PINNING": False})
        return self.compiled[variant]

    def prepare(self, texts, query):
        super().prepare(texts, query)
        self.compiled = {name: model for name, model in self.compiled.items()
                         if name in (self.variant, self.query_variant)}

    def run(self, variant, batches):
        model = self.model_for(variant)
        if variant.startswith("1 "):
            request = self.request(model)
            for place, batch in batches:
                yield place, request.infer(batch, share_inputs=True)[0]
        else:
            # A request blocks its thread, and lets other threads of Python run meanwhile.
            yield from self.pool.map(
                lambda work: (work[0], self.request(model).infer(work[1], share_inputs=True)[0].copy()), batches)

    @cached_property
    def pool(self):
        return ThreadPoolExecutor(self.threads)

    def request(self, model):
        """This thread's request of a compiled model."""
        requests = self.__dict__.setdefault("requests", {})
        key = (model, threading.get_ident())
        if key not in requests:
            requests[key] = model.create_infer_request()
        return requests[key]


class SentenceTransformers(Peer):
    """PyTorch as sentence-transformers drives it; it sorts by length itself."""
    library = "sentence-transformers"

    @cached_property
    def encoder(self):
        import torch
        from sentence_transformers import SentenceTransformer
        torch.set_num_threads(self.threads)
        return SentenceTransformer(str(self.model.folder), device="cpu", local_files_only=True)

    def encode(self, texts, variant, batch):
        return self.encoder.encode(texts, batch_size=batch, show_progress_bar=False, convert_to_numpy=True)


def derived(model, name, make):
    """A file made from the model's graph, made when it is not there."""
    path = model.onnx.with_name(f"{model.onnx.stem}-{name}.onnx")
    if not path.exists():
        partial = path.with_suffix(".partial")
        make(partial)
        partial.rename(path)
    return path


def compress_weights(source, target):
    """Stores the matrices as int8 with a scale a column: what OpenVINO multiplies with dynamically quantised rows."""
    model = onnx.load(source)
    graph = model.graph
    matrices = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    nodes = []
    for tensor in [tensor for tensor in graph.initializer if tensor.name in matrices]:
        values = onnx.numpy_helper.to_array(tensor)
        scale = np.maximum(np.abs(values).max(axis=0) / 127, 1e-12).astype(np.float32)
        stored, name = np.round(values / scale).astype(np.int8), tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.extend([onnx.numpy_helper.from_array(stored, name + ".int8"),
                                  onnx.numpy_helper.from_array(scale, name + ".scale")])
        nodes.append(onnx.helper.make_node(
            "DequantizeLinear", [name + ".int8", name + ".scale"], [name], name=name + ".dequantise", axis=1))
    nodes += list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, target)
