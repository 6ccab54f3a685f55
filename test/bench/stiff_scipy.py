"""SciPy's stiff methods for the two-layer network: lines "method N_v N_h tau_h until rtol atol" come in on stdin; for each,
"milliseconds rhs" goes out. BDF and Radau get the dense Jacobian."""
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp


def generator(seed):
    s = seed
    while True:
        s = (s * 1664525 + 1013904223) % 2**32
        yield s / 2**32


def network(n_v, n_h, tau):
    random = generator(7)
    xi = np.array([(-1 if next(random) < 0.5 else 1) for _ in range(n_v * n_h)]).reshape(n_h, n_v) / np.sqrt(n_v)
    v = xi[0] * np.sqrt(n_v) * 0.5 + np.array([next(random) - 0.5 for _ in range(n_v)])

    def softmax(h):
        e = np.exp(h - h.max())
        return e / e.sum()

    def rhs(_, y):
        v, h = y[:n_v], y[n_v:]
        return np.concatenate([softmax(h) @ xi - v, (xi @ np.tanh(v) - h) / tau])

    def jacobian(_, y):
        v, h = y[:n_v], y[n_v:]
        f = softmax(h)
        top = xi.T @ (np.diag(f) - np.outer(f, f))
        bottom = xi * (1 - np.tanh(v) ** 2) / tau
        return np.block([[-np.eye(n_v), top], [bottom, -np.eye(n_h) / tau]])

    return rhs, jacobian, np.concatenate([v, np.zeros(n_h)])


for line in sys.stdin:
    method, *numbers = line.split()
    n_v, n_h = int(numbers[0]), int(numbers[1])
    tau, until, rtol, atol = map(float, numbers[2:])
    rhs, jacobian, start = network(n_v, n_h, tau)
    more = {} if method == "RK45" else {"jac": jacobian}
    begun = time.perf_counter()
    found = solve_ivp(rhs, (0, until), start, method=method, rtol=rtol, atol=atol, **more)
    print((time.perf_counter() - begun) * 1e3, found.nfev, flush=True)
