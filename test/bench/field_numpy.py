"""The field of the two-layer network in NumPy, as a peer: N_v, N_h and seconds come in on stdin, evaluations
per second go out on stdout, one line for each line read."""
import sys
import time

import numpy as np


def field(v, h, xi, beta):
    g = np.tanh(v)
    e = beta * h
    e = np.exp(e - e.max())
    f = e / e.sum()
    return f @ xi - v, xi @ g - h


def rate(n_v, n_h, seconds):
    rng = np.random.default_rng(1)
    xi = rng.standard_normal((n_h, n_v))
    v, h = rng.standard_normal(n_v), rng.standard_normal(n_h)
    field(v, h, xi, 2.0)
    count, batch = 0, 1
    start = time.perf_counter()
    while True:
        for _ in range(batch):
            field(v, h, xi, 2.0)
        count += batch
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return count / elapsed
        batch = max(1, int(count / elapsed * seconds / 10))


for line in sys.stdin:
    n_v, n_h, seconds = line.split()
    print(rate(int(n_v), int(n_h), float(seconds)), flush=True)
