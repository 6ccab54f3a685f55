"""The reduced network in SciPy, as a peer. Arguments: N_v N_h beta until rtol atol and a file with Xi and the initial
state as doubles. For each method named on stdin a solve runs; its milliseconds, its evaluations and the sum of the final
state go out."""
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

n_v, n_h, beta, until, rtol, atol = (float(x) for x in sys.argv[1:7])
n_v, n_h = int(n_v), int(n_h)
data = np.fromfile(sys.argv[7])
xi, initial = np.ascontiguousarray(data[: n_v * n_h].reshape(n_h, n_v)), data[n_v * n_h :]


def field(_t, v):
    e = beta * (xi @ v)
    e = np.exp(e - e.max())
    return (e / e.sum()) @ xi - v


for line in sys.stdin:
    start = time.perf_counter()
    found = solve_ivp(field, (0, until), initial, method=line.strip(), rtol=rtol, atol=atol, t_eval=[until])
    took = 1000 * (time.perf_counter() - start)
    print(f"{took:.6f} {found.nfev} {found.y[:, -1].sum():.15g}", flush=True)
