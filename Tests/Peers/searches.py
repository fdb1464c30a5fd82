"""Search: FAISS and hnswlib against `vecscope bench search`, on the same random vectors."""
import json
import statistics
import subprocess
import time

import numpy as np

TOP = 10
RECALL_QUERIES = 50


def made_vectors(rows, columns):
    """The numbers that `vecscope bench search` makes (a linear congruential sequence in -1…1), as unit vectors."""
    vectors = np.empty(rows * columns, np.float32)
    multiplier, increment = np.uint64(6364136223846793005), np.uint64(1442695040888963407)
    block = min(len(vectors), 1 << 20)
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(block, multiplier))
        sums = increment * np.cumsum(np.concatenate(([np.uint64(1)], powers[:-1])))
        state = np.uint64(1)
        for start in range(0, len(vectors), block):
            states = (powers * state + sums)[:len(vectors) - start]
            upper = (states >> np.uint64(33)).astype(np.uint32).view(np.int32)
            vectors[start:start + block] = upper.astype(np.float32) / np.float32(1 << 30) - 1
            state = states[-1]
    vectors = vectors.reshape(rows, columns)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


class VecscopeSearch:
    library, options, recall = "vecscope", "exact", 1.0

    def __init__(self, program, rows, dimensions, threads, calls):
        self.arguments = [program, "bench", "search", "--rows", str(rows), "--dimensions", str(dimensions),
                          "--threads", str(threads), "--repeats", str(calls), "--json"]
        self.report = {}

    def round(self, query, calls):
        done = subprocess.run(self.arguments, capture_output=True, text=True, check=True)
        self.report = json.loads(done.stdout)
        return self.report["search_median_ms"] / 1000


class Index:
    recall = 1.0

    def round(self, query, calls):
        times = []
        for _ in range(calls + 3):
            start = time.perf_counter()
            self.search(query)
            times.append(time.perf_counter() - start)
        return statistics.median(times[3:])

    def measure_recall(self, queries, exact):
        found = self.search(queries)
        self.recall = float(np.mean([len(set(a) & set(b)) / TOP for a, b in zip(found, exact)]))


class Faiss(Index):
    library = "FAISS"

    def __init__(self, vectors, kind, threads):
        import faiss
        faiss.omp_set_num_threads(threads)
        self.options, dimensions = kind, vectors.shape[1]
        if kind == "flat":
            self.index = faiss.IndexFlatIP(dimensions)
        else:
            self.index = faiss.IndexScalarQuantizer(
                dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
            self.index.train(vectors[:100_000])
        self.index.add(vectors)

    def search(self, queries):
        return self.index.search(queries, TOP)[1]


class Hnsw(Index):
    """Its search width is doubled until 95 % of the nearest are found, as far as 3200."""
    library = "hnswlib"

    def __init__(self, vectors, threads, folder):
        import hnswlib
        rows, dimensions = vectors.shape
        self.index = hnswlib.Index(space="ip", dim=dimensions)
        path = folder / f"hnsw-{rows}-{dimensions}.bin"
        if path.exists():
            self.index.load_index(str(path), max_elements=rows)
        else:
            self.index.init_index(max_elements=rows, M=16, ef_construction=200, random_seed=1)
            self.index.add_items(vectors, num_threads=threads)
            self.index.save_index(str(path))
        self.index.set_num_threads(threads)

    def search(self, queries):
        return self.index.knn_query(queries, k=TOP)[0]

    def measure_recall(self, queries, exact):
        for width in (50, 100, 200, 400, 800, 1600, 3200):
            self.index.set_ef(width)
            self.options = f"M 16, ef {width}"
            super().measure_recall(queries, exact)
            if self.recall >= 0.95:
                return


def compare(program, rows, hnsw_rows, dimensions, threads, rounds, calls, folder, load):
    """Rows of the table: median times, ratios of neighbouring measurements, recall."""
    table = []
    for count, with_hnsw in ((rows, hnsw_rows == rows), (hnsw_rows, True)):
        if not count or any(row["rows"] == count for row in table):
            continue
        vectors = made_vectors(count, dimensions)
        query = vectors[count // 2:count // 2 + 1].copy()
        queries = vectors[:: max(1, count // RECALL_QUERIES)][:RECALL_QUERIES].copy()
        flat = Faiss(vectors, "flat", threads)
        peers = [flat, Faiss(vectors, "SQ8", threads)] + ([Hnsw(vectors, threads, folder)] if with_hnsw else [])
        del vectors
        exact = flat.search(queries)
        for peer in peers:
            peer.measure_recall(queries, exact)
        ours = VecscopeSearch(program, count, dimensions, threads, calls)
        times = {peer: [] for peer in peers}
        for _ in range(rounds):
            load()
            for peer in peers:
                # Ours once before each of theirs, so that both see the same disturbance.
                times[peer].append((ours.round(query, calls), peer.round(query, calls)))
        for peer in peers:
            table.append({
                "rows": count, "dimensions": dimensions, "library": peer.library, "options": peer.options,
                "recall": peer.recall, "ms": 1000 * statistics.median(theirs for _, theirs in times[peer]),
                "ours_ms": 1000 * statistics.median(mine for mine, _ in times[peer]),
                "ratios": [mine / theirs for mine, theirs in times[peer]],
                "ratio": statistics.median(mine / theirs for mine, theirs in times[peer])})
    return table
