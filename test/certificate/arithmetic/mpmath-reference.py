"""Writes mpmath.data.json: [function, argument, (second argument,) value to 45 digits].

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath
    /tmp/venv/bin/python test/certificate/arithmetic/mpmath-reference.py > test/certificate/arithmetic/mpmath.data.json
"""
import json
import random
from math import inf, nextafter

import mpmath
from mpmath import mp, mpf

random.seed(20240611)

one = mpf(1)


def logcosh(x):
    if abs(x) < 1:
        return mpmath.log1p(mpmath.sinh(x) ** 2) / 2
    return abs(x) + mpmath.log1p(mpmath.exp(-2 * abs(x))) - mpmath.log(2)


FUNCTIONS = {
    "exp": (mpmath.exp, -745, 709),
    "expm1": (mpmath.expm1, -745, 709),
    "log": (mpmath.log, 0, inf),
    "sqrt": (mpmath.sqrt, 0, inf),
    "sin": (mpmath.sin, -inf, inf),
    "cos": (mpmath.cos, -inf, inf),
    "tan": (mpmath.tan, -inf, inf),
    "asin": (mpmath.asin, -1, 1),
    "acos": (mpmath.acos, -1, 1),
    "atan": (mpmath.atan, -inf, inf),
    "sinh": (mpmath.sinh, -710, 710),
    "cosh": (mpmath.cosh, -710, 710),
    "tanh": (mpmath.tanh, -300, 300),
    "sech": (mpmath.sech, -740, 740),
    "asinh": (mpmath.asinh, -inf, inf),
    "acosh": (mpmath.acosh, 1, inf),
    "atanh": (mpmath.atanh, -1, 1),
    "sigmoid": (lambda x: one / (one + mpmath.exp(-x)), -740, 740),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), -740, inf),
    "logcosh": (lambda x: logcosh(x), -inf, inf),
    "erf": (mpmath.erf, -30, 30),
    "erfc": (mpmath.erfc, -30, 27),
    "gamma": (mpmath.gamma, 1e-300, 171),
    "lgamma": (mpmath.loggamma, 0, 1e100),
    "digamma": (lambda x: mpmath.psi(0, x), 0, 1e100),
    "trigamma": (lambda x: mpmath.psi(1, x), 1e-150, 1e100),
}
OPEN = {"log": [0], "atanh": [-1, 1], "gamma": [0], "lgamma": [0], "digamma": [0], "trigamma": [0]}

SPECIAL = [
    0.0, 5e-324, 2.2250738585072014e-308, 1e-300, 1e-20, 1e-8, 0.2349870500330864, 0.25, 0.5, 0.7071067811865476, 1.0,
    1.4616321449683622, 1.4616321449683625, 1.5707963267948966, 2.0, 2.718281828459045, 3.0, 3.141592653589793, 10.0, 22.0, 36.7,
    100.0, 700.0, 1e10, 6381956970095103 * 2.0**797, 1e22, 1e100, 1.7976931348623157e308,
]


def points(low, high, opened):
    drawn = [random.uniform(-4, 4) for _ in range(24)]
    drawn += [random.choice([-1, 1]) * random.uniform(1, 2) * 2.0 ** random.randint(-30, 9) for _ in range(24)]
    drawn += [random.choice([-1, 1]) * random.uniform(1, 2) * 2.0 ** random.randint(-1000, 1000) for _ in range(12)]
    for x in SPECIAL:
        drawn += [x, -x, nextafter(x, inf), nextafter(x, -inf)]
    chosen = {x for x in drawn if low <= x <= high and x not in opened and abs(x) < inf}
    return sorted(chosen)


def value(f, *args):
    mp.dps = 60
    for _ in range(12):
        coarse = f(*[mpf(x) for x in args])
        mp.dps *= 2
        fine = f(*[mpf(x) for x in args])
        if abs(coarse - fine) <= abs(fine) * mpf(10) ** -50:
            return mpmath.nstr(mpmath.re(fine), 45)
    raise SystemExit(f"mpmath undecided at {args}")


rows = []
for name, (f, low, high) in FUNCTIONS.items():
    for x in points(low, high, OPEN.get(name, [])):
        rows.append([name, repr(x), value(f, x)])
for _ in range(150):
    x = random.uniform(1, 2) * 2.0 ** random.randint(-40, 40)
    y = random.choice([-1, 1]) * random.uniform(1, 2) * 2.0 ** random.randint(-20, 3)
    rows.append(["pow", repr(x), repr(y), value(mpmath.power, x, y)])
for _ in range(60):
    x = random.choice([-1, 1]) * random.uniform(1, 2) * 2.0 ** random.randint(-9, 9)
    n = random.randint(-60, 60)
    rows.append(["pown", repr(x), n, value(mpmath.power, x, n)])
    m = random.randint(2, 90)
    rows.append(["root", repr(abs(x)), m, value(lambda a, b: mpmath.root(a, int(b)), abs(x), m)])
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
