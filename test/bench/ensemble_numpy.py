"""Many trajectories of the two-layer network in NumPy, as a peer: all members take each Dormand-Prince step together, as
arrays with one row a member, and the matrix products are those of BLAS. Arguments: "reduced" or "full", N_v N_h beta
until rtol atol, the number of members, and a file with Xi and the initial states as doubles. For each line on stdin:
"shared" takes the step of the member with the largest error, "fixed H" steps of length H. Milliseconds, right-hand
sides and the sum of the final states go out."""
import sys
import time

import numpy as np

kind, n_v, n_h, beta, until, rtol, atol, members, path = sys.argv[1:]
n_v, n_h, members = int(n_v), int(n_h), int(members)
beta, until, rtol, atol = float(beta), float(until), float(rtol), float(atol)
data = np.fromfile(path)
xi = np.ascontiguousarray(data[: n_v * n_h].reshape(n_h, n_v))
initial = data[n_v * n_h :].reshape(members, -1)

A = [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
E = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
A = [np.array(row) for row in A]


def softmax(x):
    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    return x


def reduced(y, out):
    np.matmul(softmax(beta * (y @ xi.T)), xi, out=out)
    out -= y


def full(y, out):
    v, h = y[:, :n_v], y[:, n_v:]
    out[:, :n_v] = softmax(beta * h) @ xi
    out[:, n_v:] = np.tanh(v) @ xi.T
    out -= y


field = reduced if kind == "reduced" else full
k = np.empty((7,) + initial.shape)
flat = k.reshape(7, -1)
work, end = np.empty_like(initial), np.empty_like(initial)


def norms(x, scale):
    return np.sqrt(np.mean((x / scale) ** 2, axis=1)).max()


def step(y, h):
    """The stages of one step; the sums over slopes are products of a row with a matrix, which BLAS takes."""
    for s in range(1, 7):
        out = end if s == 6 else work
        np.dot(A[s] * h, flat[:s], out=out.reshape(-1))
        out += y
        field(out, k[s])


def shared():
    y, t, count = initial.copy(), 0.0, 2
    field(y, k[0])
    scale = atol + rtol * np.abs(y)
    h = 0.01 * norms(y, scale) / norms(k[0], scale)
    field(y + h * k[0], k[1])
    bend = norms(k[1] - k[0], scale) / h
    h = min(100 * h, (0.01 / max(bend, norms(k[0], scale))) ** 0.2)
    remembered, rejected = 1e-4, False
    while t < until:
        h = until - t if t + 1.05 * h >= until else h
        step(y, h)
        count += 6
        error = norms(h * np.dot(E, flat).reshape(y.shape), atol + rtol * np.maximum(np.abs(y), np.abs(end)))
        if error > 1:
            h *= max(0.2, 0.9 * error**-0.17)
            rejected = True
            continue
        t += h
        grown = h * min(10, max(0.2, 0.9 * error**-0.17 * remembered**0.04))
        h = min(grown, h) if rejected else grown
        remembered, rejected = max(error, 1e-4), False
        y[:] = end
        k[0] = k[6]
    return y, count


def fixed(h):
    y, steps = initial.copy(), round(until / h)
    field(y, k[0])
    for _ in range(steps):
        step(y, h)
        y[:] = end
        k[0] = k[6]
    return y, 1 + 6 * steps


for line in sys.stdin:
    word = line.split()
    start = time.perf_counter()
    y, count = fixed(float(word[1])) if word[0] == "fixed" else shared()
    took = 1000 * (time.perf_counter() - start)
    print(f"{took:.6f} {count} {y.sum():.15g}", flush=True)
