"""What bench/compare.ts measures against: the same figures, as a careful person writes them in NumPy.

Chunks in f64, moments merged after Chan, non-finite elements counted and masked. One JSON line.

    python3 bench/compare.py A B OFFSET N WIDTH F32|BF16 one-pass|details
"""

import hashlib
import json
import sys
import time

import numpy as np

path_a, path_b, offset, n, width, dtype, what = sys.argv[1:8]
offset, n, width = int(offset), int(n), int(width)
CHUNK = 256 * width if width <= 4096 else width
size = 4 if dtype == "F32" else 2


def chunks(path):
    with open(path, "rb") as file:
        file.seek(offset)
        done = 0
        while done < n:
            count = min(CHUNK, n - done)
            raw = file.read(count * size)
            if dtype == "F32":
                stored = np.frombuffer(raw, dtype="<f4")
            else:
                stored = (np.frombuffer(raw, dtype="<u2").astype("<u4") << 16).view("<f4")
            yield done, raw, stored
            done += count


class Side:
    def __init__(self):
        self.n = self.finite = self.nan = self.posinf = self.neginf = self.zero = 0
        self.mean = self.m2 = self.squares = 0.0
        self.min, self.min_at, self.max, self.max_at = np.inf, -1, -np.inf, -1

    def add(self, x, finite, start):
        self.n += x.size
        if not finite.all():
            self.nan += int(np.isnan(x).sum())
            self.posinf += int(np.isposinf(x).sum())
            self.neginf += int(np.isneginf(x).sum())
            x = x[finite]
        self.zero += x.size - int(np.count_nonzero(x))
        low, high = int(x.argmin()), int(x.argmax())
        if x[low] < self.min:
            self.min, self.min_at = float(x[low]), start + low
        if x[high] > self.max:
            self.max, self.max_at = float(x[high]), start + high
        mean = x.mean()
        m2 = np.square(x - mean).sum()
        total = self.finite + x.size
        delta = mean - self.mean
        self.mean += delta * x.size / total
        self.m2 += m2 + delta * delta * self.finite * x.size / total
        self.finite = total
        self.squares += float(x @ x)


def one_pass():
    a, b = Side(), Side()
    dd = dot = bias = 0.0
    largest, largest_at, worst = -1.0, -1, -1.0
    for (start, _, xa), (_, _, xb) in zip(chunks(path_a), chunks(path_b)):
        x, y = xa.astype(np.float64), xb.astype(np.float64)
        fx, fy = np.isfinite(x), np.isfinite(y)
        a.add(x, fx, start)
        b.add(y, fy, start)
        both = fx & fy
        if not both.all():
            x, y = np.where(both, x, 0.0), np.where(both, y, 0.0)
        d = x - y
        dd += float(d @ d)
        dot += float(x @ y)
        bias += float(d.sum())
        far = np.abs(d)
        at = int(far.argmax())
        if far[at] > largest:
            largest, largest_at = float(far[at]), start + at
        rows_d = np.square(d).reshape(-1, width).sum(axis=1)
        rows_b = np.square(y).reshape(-1, width).sum(axis=1)
        worst = max(worst, float((rows_d / rows_b).max()))
    return {"relativeL2": (dd / b.squares) ** 0.5, "maxAbsDiff": largest, "std": (a.m2 / a.finite) ** 0.5}


def ordered(stored):
    bits = stored.view("<i4").astype(np.int64)
    return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)


def details():
    sha_a, sha_b = hashlib.sha256(), hashlib.sha256()
    edges = 2.0 ** np.arange(-60, 20, 1 / 16)
    counts = np.zeros(edges.size - 1, dtype=np.int64)
    largest, total, exponents, matches = 0, 0, np.zeros(512, dtype=np.int64), 0
    for (_, raw_a, xa), (_, raw_b, xb) in zip(chunks(path_a), chunks(path_b)):
        sha_a.update(raw_a)
        sha_b.update(raw_b)
        d = np.abs(xa.astype(np.float64) - xb.astype(np.float64))
        counts += np.histogram(d[np.isfinite(d)], bins=edges)[0]
        ulp = np.abs(ordered(xa) - ordered(xb))
        largest = max(largest, int(ulp.max()))
        total += int(ulp.sum())
        exponents += np.bincount(np.frexp(xb)[1] + 200, minlength=512)[:512]
        rows_a, rows_b = xa.reshape(-1, width), xb.reshape(-1, width)
        matches += int((rows_a.argmax(axis=1) == rows_b.argmax(axis=1)).sum())
        np.partition(rows_a, -2, axis=1)
        np.partition(rows_b, -2, axis=1)
    return {"maxUlp": largest, "sha256": [sha_a.hexdigest(), sha_b.hexdigest()], "matches": matches}


started, cpu = time.perf_counter(), time.process_time()
result = one_pass() if what == "one-pass" else details()
seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, **result}))
