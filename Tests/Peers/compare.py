#!/usr/bin/env python3
"""vecscope against what a user would pick instead: same machine, texts and threads, round by round in one run."""
import argparse
import datetime
import json
import logging
import os
import platform
import random
import shutil
import statistics
import sys
from importlib.metadata import version
from pathlib import Path

THREADS = int(next((value for flag, value in zip(sys.argv, sys.argv[1:]) if flag == "--threads"), "2"))
# Read when the libraries are loaded.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = os.environ["TQDM_DISABLE"] = "1"

import numpy as np  # noqa: E402

import models  # noqa: E402
import peers  # noqa: E402
import searches  # noqa: E402

QUERY = "how do I get my money back after the trip?"  # 13 tokens of BERT, [CLS] and [SEP] included.
WORDS = """
the a of to in and is it for on with as was at by from that this which their our every some many few when while because
after before until during between against without under over near inside beyond kitchen garden river mountain station
library hospital teacher neighbour engineer musician captain doctor passenger customer children village market harbour
bridge museum winter summer morning evening yesterday tomorrow slowly carefully suddenly quietly often rarely opened
closed carried repaired remembered cancelled arrived travelled measured painted explained borrowed delivered discovered
bright narrow wooden ancient expensive comfortable dangerous electric temporary reliable unexpected international
ticket refund luggage umbrella bicycle thermostat microscope newspaper photograph translation reimbursement electricity
temperature conversation neighbourhood administration responsibility photosynthesis uncomplicated recalibration 1987 42
3.5 isn't don't rain, snow. bread, coffee; salt? tea! (perhaps) "indeed" well-known e-mail
""".split()
PEERS = {"f32": (peers.ONNXRuntime, peers.OpenVINO, peers.SentenceTransformers), "bf16": (peers.OpenVINO,),
         "int8": (peers.ONNXRuntime, peers.OpenVINO)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vecscope", default=".build/release/vecscope", help="the program")
    parser.add_argument("--work", type=Path, help="where models and graphs are kept; default: below the user's cache")
    parser.add_argument("--models", default="minilm,bert,t5", help="of minilm, bert, t5")
    parser.add_argument("--precisions", default="f32,bf16,int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=Path, help="a text a line; default: made-up texts of 20 to 120 words")
    parser.add_argument("--count", type=int, default=512, help="how many texts are made")
    parser.add_argument("--base-count", type=int, default=64, help="how many of them the models of base size get")
    parser.add_argument("--query", default=QUERY)
    parser.add_argument("--query-calls", type=int, default=60)
    parser.add_argument("--rows", type=int, default=1_000_000, help="vectors that are searched; 0 leaves search out")
    parser.add_argument("--hnsw-rows", type=int, default=100_000, help="vectors for hnswlib, which builds for long")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="write the JSON object here as well")
    return parser.parse_args()


def made_texts(count):
    generator = random.Random(20)
    return [" ".join(generator.choice(WORDS) for _ in range(generator.randint(20, 120))) for _ in range(count)]


def say(text):
    print(text, file=sys.stderr, flush=True)


def cosines(ours, theirs):
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    values = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    return {"minimum": float(values.min()), "mean": float(values.mean())}


class Comparison:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.program = shutil.which(options.vecscope) or str(Path(options.vecscope).resolve())
        self.loads = []

    def load(self):
        self.loads.append(os.getloadavg()[0])

    def contenders(self, model, file, texts):
        """By precision: ours first, then the peers that run here; and what is not available, with the reason."""
        groups, missing = {}, []
        exact = None
        for precision in self.options.precisions.split(","):
            ours = peers.Vecscope(
                self.program, model, precision, self.options.threads, self.options.query, file, len(texts))
            theirs = [kind(model, precision, self.options.threads, tuned)
                      for kind in PEERS[precision] for tuned in (True, False)]
            for contender in [ours] + theirs:
                name = f"{contender.library} {precision}"
                say(f"{model.name}: preparing {name}")
                try:
                    contender.prepare(texts, self.options.query)
                    vectors = (contender.vectors(file, self.work / "vectors.npy") if contender is ours
                               else contender.vectors(texts))
                    if exact is None:
                        exact = vectors
                    contender.agreement = cosines(exact, vectors)
                except Exception as problem:  # A library that fails is a row of the table, not the end of the run.
                    missing.append({"library": contender.library, "precision": precision,
                                    "reason": str(problem).splitlines()[-1] if str(problem) else repr(problem)})
                    say(f"  not available: {missing[-1]['reason']}")
                    continue
                if precision == "f32" and contender.agreement["minimum"] < 0.9999:
                    sys.exit(f"{name} computes something else: cosine {contender.agreement['minimum']:.6f}")
                groups.setdefault(precision, []).append(contender)
        return groups, missing

    def compare(self, model, texts):
        file = self.work / f"texts-{len(texts)}.txt"
        file.write_text("\n".join(texts) + "\n")
        groups, missing = self.contenders(model, file, texts)
        every = [contender for group in groups.values() for contender in group]
        times = {contender: [] for contender in every}
        for number in range(self.options.rounds):
            self.load()
            say(f"{model.name}: round {number + 1} of {self.options.rounds}, load {self.loads[-1]:.1f}")
            for contender in every:
                times[contender].append(contender.round(texts, self.options.query, self.options.query_calls))
        rows = [self.row(model, contender, groups[contender.precision][0], times) for contender in every]
        ours = next((contender for contender in every if contender.library == "vecscope"), None)
        tokens = ours.report.get("tokens", 0) if ours else 0
        for row in rows:
            row["tokens_per_s"] = tokens / row["bulk_s"]
        return {"model": model.name, "texts": len(texts), "tokens": tokens, "rows": rows, "not_available": missing,
                "query_tokens": ours.report.get("query_tokens", 0) if ours else 0}

    @staticmethod
    def row(model, contender, ours, times):
        mine = times[contender]
        row = {"library": contender.library, "precision": contender.precision, "options": contender.options,
               "query_ms": 1000 * statistics.median(round.query for round in mine),
               "bulk_s": statistics.median(round.bulk for round in mine), "cosine_to_f32": contender.agreement}
        if contender is not ours and ours.library == "vecscope":
            pairs = list(zip(times[ours], mine))
            row["query_ratios"] = [a.query / b.query for a, b in pairs]
            row["bulk_ratios"] = [b.bulk / a.bulk for a, b in pairs]
            row["query_ratio"] = statistics.median(row["query_ratios"])
            row["bulk_ratio"] = statistics.median(row["bulk_ratios"])
        if contender.library == "vecscope":
            row["report"] = contender.report
        return row


def machine():
    name = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    names = ("numpy", "onnx", "onnxruntime", "openvino", "torch", "transformers", "sentence-transformers", "tokenizers",
             "faiss-cpu", "hnswlib")
    return {"processor": name, "cores": os.cpu_count(), "date": datetime.date.today().isoformat(),
            "versions": {name: version(name) for name in names}}


def span(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def table(result):
    loads = result["loads"]
    yield (f"{result['machine']['date']}, {result['machine']['processor']}, {result['threads']} threads, "
           f"{result['rounds']} rounds in alternation, load {min(loads):.1f}–{max(loads):.1f}")
    yield "versions: " + ", ".join(f"{name} {number}" for name, number in result["machine"]["versions"].items())
    yield "timed: from the string to the normalised vector, tokenizing included; medians, ratios as median (range)"
    for model in result["models"]:
        yield ""
        yield (f"{model['model']}: a query of {model['query_tokens']} tokens; {model['texts']} texts, "
               f"{model['tokens']} tokens")
        yield ("| | precision | query ms | ours ÷ theirs (less is faster) | tokens/s | ours ÷ theirs (more is faster) | "
               "cosine to f32: least, mean | options |")
        yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
        for row in model["rows"]:
            query, bulk = (span(row[key]) if key in row else "" for key in ("query_ratios", "bulk_ratios"))
            cosine = row["cosine_to_f32"]
            yield (f"| {row['library']} | {row['precision']} | {row['query_ms']:.2f} | {query} | "
                   f"{row['tokens_per_s']:.0f} | {bulk} | {cosine['minimum']:.5f}, {cosine['mean']:.5f} | {row['options']} |")
        for row in model["not_available"]:
            yield f"| {row['library']} | {row['precision']} | not available: {row['reason']} | | | | | |"
    if result["search"]:
        yield ""
        yield f"the {searches.TOP} nearest of random vectors by cosine, one query at a time (vecscope and FAISS flat are exact)"
        yield "| | vectors | ms | vecscope ms | ours ÷ theirs (less is faster) | recall |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for row in result["search"]:
            yield (f"| {row['library']} {row['options']} | {row['rows']} × {row['dimensions']} | {row['ms']:.2f} | "
                   f"{row['ours_ms']:.2f} | {span(row['ratios'])} | {row['recall']:.3f} |")


def main():
    options = arguments()
    logging.disable(logging.WARNING)
    # vecscope's bulk threads let others go first; where other things run, all must compete alike.
    os.setpriority(os.PRIO_PROCESS, 0, max(10, os.getpriority(os.PRIO_PROCESS, 0)))
    work = options.work or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vecscope-peers"
    work.mkdir(parents=True, exist_ok=True)
    texts = options.texts.read_text().splitlines() if options.texts else made_texts(options.count)
    comparison = Comparison(options, work)
    makers = {"minilm": lambda: models.minilm(work), "bert": lambda: models.bert_base(work),
              "t5": lambda: models.t5_base(work, made_texts(512))}
    result = {"machine": machine(), "threads": options.threads, "rounds": options.rounds, "models": [], "search": []}
    for name in filter(None, options.models.split(",")):
        chosen = texts if name == "minilm" else texts[:options.base_count]
        result["models"].append(comparison.compare(makers[name](), chosen))
    if options.rows:
        result["search"] = searches.compare(
            comparison.program, options.rows, options.hnsw_rows, 384, options.threads, options.rounds, 20, work,
            comparison.load)
    result["loads"] = comparison.loads or [os.getloadavg()[0]]
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result) if options.json else "\n".join(table(result)))


if __name__ == "__main__":
    main()
