"""Problems by name come in on the command line; SciPy's errors, evaluations and times go out as JSON."""
import json
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

MASSES = np.arange(1.0, 8.0)


def pleiades(_t, y):
    x, z = y[:7], y[7:14]
    dx, dz = x[None, :] - x[:, None], z[None, :] - z[:, None]
    square = dx**2 + dz**2 + np.eye(7)
    pull = MASSES[None, :] / square**1.5
    return np.concatenate([y[14:], (pull * dx).sum(1), (pull * dz).sum(1)])


def arenstorf(_t, y):
    mu = 0.012277471
    d1 = ((y[0] + mu) ** 2 + y[1] ** 2) ** 1.5
    d2 = ((y[0] - 1 + mu) ** 2 + y[1] ** 2) ** 1.5
    return np.array([
        y[2],
        y[3],
        y[0] + 2 * y[3] - (1 - mu) * (y[0] + mu) / d1 - mu * (y[0] - 1 + mu) / d2,
        y[1] - 2 * y[2] - (1 - mu) * y[1] / d1 - mu * y[1] / d2,
    ])


def memory(task):
    """The reduced network of `work-precision.ts`: tau dv/dt = -v + Xi^T softmax(beta Xi v)."""
    xi, beta = np.array(task["Xi"]), task["beta"]

    def rhs(_t, v):
        h = beta * (xi @ v)
        f = np.exp(h - h.max())
        return (f / f.sum()) @ xi - v

    return rhs


FIELDS = {
    "PLEI": lambda _: pleiades,
    "ARENSTORF": lambda _: arenstorf,
    "BRUSSODE": lambda _: lambda _t, y: np.array([1 + y[0] ** 2 * y[1] - 4 * y[0], 3 * y[0] - y[0] ** 2 * y[1]]),
    "memory": memory,
}


def measure(task, method, rtol):
    rhs, start, until, end = FIELDS[task["id"]](task), task["initial"], task["until"], np.array(task["end"])
    times = []
    for _ in range(task["rounds"]):
        began = time.perf_counter()
        run = solve_ivp(rhs, (0, until), start, method=method, rtol=rtol, atol=rtol * task["atolPart"])
        times.append(time.perf_counter() - began)
    error = float(np.max(np.abs(run.y[:, -1] - end) / (1 + np.abs(end)))) if run.success else None
    return {"error": error, "evaluations": int(run.nfev), "milliseconds": 1000 * min(times)}


tasks = json.load(sys.stdin)
print(json.dumps([
    {"id": task["id"], "method": method, "points": [measure(task, method, rtol) for rtol in task["tolerances"]]}
    for task in tasks
    for method in ("RK45", "DOP853")
]))
