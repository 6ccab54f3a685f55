"""Matrices on standard input as nested lists; their eigenvalues by NumPy, as [re, im] pairs, on standard output."""
import json
import sys

import numpy as np

matrices = json.load(sys.stdin)
values = [np.linalg.eigvals(np.array(m, dtype=float)) for m in matrices]
json.dump([[[float(v.real), float(v.imag)] for v in vs] for vs in values], sys.stdout)
